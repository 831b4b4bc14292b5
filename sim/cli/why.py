"""``why``: shares of a difference, marginal values, leaks and bottlenecks."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

import sim
from sim.cli.options import (
    DrawnStudyOptions,
    Indicators,
    Name,
    Names,
    ReplicatedRunOptions,
    StudyOptions,
    with_options,
)
from sim.cli.study import answered

why = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    help="Why is the answer what it is? Parts of a difference, marginal values, leaks, bottlenecks.",
)


@why.command()
@with_options
def waterfall(
    base: Annotated[str, typer.Argument(help="The scenario to start from.")],
    goal: Annotated[str, typer.Argument(help="The scenario to arrive at.")],
    by: Annotated[Literal["family", "lever"], typer.Option("--by", help="Parts.")] = "family",
    indicator: Indicators = None,
    *,
    run: ReplicatedRunOptions,
    study: DrawnStudyOptions,
) -> None:
    """Tell which levers make the difference between two scenarios: alone, last, and over all orders."""
    answered(
        lambda **options: sim.waterfall(base, goal, by=by, indicators=indicator, **options),
        ("why-waterfall", base, goal), run, study,
    )  # fmt: skip


@why.command()
@with_options
def marginal(
    name: Name,
    indicator: Indicators = None,
    *,
    run: ReplicatedRunOptions,
    study: StudyOptions,
) -> None:
    """Tell what one more physician, ten more beds or one more point of reimbursement are worth."""
    answered(
        lambda **options: sim.marginal(name, indicators=indicator, **options),
        ("why-marginal", name), run, study,
    )  # fmt: skip


@why.command()
@with_options
def leaks(names: Names, *, run: ReplicatedRunOptions, study: StudyOptions) -> None:
    """Tell which care leaves the county: by county, condition, tier and reason."""
    answered(lambda **options: sim.leaks(*names, **options), ("why-leaks", *names), run, study)


@why.command()
@with_options
def bottlenecks(names: Names, *, run: ReplicatedRunOptions, study: StudyOptions) -> None:
    """Tell where patients wait, and which queues they leave."""
    answered(
        lambda **options: sim.bottlenecks(*names, **options),
        ("why-bottlenecks", *names), run, study,
    )  # fmt: skip
