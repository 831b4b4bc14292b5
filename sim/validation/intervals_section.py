"""The coverage of intervals as a part of the validation."""

from __future__ import annotations

from sim.validation.coverage import interval_coverage, misses
from sim.validation.section import Section


def intervals_section(repetitions: int, workers: int = 1) -> Section:
    """Repeat small studies with known answers and count whose intervals hold them.

    Parameters
    ----------
    repetitions : int
    workers : int
        Threads; they change no figure.

    Returns
    -------
    Section
        Table as of `sim.validation.coverage.interval_coverage`. Problems are intervals that cover too rarely or
        too often.
    """
    covered = interval_coverage(repetitions, workers)
    return Section("intervals", covered, tuple(misses(covered)))
