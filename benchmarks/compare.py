"""Engines side by side on the same work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from statistics import median

from benchmarks.care import COUNTY, CareWork, assert_care_work
from benchmarks.fresh import Outcome, in_fresh_process
from benchmarks.networks import network_named
from benchmarks.rounds import Job, Rounds, interleaved
from benchmarks.table import MISSING, Section, number, spread, times
from benchmarks.tools import OURS, REFERENCE, TOOLS, Tool
from benchmarks.work import Work, WrongWorkError, assert_network_work

_FAST, _CIMBA, _SLOW = 1_000_000, 500_000, 50_000
_HEAD = (
    "tool", "patients", "events", "patients/s", "events/s", "slower than ours", "spread", "peak MiB"
)  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """A network and how many patients each tool is given, so that each runs for some seconds."""

    network: str
    patients: Mapping[str, int]


def _patients(ciw: int) -> dict[str, int]:
    return {
        "simpy_generators": _SLOW,
        "reference": _SLOW,
        "ciw_network": ciw,
        "cimba_processes": _CIMBA,
        "cimba_servers": _CIMBA,
        "compiled": _FAST,
    }


COMPARISONS = (
    Comparison("mm3", _patients(_SLOW)),
    Comparison("referral-12", _patients(20_000)),
    Comparison("tiered-100", _patients(10_000)),
)


def network_run(tool: str, network: str, patients: float, seed: int) -> Outcome:
    """Run a network with a tool in a fresh process and check the work.

    Parameters
    ----------
    tool, network : str
        Names.
    patients : float
        To be expected; sets the length of the run.
    seed : int

    Raises
    ------
    WrongWorkError
        If the tool did less, or other, work than the network brings.
    """
    described = network_named(network)
    minutes = patients / described.arrivals
    outcome = in_fresh_process("network", tool=tool, network=network, minutes=minutes, seed=seed)
    work = Work(**outcome.work)
    assert_network_work(described, minutes, work)
    return Outcome(outcome.timing, {**outcome.work, "events": work.events})


def compare_networks(rounds: int, scale: float) -> list[Section]:
    """Return one table per network; `scale` shortens all runs."""
    jobs: list[Job[tuple[str, str]]] = []
    for comparison in COMPARISONS:
        for tool in TOOLS:
            if _reason(tool, comparison.network) is None:
                patients = comparison.patients[tool.name] * scale
                run = partial(_job, tool.name, comparison.network, patients)
                title = f"{comparison.network}, {tool.title}"
                jobs.append(Job((comparison.network, tool.name), title, run))
    found = interleaved(jobs, rounds)
    return [_section(comparison.network, found) for comparison in COMPARISONS]


def _job(tool: str, network: str, patients: float, number: int) -> Outcome:
    return network_run(tool, network, patients, seed=number + 1)


def _reason(tool: Tool, network: str) -> str | None:
    """Return why a tool has no row, or None if it has one."""
    if not tool.installed:
        return f"{tool.package} is not installed: pip install '.[benchmarks]'"
    if network_named(network).impatient and not tool.knows_patience:
        return "cannot express patients who give up"
    return None


def _section(network: str, found: Mapping[tuple[str, str], Rounds]) -> Section:
    ours = median(found[network, OURS.name].per("left"))
    rows = []
    for tool in TOOLS:
        reason = _reason(tool, network)
        if reason is None:
            rows.append(row_of(tool.title, found[network, tool.name], ours, "left"))
        else:
            rows.append((tool.title, reason, *[MISSING] * (len(_HEAD) - 2)))
    described = network_named(network)
    text = (
        f"{len(described.stations)} station{'s' * (len(described.stations) > 1)}; "
        "Poisson arrivals, exponential services. Every row found the number of patients, the visits "
        "of each, those who gave up and the mean wait that theory gives, within five standard errors."
    )
    return Section(described.title, text, _HEAD, tuple(rows))


def row_of(title: str, rounds: Rounds, ours: float, unit: str) -> tuple[str, ...]:
    """Return a row of a comparison; `ours` is the time per patient that it is compared with."""
    per_patient = rounds.per(unit)
    seconds = median(per_patient)
    patients, events = rounds.work[unit], rounds.work.get("events")
    return (
        title,
        number(patients),
        MISSING if events is None else number(events),
        number(1.0 / seconds),
        MISSING if events is None else number(events / patients / seconds),
        times(seconds / ours),
        spread(per_patient),
        number(rounds.peak),
    )


def compare_county(rounds: int, weeks: int, reference_weeks: int) -> Section:
    """Return the table of one county of the real model."""
    jobs = [
        Job("compiled", "county, compiled", lambda _: care_run(COUNTY, weeks, 1)),
        Job("reference", "county, reference", lambda _: reference_run(reference_weeks)),
    ]
    found = interleaved(jobs, rounds)
    _assert_same(care_run(COUNTY, reference_weeks, 1), found["reference"].outcomes[0])
    counted = in_fresh_process("care_log", weeks=reference_weeks, log="rows").work
    share = counted["events"] / counted["entered"]
    rows = []
    ours = median(found["compiled"].per("entered"))
    for tool in (REFERENCE, OURS):
        measured = found[tool.name]
        outcomes = tuple(
            Outcome(o.timing, {**o.work, "events": share * o.work["entered"]})
            for o in measured.outcomes
        )
        rows.append(row_of(tool.title, Rounds(outcomes), ours, "entered"))
    text = (
        f"`baseline-2020` in {COUNTY}, {round(found['compiled'].work['people']):,} people: choice of "
        f"facility, calendars, priorities, referral, beds, money. {weeks} weeks on the compiled engine, "
        f"{reference_weeks} on the reference engine; over those the two were compared and are equal to "
        "the last bit. Onsets agree with the rates of the region within five standard errors. Events "
        "per patient are counted in the patient log of the shorter run."
    )
    return Section("One county of the real model", text, _HEAD, tuple(rows))


def care_run(area: str, weeks: int, threads: int) -> Outcome:
    """Run an area on the compiled engine in a fresh process and check the work."""
    outcome = in_fresh_process("care", area=area, weeks=weeks, threads=threads)
    assert_care_work(f"{area}, {weeks} weeks", CareWork(**outcome.work))
    return outcome


def reference_run(weeks: int) -> Outcome:
    """Run the county on the reference engine in a fresh process and check the work."""
    outcome = in_fresh_process("care_reference", area=COUNTY, weeks=weeks)
    assert_care_work(f"{COUNTY}, {weeks} weeks, reference", CareWork(**outcome.work))
    return outcome


def _assert_same(one: Outcome, other: Outcome) -> None:
    if one.work != other.work:
        raise WrongWorkError(f"the engines differ on the county: {one.work}, {other.work}")
