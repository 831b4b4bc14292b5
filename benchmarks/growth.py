"""How the compiled engine's time grows with the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median

from benchmarks.care import COUNTY
from benchmarks.compare import care_run, network_run
from benchmarks.fresh import Outcome
from benchmarks.rounds import Job, Rounds, interleaved
from benchmarks.table import Section, number, spread, times

PROVINCE = "fujian/all"
_COSTS = ("patients", "s", "µs per patient", "of the first row", "spread", "peak MiB")


@dataclass(frozen=True)
class Sizes:
    """What is run for the growth tables."""

    areas: Mapping[str, str]
    """Areas by title."""
    area_weeks: int
    long_areas: Mapping[str, tuple[str, int]]
    """Areas that are run once for long, by title, and on how many threads."""
    long_weeks: int
    county_weeks: tuple[int, ...]
    patience: tuple[int, ...]
    stations: tuple[int, ...]
    patients: int
    replications: int
    replication_weeks: int


FULL = Sizes(
    areas={
        "one county, Zherong": "fujian/zherong",
        "one county, Youxi": COUNTY,
        "one prefecture, Sanming": "fujian/sanming",
        "one prefecture, Quanzhou": "fujian/quanzhou",
    },
    area_weeks=2,
    long_areas={"one county, Youxi": (COUNTY, 1)},
    long_weeks=52,
    county_weeks=(4, 8, 16, 32),
    patience=(60, 120, 240, 480, 960, 1920),
    stations=(10, 100, 1000, 20_000),
    patients=500_000,
    replications=20,
    replication_weeks=8,
)
QUICK = Sizes(
    areas={"one county, Zherong": "fujian/zherong", "one county, Youxi": COUNTY},
    area_weeks=1,
    long_areas={"one county, Youxi": (COUNTY, 1)},
    long_weeks=4,
    county_weeks=(1, 2),
    patience=(60, 120),
    stations=(10, 100),
    patients=100_000,
    replications=2,
    replication_weeks=1,
)


def grow_people(sizes: Sizes, rounds: int) -> Section:
    """Return the table of areas of growing population."""
    weeks = sizes.area_weeks
    jobs = [
        Job((title, threads), f"{title}, threads {threads}", partial(_area, area, weeks, threads))
        for title, area in sizes.areas.items()
        for threads in (1, 2)
    ]
    found = interleaved(jobs, rounds)
    rows = []
    first = found[next(iter(sizes.areas)), 1]
    for title in sizes.areas:
        one = found[title, 1]
        row = (number(one.work["people"]), number(one.work["facilities"]))
        two = times(one.wall / found[title, 2].wall)
        rows.append((title, *row, *_costs(one, first, "entered"), two))
    head = ("area", "people", "facilities", *_COSTS, "2 threads")
    text = (
        f"`baseline-2020`, {weeks} weeks from the first day. The last column is the gain in time on "
        f"the clock from a second thread. Onsets agree with the rates of each area."
    )
    return Section("People", text, head, tuple(rows))


def _area(area: str, weeks: int, threads: int, _round: int) -> Outcome:
    return care_run(area, weeks, threads)


def run_long(sizes: Sizes) -> Section:
    """Return the table of a year, as a study runs it."""
    weeks = sizes.long_weeks
    rows = []
    for title, (area, threads) in sizes.long_areas.items():
        job = Job(title, f"{title}, {weeks} weeks", partial(_area, area, weeks, threads))
        found = interleaved([job], 1)[title]
        patients = found.work["entered"]
        costs = (number(patients), number(found.wall), number(found.cpu))
        per_patient = number(1e6 * found.cpu / patients)
        rows.append((title, str(threads), *costs, per_patient, number(found.peak)))
    text = (
        f"`baseline-2020`, {weeks} weeks, one run each. Onsets agree with the rates of each area."
    )
    head = ("area", "threads", "patients", "s on the clock", "s", "µs per patient", "peak MiB")
    return Section(f"{weeks} weeks", text, head, tuple(rows))


def grow_days(sizes: Sizes, rounds: int) -> Section:
    """Return the table of runs of growing length."""
    jobs = [Job(w, f"{w} weeks", partial(_area, COUNTY, w, 1)) for w in sizes.county_weeks]
    found = interleaved(jobs, rounds)
    first = found[sizes.county_weeks[0]]
    rows = [(str(w), *_costs(found[w], first, "entered")) for w in sizes.county_weeks]
    text = f"`baseline-2020` in {COUNTY}. Time per patient must not depend on how long a run is."
    return Section("Days", text, ("weeks", *_COSTS), tuple(rows))


def grow_patience(sizes: Sizes, rounds: int) -> Section:
    """Return the table of queues that grow with the patience of those in them."""
    found = _networks("patience", sizes.patience, sizes.patients, rounds)
    first = found[sizes.patience[0]]
    rows = []
    for minutes in sizes.patience:
        work = found[minutes].work
        gave_up = f"{100.0 * work['reneged'] / work['visits']:.0f} %"
        wait = number(work["waited"] / work["visits"])
        rows.append((f"{minutes:,}", wait, gave_up, *_costs(found[minutes], first, "left")))
    text = (
        "Three doctors with a quarter more patients than they can see, who give up at random. The queue "
        "is as long as they are patient, so that anything that looks through a queue would show here. "
        "Waits and those who gave up agree with theory (Erlang A)."
    )
    return Section(
        "Patience", text, ("mean patience, min", "mean wait", "gave up", *_COSTS), tuple(rows)
    )


def grow_stations(sizes: Sizes, rounds: int) -> Section:
    """Return the table of networks of growing size with the same load per server."""
    found = _networks("tiered", sizes.stations, sizes.patients, rounds)
    first = found[sizes.stations[0]]
    rows = [
        (f"{size:,}", number(found[size].set_up), *_costs(found[size], first, "left"))
        for size in sizes.stations
    ]
    text = (
        "County-like networks, a load of 0.7 everywhere, the same number of patients. Patients are one "
        "class that begins at the clinics by shares. *Set-up* is building the model before the run. "
        "Memory and caches make large networks dearer; the rest should not."
    )
    return Section("Stations", text, ("stations", "set-up s", *_COSTS), tuple(rows))


def _networks(family: str, sizes: Sequence[int], patients: int, rounds: int) -> dict[int, Rounds]:
    jobs = [
        Job(size, f"{family}-{size}", partial(_network, f"{family}-{size}", patients))
        for size in sizes
    ]
    return interleaved(jobs, rounds)


def _network(network: str, patients: int, number: int) -> Outcome:
    return network_run("compiled", network, patients, seed=number + 1)


def _costs(rounds: Rounds, first: Rounds, unit: str) -> tuple[str, ...]:
    """Return the cells of `_COSTS`."""
    each = rounds.per(unit)
    return (
        number(rounds.work[unit]),
        number(rounds.cpu),
        number(1e6 * median(each)),
        times(median(each) / median(first.per(unit))),
        spread(each),
        number(rounds.peak),
    )
