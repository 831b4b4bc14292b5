"""What the pathway of a small network sees."""
