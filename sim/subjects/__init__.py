"""What can be simulated, each behind the same small interface."""
