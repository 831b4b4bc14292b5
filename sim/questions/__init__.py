"""One file per question that a study of many runs answers."""
