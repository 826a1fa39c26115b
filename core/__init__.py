"""The pipeline from selfie to avatar. No Qt; usable from a script."""
