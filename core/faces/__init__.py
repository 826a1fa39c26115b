"""From a photo to one aligned, parsed face."""
