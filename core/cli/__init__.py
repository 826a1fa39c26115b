"""The command line: one user of the core, the window is the other."""
