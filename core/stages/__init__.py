"""One file per step of the pipeline: one function, named like its file."""
