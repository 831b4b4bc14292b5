"""How often? Replications, comparisons and results folders; algorithms that see only functions."""
