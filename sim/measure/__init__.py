"""What it means: indicators, scorecard, leak reasons, statistics."""
