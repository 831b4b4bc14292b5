"""The path of a patient through a small network: which station next, how long, when lost."""
