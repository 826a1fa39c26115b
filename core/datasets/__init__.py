"""Folders on disk that training reads and writes. Plain numpy."""
