"""``validate``, ``coverage`` and ``fit``: why believe it?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import sim
from sim import ranges
from sim.cli.options import RESULTS, Folder, Lang, Out, Workers, whole
from sim.cli.screen import progress, say, show
from sim.cli.speech import told
from sim.errors import ValidationStopped

VALIDATION = "validation"


def validate(
    quick: Annotated[bool, typer.Option("--quick", help="Shorter runs: two minutes.")] = False,
    publish: Annotated[
        Path | None,
        typer.Option("--publish", help="Folder, such as docs, for page and picture as well."),
    ] = None,
    workers: Workers = None,
    lang: Lang = "zh",
    out: Out = None,
    scenarios: Folder = None,
) -> None:
    """Hold the model against theory, invariants and published figures; write a report."""
    folder: Path = out or RESULTS / VALIDATION
    try:
        validation = sim.validate(
            quick=quick,
            out=folder,
            publish=publish,
            lang=lang,
            workers=workers,
            tell=say,
            scenarios=scenarios,
        )
    except ValidationStopped as stopped:
        typer.echo(told(f"validation stopped, nothing written: {stopped}"), err=True)
        raise typer.Exit(1) from stopped
    for section in validation.sections:
        for problem in section.problems:
            typer.echo(f"{section.name}: {problem}", err=True)
    say(f"{folder}: {validation.seconds:.0f} s")
    if validation.failed:
        typer.echo(told(f"not passed: {', '.join(validation.failed)}"), err=True)
        raise typer.Exit(1)


def coverage(
    repetitions: Annotated[int | None, whole("--repetitions", allowed=ranges.REPETITIONS)] = None,
    replications: Annotated[
        int | None, whole("--replications", "-n", allowed=ranges.SHIPPED_REPLICATIONS)
    ] = None,
    write: Annotated[
        Path | None, typer.Option("--write", help="Page whose measured tables are replaced.")
    ] = None,
    workers: Workers = None,
    out: Annotated[Path, typer.Option("--out", help="Results folder.")] = RESULTS / "coverage",
    scenarios: Folder = None,
) -> None:
    """Measure whether 95 % intervals cover 95 %, and what common random numbers save."""
    counts = {"repetitions": repetitions, "replications": replications}
    stated = {name: count for name, count in counts.items() if count is not None}
    measured = sim.coverage(
        out, workers=workers, progress=progress(), scenarios=scenarios, write=write, **stated
    )
    for table in measured.pages().values():
        typer.echo(f"{table}\n")
    for miss in measured.misses:
        typer.echo(miss, err=True)
    if measured.misses:
        raise typer.Exit(1)


def fit(
    name: Annotated[str, typer.Argument(help="Scenario of the base year.")] = "baseline-2020",
    out: Annotated[Path, typer.Option("--out", help="Kinds table to write.")] = RESULTS
    / "kinds.csv",
    rounds: Annotated[int, whole("--rounds", allowed=ranges.ROUNDS)] = 6,
    weeks: Annotated[int, whole("--weeks", allowed=ranges.WEEKS)] = 2,
    warm_up: Annotated[int, whole("--warm-up", allowed=ranges.WARM_UP)] = 1,
    workers: Workers = None,
    scenarios: Folder = None,
) -> None:
    """Fit the choice constants to the shares of the tiers over all people of a region (rough)."""
    fitted = sim.fit(
        name,
        rounds=rounds,
        weeks=weeks,
        warm_up=warm_up,
        workers=workers,
        scenarios=scenarios,
        kinds_file=out,
    )
    show(fitted, "en")
    say(f"{out}: the kinds table with these constants")
