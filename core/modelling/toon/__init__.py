"""The `toon` engine's character: one module per part of it."""
