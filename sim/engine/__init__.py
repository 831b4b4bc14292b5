"""When: the clock and the pools. Knows no medicine."""
