"""Networks and their arithmetic: no files, no loops, no logging."""
