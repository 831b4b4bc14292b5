"""Runs cut into slices: every quantity day by day, or in slices as short as a network's run wants them.

A series is a run of its own kind: nothing of it is a warm-up, and each slice is measured as a whole run is. To
separate the empty beginning from the seasons and the week, the same days are also seen in a run that began
earlier (see `docs/output-analysis.md`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from sim.engine.snapshots import snapshots
from sim.engine.tally import Tally, empty_tally
from sim.errors import InputError, Problem
from sim.measure.care.simulated import simulated_indicators
from sim.measure.care.totals import RunTotals
from sim.measure.network.measures import network_measures
from sim.measure.slices import between, nothing_before
from sim.runs.case import Case, RunResult
from sim.scenario import Scenario, overridden
from sim.scenario.network.schema import ALL, NetworkReport, NetworkScenario
from sim.subjects.care.cases import CareSource, care_case, model_of, worlds_of
from sim.subjects.network.cases import network_case
from sim.subjects.network.model import network_model
from sim.time_units import MINUTES_PER_DAY
from sim.world.horizon import Horizon

EARLIER = "-begun-earlier"
"""Ending of the name of a case whose run began earlier."""
STEADY_SLICES = 200
"""Slices of a network without a calendar: forty batches of five."""
LEAST_WEEKS = 8
"""Fewer days make fewer than ten batches of five."""
LEFT_WEEKS = 4
"""Of a series, after the file's warm-up, to see what is left over."""
SERIES_COLUMNS = ("quantity", "step", "value")


@dataclass(frozen=True)
class SeriesPayload:
    """What a worker needs for a series.

    Attributes
    ----------
    source : CareSource or NetworkScenario
        Without a warm-up.
    begins : float
        Minute at which the first slice begins.
    step : float
        Minutes of a slice.
    slices : int
    """

    source: CareSource | NetworkScenario
    begins: float
    step: float
    slices: int

    @property
    def edges(self) -> list[float]:
        """Minutes at which slices begin, and the last one ends."""
        return [self.begins + self.step * k for k in range(self.slices + 1)]


@dataclass(frozen=True)
class SeriesRequest:
    """A scenario's series: the cases to run, and what time means in them.

    Attributes
    ----------
    name : str
    cases : tuple of Case
        The run as the file begins it; then, where time of the year, week or day matters, the one begun earlier.
    step : float
        Minutes of a slice.
    warm_up : float
        Of the file, in minutes.
    """

    name: str
    cases: tuple[Case[SeriesPayload], ...]
    step: float
    warm_up: float


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
    _check_length(weeks, scenario.run.warm_up)
    cases = []
    for ending, before in (("", 0), (EARLIER, earlier)):
        begun = scenario.run.first_day - timedelta(days=7 * before)
        run: dict[str, object] = {
            "start": begun.isoformat(),
            "warm_up": "0 w",
            "length": f"{weeks + before} w",
        }
        run |= {"replications": replications}
        case = care_case(overridden(scenario, run=run), folder)
        payload = SeriesPayload(
            case.payload.source, 7.0 * before * MINUTES_PER_DAY, float(MINUTES_PER_DAY), 7 * weeks
        )
        cases.append(series_case(case, payload, case.name + ending))
    return SeriesRequest(
        scenario.name, tuple(cases), MINUTES_PER_DAY, float(scenario.run.warm_up * MINUTES_PER_DAY)
    )


def network_series(
    scenario: NetworkScenario, weeks: int, earlier: int, replications: int
) -> SeriesRequest:
    """Return the series of a network over its own length, warm-up included.

    A network that is the same at all times is cut into 200 slices; one with a calendar into days, of
    `weeks` weeks, beside a run that began earlier.

    Raises
    ------
    InputError
        If arrivals end or follow the months: they have no state to settle into.
    """
    refuse_arrivals_that_end(scenario)
    run = scenario.run
    if is_steady(scenario):
        step, slices = (run.warm_up + run.length) / STEADY_SLICES, STEADY_SLICES
        shifts = {"": 0.0}
    else:
        _check_length(weeks, run.warm_up / MINUTES_PER_DAY)
        step, slices = float(MINUTES_PER_DAY), 7 * weeks
        shifts = {"": 0.0, EARLIER: 7.0 * earlier * MINUTES_PER_DAY}
    cases = []
    for ending, before in shifts.items():
        changed = run.model_copy(
            update={
                "warm_up": 0.0,
                "length": before + step * slices,
                "replications": replications,
            }
        )
        shifted = scenario.model_copy(update={"run": changed, "report": without_census(scenario)})
        payload = SeriesPayload(shifted, before, step, slices)
        cases.append(series_case(network_case(shifted), payload, scenario.name + ending))
    return SeriesRequest(scenario.name, tuple(cases), step, run.warm_up)


def refuse_arrivals_that_end(scenario: NetworkScenario) -> None:
    """Refuse networks that have no long run: whose arrivals are written, stop, or follow the months.

    Raises
    ------
    InputError
        With every class of that kind.
    """
    problems = []
    if scenario.run.arrivals_until is not None:
        problems.append(Problem("arrivals stop, so there is no state to settle into", key="run"))
    for name, each in scenario.classes.items():
        if each.arrivals is None:
            continue
        if each.arrivals.scripted is not None or each.arrivals.until is not None:
            problems.append(
                Problem(f"the arrivals of class '{name}' end, so it has no state to settle into")
            )
        if each.arrivals.months is not None:
            what = f"class '{name}' follows the months; leave them out to look at one month's rate"
            problems.append(Problem(what))
    if problems:
        raise InputError(*problems)


def without_census(scenario: NetworkScenario) -> NetworkReport:
    """Return what is reported of a network but for the census, which has times of its own."""
    return scenario.report.model_copy(update={"census_at": [], "census_by_hour": False})


