"""Tiered care as a subject."""
