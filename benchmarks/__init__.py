"""How fast the engines are, beside other tools and as models grow; see `python -m benchmarks -h`."""
