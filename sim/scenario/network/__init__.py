"""Small queueing networks: one file each."""
