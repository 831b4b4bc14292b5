"""The daily series of a care scenario."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sim.engine.snapshots import snapshots
from sim.measure.care.simulated import simulated_indicators
from sim.measure.care.totals import RunTotals
from sim.scenario import Scenario, overridden
from sim.subjects.care.cases import CareSource, care_case, model_of, worlds_of
from sim.subjects.series import (
    EARLIER,
    SeriesPayload,
    SeriesRequest,
    SliceRows,
    check_series_length,
    series_case,
    slices_between,
)
from sim.time_units import MINUTES_PER_DAY
from sim.world.horizon import Horizon


def care_series(
    scenario: Scenario, folder: Path, weeks: int, earlier: int, replications: int
) -> SeriesRequest:
    """Return the daily series of a care scenario from where its file begins the warm-up.

    Parameters
    ----------
    scenario : Scenario
    folder : Path
        The scenarios folder.
    weeks : int
        Length of the series, at least 8.
    earlier : int
        Weeks by which the other run begins earlier.
    replications : int

    Raises
    ------
    InputError
        If the series is too short, or the scenario does not fit its region.
    """
    check_series_length(weeks, scenario.run.warm_up)
    cases = []
    for ending, before in (("", 0), (EARLIER, earlier)):
        begun = scenario.run.first_day - timedelta(days=7 * before)
        run: dict[str, object] = {
            "start": begun.isoformat(),
            "warm_up": "0 w",
            "length": f"{weeks + before} w",
            "replications": replications,
        }
        case = care_case(overridden(scenario, run=run), folder)
        payload = SeriesPayload(
            measure_slices,
            case.payload.source,
            7.0 * before * MINUTES_PER_DAY,
            float(MINUTES_PER_DAY),
            7 * weeks,
        )
        cases.append(series_case(case, payload, case.name + ending))
    return SeriesRequest(
        scenario.name, tuple(cases), MINUTES_PER_DAY, float(scenario.run.warm_up * MINUTES_PER_DAY)
    )


def quantity_of_care(indicator: str, tier: str) -> str:
    """Return the name of an indicator of all counties: ``bed_occupancy`` or ``bed_occupancy:county``."""
    return f"{indicator}:{tier}" if tier else indicator


def measure_slices(payload: SeriesPayload, replication: int, threads: int) -> Iterator[SliceRows]:
    """Run one replication and yield the indicators of each day."""
    source: CareSource = payload.source
    built, edges = worlds_of(source), payload.edges
    # Everything after the first edge is counted; a slice is a run of its own length.
    horizon = Horizon(built.horizon.first_day, 0, round(payload.step / MINUTES_PER_DAY))
    cut = replace(built, horizon=horizon)
    times = [edge for edge in edges if edge > 0.0]
    looks = snapshots(model_of(source), source.scenario.run.seed, replication, times, threads)
    for tally in slices_between(looks, edges):
        yield [
            (quantity_of_care(indicator, tier), value)
            for indicator, tier, county, value in simulated_indicators(RunTotals(cut, tally))
            if county == 0
        ]
