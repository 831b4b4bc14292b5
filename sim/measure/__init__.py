"""What does it mean? Indicators, targets, scorecard, leak reasons and statistics."""
