"""The whole numbers that functions and commands take, and what each may be. Imports nothing that takes time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Whole:
    """A whole number.

    Attributes
    ----------
    least, most : int, optional
        What it may be; any without them. Where only `least` is stated, scenarios may have a limit of
        their own.
    """

    least: int | None = None
    most: int | None = None

    def holds(self, number: int) -> bool:
        """Tell whether a number is allowed."""
        return (self.least is None or number >= self.least) and (
            self.most is None or number <= self.most
        )


ANY = Whole()
MOST_REPLICATIONS = 100_000
"""As in scenario files."""
WEEKS, WARM_UP, REPLICATIONS, SEED = Whole(1), Whole(0), Whole(1, MOST_REPLICATIONS), Whole(0)
"""Of every run."""
REPLICATION = Whole(0, 2**32 - 1)
"""Of a log."""
SAMPLES = Whole(2, 100_000)
"""Of `uncertainty`."""
MAXIMUM, LOOK_AHEAD = Whole(3, MOST_REPLICATIONS), Whole(0)
"""Of `precision`."""
SERIES_WEEKS, SERIES_REPLICATIONS = Whole(8), Whole(2, MOST_REPLICATIONS)
EARLIER, WINDOW = Whole(4, 2500), Whole(0)
"""Of `warm_up`."""
TIMES, BATCHES = Whole(1, 100_000), Whole(10, 1000)
"""Of `long_run`; more than anybody needs: beyond it a slip of the finger takes the memory of the machine."""
ROUNDS = Whole(1, 50)
"""Of `fit`."""
REPETITIONS, SHIPPED_REPLICATIONS = Whole(2, 1_000_000), Whole(3, MOST_REPLICATIONS)
"""Of `coverage`."""
