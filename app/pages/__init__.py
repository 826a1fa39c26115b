"""One screen each: they join state to widgets and never import each other."""
