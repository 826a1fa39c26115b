"""Whether an engine's avatars hold together: parts that stay out of each other, options that differ, numbers that work evenly."""
