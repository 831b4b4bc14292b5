"""Small networks as a subject."""
