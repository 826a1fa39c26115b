"""Our forward renderer: meshes in, pictures and class masks out, on wgpu."""
