"""Builds the engines' packs: geometry from signed distance fields and parametric patches, written as GLB and `pack.toml`."""
