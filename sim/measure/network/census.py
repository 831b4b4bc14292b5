"""Who was where: everybody in a network, counted at stated times and by the hour of the week."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.engine.tally import Tally
from sim.pathway.network.state import NetworkArrays
from sim.scenario.network.schema import NetworkScenario
from sim.world.fields import Reals
from sim.world.network.week import HOURS_PER_WEEK, network_periods

CENSUS_KEYS = ("at", "class", "station", "measure")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def census(scenario: NetworkScenario, tally: Tally, replication: int = 0) -> pd.DataFrame:
    """Return how many patients were counted where, at each time just before anything else happened.

    Parameters
    ----------
    scenario : NetworkScenario
        The scenario that was run.
    tally : Tally
        Of one replication.
    replication : int
        Its number, for the first column.

    Returns
    -------
    DataFrame
        Columns ``replication``, `CENSUS_KEYS` and ``value``. `at` is ``540 min`` from the start of the run,
        or ``Mon 09:00``, the mean over all such hours of the counted time. Measures are ``waiting`` and
        ``in_service`` at a station, and ``inside``: all those in the network who asked for this station first,
        by the class in which they came. No rows where the file asks for no census.
    """
    arrays: NetworkArrays = tally.state.arrays
    shape = (-1, len(scenario.classes), len(scenario.stations))
    if not network_periods(scenario).has_census:
        return pd.DataFrame(columns=["replication", *CENSUS_KEYS, "value"])
    times = arrays.census_count[:, None, None]
    with np.errstate(invalid="ignore"):
        means = {
            "waiting": arrays.census_waiting.reshape(shape) / times,
            "in_service": arrays.census_held.reshape(shape) / times,
            "inside": arrays.census_inside.reshape(shape) / times,
        }
    frames = [_frame(scenario, measure, values) for measure, values in means.items()]
    table = pd.concat(frames, ignore_index=True)
    table.insert(0, "replication", replication)
    return table


def _frame(scenario: NetworkScenario, measure: str, values: Reals) -> pd.DataFrame:
    """Return one measure; hours of the week that the counted time does not have are NaN."""
    index = pd.MultiIndex.from_product(
        [list(_labels(scenario)), list(scenario.classes), list(scenario.stations), [measure]],
        names=CENSUS_KEYS,
    )
    return pd.DataFrame({"value": values.ravel()}, index=index).reset_index()


def _labels(scenario: NetworkScenario) -> Iterator[str]:
    """Yield what the rows of the census are called."""
    for time in dict.fromkeys(scenario.report.census_at):
        yield f"{time:g} min"
    if scenario.report.census_by_hour:
        for hour in range(HOURS_PER_WEEK):
            yield f"{_DAYS[hour // 24]} {hour % 24:02}:00"
