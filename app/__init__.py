"""The window. Qt lives only here; torch never does."""
