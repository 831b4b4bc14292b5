"""What replications and long runs may be trusted for: warm-up, precision, batches, many comparisons.

Functions of arrays; none of them knows an engine or an indicator.
"""
