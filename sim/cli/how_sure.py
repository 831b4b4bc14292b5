"""``uncertainty``, ``precision``, ``warm-up``, ``long-run``: how sure an answer is."""

from __future__ import annotations

from typing import Annotated, Any

import typer

import sim
from sim import ranges
from sim.cli.options import (
    Area,
    DrawnStudyOptions,
    Folder,
    Indicators,
    Lang,
    Name,
    Names,
    Out,
    RunOptions,
    Seed,
    StudyOptions,
    whole,
    with_options,
)
from sim.cli.study import answered
from sim.errors import InputError

SampleCount = Annotated[
    int, whole("--samples", allowed=ranges.SAMPLES, help="Sets of values that are tried.")
]
OfEach = Annotated[
    int, whole("--replications", "-n", allowed=ranges.REPLICATIONS, help="Of each set.")
]
Parameters = Annotated[
    list[str] | None,
    typer.Option("--parameter", help="Only this uncertain number; may be repeated."),
]
HalfWidths = Annotated[
    list[str] | None,
    typer.Option(
        "--half-width",
        help="in_county_rate=0.002 in its own unit, wait_mean:clinic=5% of the mean; repeatable.",
    ),
]
Maximum = Annotated[
    int, whole("--max-replications", allowed=ranges.MAXIMUM, help="Never more than these.")
]
LookAhead = Annotated[
    int | None,
    whole(
        "--look-ahead",
        allowed=ranges.LOOK_AHEAD,
        help="Replications during which it must stay small.",
    ),
]
Quantities = Annotated[
    list[str] | None,
    typer.Option("--quantity", "-q", help="bed_wait_mean:county, wait_mean:clinic; repeatable."),
]
SeriesWeeks = Annotated[
    int, whole("--weeks", allowed=ranges.SERIES_WEEKS, help="Weeks of the series.")
]
Earlier = Annotated[
    int,
    whole("--earlier", allowed=ranges.EARLIER, help="Weeks by which the run it is held to begins."),
]
SeriesRuns = Annotated[
    int | None,
    whole(
        "--replications",
        "-n",
        allowed=ranges.SERIES_REPLICATIONS,
        help="5 of a care scenario, a network's own.",
    ),
]
Window = Annotated[
    int, whole("--window", allowed=ranges.WINDOW, help="Slices on either side in Welch's average.")
]


@with_options
def uncertainty(
    names: Names,
    samples: SampleCount = 50,
    replications: OfEach = 2,
    parameter: Parameters = None,
    indicator: Indicators = None,
    *,
    run: RunOptions,
    study: StudyOptions,
) -> None:
    """Run scenarios with many values of the assumed numbers: how likely are the targets met then?"""
    answered(
        lambda **options: sim.uncertainty(
            *names, samples=samples, parameters=parameter, indicators=indicator, **options
        ),
        ("uncertainty", *names), run, study, replications=replications,
    )  # fmt: skip


@with_options
def precision(
    names: Names,
    half_width: HalfWidths = None,
    maximum: Maximum = 100,
    look_ahead: LookAhead = None,
    *,
    run: RunOptions,
    study: StudyOptions,
) -> None:
    """Replicate until intervals are narrow enough; of several scenarios, those of the differences."""
    rule: dict[str, Any] = {} if look_ahead is None else {"look_ahead": look_ahead}
    aims = _aims(half_width)
    answered(
        lambda **options: sim.precision(
            *names, half_widths=aims, maximum=maximum, **rule, **options
        ),
        ("precision", *names), run, study,
    )  # fmt: skip


def _aims(texts: list[str] | None) -> dict[str, Any] | None:
    """Return the half-widths that were asked for; None for the usual ones."""
    if not texts:
        return None
    aims, problems = {}, []
    for text in texts:
        name, _, value = text.rpartition("=")
        relative = value.endswith("%")
        try:
            # Python takes 1_0 for ten.
            number = float(value.removesuffix("%").replace("_", "?"))
            aims[name] = sim.Aim(number / 100.0 if relative else number, relative)
        except (ValueError, InputError):
            problems.append(
                f"--half-width: '{text}' is not a quantity and a number above 0, such as "
                "in_county_rate=0.002 or wait_mean:clinic=5%"
            )
    if problems:
        raise InputError(*problems)
    return aims


@with_options
def warm_up(
    name: Name,
    quantity: Quantities = None,
    region: Area = None,
    weeks: SeriesWeeks = 26,
    earlier: Earlier = 52,
    replications: SeriesRuns = None,
    window: Window = 7,
    seed: Seed = None,
    *,
    study: DrawnStudyOptions,
) -> None:
    """Recommend a warm-up (MSER-5) and draw Welch's picture of the run's beginning."""
    answered(
        lambda **options: sim.warm_up(
            name, quantities=quantity, earlier=earlier, window=window, **options
        ),
        ("warm-up", name), RunOptions(region=region, weeks=weeks, seed=seed), study,
        **({} if replications is None else {"replications": replications}),
    )  # fmt: skip


@with_options
def long_run(
    name: Annotated[str, typer.Argument(help="Name of a network, or a YAML file.")],
    times: Annotated[
        int, whole("--times", allowed=ranges.TIMES, help="How many times the file's length.")
    ] = 1,
    batches: Annotated[
        int | None, whole("--batches", allowed=ranges.BATCHES, help="20 unless stated.")
    ] = None,
    lang: Lang = "zh",
    out: Out = None,
    scenarios: Folder = None,
) -> None:
    """Run a network once, for long, and give intervals by batch means."""
    cut: dict[str, Any] = {} if batches is None else {"batches": batches}
    answered(
        lambda **options: sim.long_run(name, times=times, **cut, **options),
        ("long-run", name), RunOptions(), StudyOptions(lang=lang, out=out, scenarios=scenarios),
    )  # fmt: skip
