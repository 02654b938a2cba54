"""Tasks through their public door."""
