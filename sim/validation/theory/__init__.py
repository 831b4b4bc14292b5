"""Queueing theory beside the simulation: closed forms, exact chains, and the networks they describe."""
