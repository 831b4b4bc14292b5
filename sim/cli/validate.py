"""The validation, as a command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.options import RESULTS, SCENARIOS, Folder, Lang, Out, Workers
from sim.cli.start import compile_first, open_console
from sim.runs.atomic import clear_os_errors
from sim.runs.executor import available_processors
from sim.subjects.care.model import CARE
from sim.subjects.network.model import NETWORK_PATHWAY
from sim.validation.section import SectionError

FOLDER = "validation"


def validate(
    quick: Annotated[bool, typer.Option("--quick", help="Shorter runs: two minutes.")] = False,
    publish: Annotated[
        Path | None,
        typer.Option("--publish", help="Folder, such as docs, for page and picture as well."),
    ] = None,
    workers: Workers = None,
    lang: Lang = "zh",
    out: Out = None,
    scenarios: Folder = SCENARIOS,
) -> None:
    """Hold the model against theory, invariants and published figures; write a report."""
    # Not at the top: they take seconds to import (all of SciPy), and no other command needs them.
    from sim.report.validation_files import PAGE, publish_validation, write_validation
    from sim.validation.validate import validated

    console = open_console()
    if publish is not None:
        # Before the work of half an hour, not after it.
        with clear_os_errors(publish):
            publish.mkdir(parents=True, exist_ok=True)
    for pathway in (NETWORK_PATHWAY, CARE):
        compile_first(pathway)
    folder: Path = out or RESULTS / FOLDER
    try:
        found = validated(
            scenarios,
            quick=quick,
            workers=workers or available_processors(),
            tell=lambda words: console.print(words, markup=False, highlight=False),
        )
    except SectionError as error:
        typer.echo(f"validation stopped, nothing written: {error}", err=True)
        raise typer.Exit(1) from error
    write_validation(found, folder, lang)
    if publish is not None:
        publish_validation(found, folder, publish, lang)
    for section in found.sections:
        for problem in section.problems:
            typer.echo(f"{section.name}: {problem}", err=True)
    console.print(f"{folder / PAGE}: {found.seconds:.0f} s", markup=False, highlight=False)
    if found.failed:
        typer.echo(f"not passed: {', '.join(found.failed)}", err=True)
        raise typer.Exit(1)