def is_steady(scenario: NetworkScenario) -> bool:
    """Tell whether a network is the same at all times of the week."""
    given = [each.arrivals for each in scenario.classes.values() if each.arrivals is not None]
    arrivals = all(
        (each.poisson is not None or each.regular is not None)
        and each.hours is None
        and each.weekdays is None
        for each in given
    )
    ways = all(each.start_by_clock is None for each in scenario.classes.values()) and not any(
        station.next_by_clock for station in scenario.stations.values()
    )
    servers = all(
        len(station.servers) == 1 and len(station.servers[0].start) == 1
        for station in scenario.stations.values()
    )
    return arrivals and ways and servers


def run_series(case: Case[SeriesPayload], replication: int, threads: int) -> RunResult:
    """Run one replication and measure every slice.

    Returns
    -------
    dict
        ``series``: columns `SERIES_COLUMNS`; step 0, 1, ... and the quantity as `quantity_of_care` and
        `quantity_of_network` name it.
    """
    payload = case.payload
    measured = _care_slices if isinstance(payload.source, CareSource) else _network_slices
    found = [
        (quantity, step, value)
        for step, rows_of_slice in enumerate(measured(payload, replication, threads))
        for quantity, value in rows_of_slice
    ]
    return {"series": pd.DataFrame(found, columns=list(SERIES_COLUMNS))}


def quantity_of_care(indicator: str, tier: str) -> str:
    """Return the name of an indicator of all counties: ``bed_occupancy`` or ``bed_occupancy:county``."""
    return f"{indicator}:{tier}" if tier else indicator


def quantities_of_network(scenario: NetworkScenario) -> list[str]:
    """Return the names of everything that is measured in a network, without running it."""
    model = network_model(scenario)
    state = model.pathway.new_state(model.epochs[0].world, 0, model.period_starts.size - 1)
    return with_quantities(network_measures(scenario, empty_tally(model, state)))[
        "quantity"
    ].to_list()


def with_quantities(measures: pd.DataFrame) -> pd.DataFrame:
    """Return measures of a network with a column ``quantity``; of a single class those of all say it all.

    Parameters
    ----------
    measures : DataFrame
        As `sim.measure.network.measures.network_measures` returns them.
    """
    # The class and `ALL`.
    single = measures["class"].nunique() == 2
    shown = measures[measures["class"] == ALL] if single else measures
    parts = zip(shown["measure"], shown["station"], shown["class"], strict=True)
    return shown.assign(quantity=[quantity_of_network(*part) for part in parts])


def quantity_of_network(measure: str, station: str, patients: str) -> str:
    """Return the name of a measure: ``wait_mean:clinic``, ``wait_mean:clinic:routine`` for one class.

    The network as a whole has no station: ``time_in_system_mean``, ``time_in_system_mean:all:routine``.
    """
    if patients != ALL:
        return f"{measure}:{station}:{patients}"
    return f"{measure}:{station}" if station != ALL else measure


_Rows = list[tuple[str, float]]


def _care_slices(payload: SeriesPayload, replication: int, threads: int) -> Iterator[_Rows]:
    assert isinstance(payload.source, CareSource)
    built, seed = worlds_of(payload.source), payload.source.scenario.run.seed
    edges = payload.edges
    # Everything after the first edge is counted; a slice is a run of its own length.
    horizon = Horizon(built.horizon.first_day, 0, round(payload.step / MINUTES_PER_DAY))
    cut = replace(built, horizon=horizon)
    model = model_of(payload.source)
    looks = snapshots(model, seed, replication, [e for e in edges if e > 0.0], threads)
    for tally in _slices(looks, edges):
        yield [
            (quantity_of_care(indicator, tier), value)
            for indicator, tier, county, value in simulated_indicators(RunTotals(cut, tally))
            if county == 0
        ]


def _network_slices(payload: SeriesPayload, replication: int, threads: int) -> Iterator[_Rows]:
    scenario, edges = payload.source, payload.edges
    assert isinstance(scenario, NetworkScenario)
    model = network_model(scenario)
    times = [edge for edge in edges if edge > 0.0]
    # The end of the run, to the bit: equal steps may miss it by rounding.
    times[-1] = min(times[-1], float(model.period_starts[-1]))
    looks = snapshots(model, scenario.run.seed, replication, times, threads)
    for tally in _slices(looks, edges):
        frame = with_quantities(network_measures(scenario, tally))
        yield list(zip(frame["quantity"], frame["value"].astype(float), strict=True))


def _slices(looks: Iterator[Tally], edges: list[float]) -> Iterator[Tally]:
    """Yield the tallies between neighbouring edges."""
    before: Tally | None = None
    if edges[0] > 0.0:
        before = next(looks)
    for (begins, ends), look in zip(pairwise(edges), looks, strict=True):
        yield between(before or nothing_before(look), look, begins, ends)
        before = look


def series_case(case: Case[Any], payload: SeriesPayload, name: str) -> Case[SeriesPayload]:
    """Return a case of a study as one of a series, which is another kind of run."""
    shape = {"begins": payload.begins, "step": payload.step, "slices": payload.slices}
    return Case(
        name=name,
        replications=case.replications,
        determinants={**case.determinants, "series": shape},
        payload=payload,
        resolved=case.resolved,
    )


def _check_length(weeks: int, warm_up_days: float) -> None:
    """Refuse a series that is too short to judge, or to see what the file's warm-up leaves over."""
    least = max(LEAST_WEEKS, math.ceil(warm_up_days / 7) + LEFT_WEEKS)
    if weeks < least:
        raise InputError(
            f"--weeks: a series of {weeks} weeks tells nothing of a warm-up of {warm_up_days:g} days; "
            f"at least {least} weeks are needed"
        )
