"""Many runs: cases, workers, the store of finished runs. Knows no question and no medicine."""
