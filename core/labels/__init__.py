"""Evaluation sets: photos, and the avatars that designers say are right for them (docs/labels.md)."""
