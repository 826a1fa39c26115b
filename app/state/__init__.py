"""Objects that own the current values and say when they change. No widgets."""
