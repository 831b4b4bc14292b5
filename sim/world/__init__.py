"""What the model sees: flat arrays, documented field by field."""
