"""What a run of a small network means."""
