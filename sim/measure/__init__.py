"""What it means: indicators, targets, leak reasons and statistics over replications."""
