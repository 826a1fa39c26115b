"""Reusable widgets: each knows one kind of value, none imports a page or a state object."""
