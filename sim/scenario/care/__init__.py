"""Scenarios of tiered care: files, levers, timeline, targets."""
