"""The Label page: evaluation sets, and the ways to label their photos."""
