"""What the pathway of tiered care sees."""
