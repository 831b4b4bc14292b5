"""The commands. Errors are one line each on standard error, exit code 2, nothing written.

Every command asks the public interface, `import sim`, and shows what it says. Nothing is imported here that
takes time: the help of a command appears at once.
"""

from __future__ import annotations

import io
import os
import re
import sys
from pathlib import Path
from typing import Annotated

import typer

import sim
from sim import ranges
from sim.cli.ending import INTERRUPTED, leave_unread, tell_ending
from sim.cli.evidence import coverage, fit, validate
from sim.cli.how_sure import long_run, precision, uncertainty, warm_up
from sim.cli.options import (
    Area,
    Check,
    DrawnStudyOptions,
    Engine,
    Folder,
    Lang,
    MaybeNames,
    Names,
    ReplicatedRunOptions,
    RunOptions,
    Strict,
    StudyOptions,
    Workers,
    whole,
    with_options,
)
from sim.cli.remarks import tell_remarks
from sim.cli.screen import say
from sim.cli.screen import show as show_answer
from sim.cli.speech import check_encoding, command_of, spoken, stated_language, told
from sim.cli.study import answered
from sim.cli.why import why
from sim.errors import InputError
from sim.glossary import counted, glossary, label
from sim.messages import message_language

MAIN_SCENARIOS = ("baseline-2020", "no-reform-2025", "plan-2025")
MAIN_REPLICATIONS = 3
MAIN_STUDY = "main"

app = typer.Typer(
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Where will a region's patients be treated? Without a command: the main comparison.",
)


@app.callback(invoke_without_command=True)
def main_job(
    context: typer.Context,
    lang: Lang = "zh",
    workers: Workers = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
) -> None:
    """Run the main comparison: one county today, without reform, and under the plan."""
    # `main` looks for it itself, since it holds for errors of the command line too.
    del debug
    if context.invoked_subcommand is not None:
        if workers is not None:
            raise InputError("--workers: stands behind the command")
        return
    answered(
        lambda **options: sim.run(*MAIN_SCENARIOS, **options),
        (MAIN_STUDY,),
        ReplicatedRunOptions(replications=MAIN_REPLICATIONS),
        StudyOptions(workers=workers, lang=lang),
    )


@app.command("run")
@with_options
def run_command(
    names: MaybeNames = None,
    engine: Engine = "compiled",
    check: Check = False,
    strict: Strict = False,
    *,
    run: ReplicatedRunOptions,
    study: DrawnStudyOptions,
) -> None:
    """Run scenarios or networks; the first scenario is what the others are compared with."""
    chosen = names or [*MAIN_SCENARIOS]
    tell_remarks(chosen, study.lang, strict=strict, scenarios=study.scenarios, **run.stated())
    answered(
        lambda **options: sim.run(*chosen, **options), chosen, run, study,
        engine=engine, check=check,
    )  # fmt: skip


@app.command()
@with_options
def compare(
    names: Names,
    engine: Engine = "compiled",
    check: Check = False,
    *,
    run: ReplicatedRunOptions,
    study: DrawnStudyOptions,
) -> None:
    """Show paired differences to the first scenario, running only what is not known yet."""
    answered(
        lambda **options: sim.compare(*names, **options), names, run, study,
        engine=engine, check=check,
    )  # fmt: skip


app.add_typer(why, name="why")
app.command()(uncertainty)


@app.command("list")
def list_command(
    region: Annotated[
        str | None, typer.Option("--region", help="The counties of this region instead.")
    ] = None,
    scenarios: Folder = None,
    lang: Lang = "zh",
) -> None:
    """List the scenarios, or the counties of a region."""
    if region is not None:
        for county in sim.areas(region, scenarios=scenarios).itertuples():
            key = re.sub(r"[ -]", "_", str(county.kind))
            kind = label(f"area.{key}", lang)
            say(f"{county.county} {county.name_zh} {county.name_en} {kind} {county.population:,}")
        return
    for item in sim.listing(scenarios=scenarios):
        title = getattr(item.title, lang, "") if item.title else "; ".join(map(str, item.problems))
        key = f"subject.{item.kind}"
        kind = label(key, lang) if key in glossary() else item.kind
        say(f"{item.name:20} {kind:8} {title}")


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="Name of a scenario, or a YAML file.")],
    diff: Annotated[
        bool, typer.Option("--diff", help="Only what differs from its parent.")
    ] = False,
    scenarios: Folder = None,
    lang: Lang = "zh",
) -> None:
    """Show a scenario with everything it inherits, or what it changes in its parent."""
    # A file has both languages: `lang` is that of messages, known before the command line is parsed.
    del lang
    if diff:
        for change in sim.changes(name, scenarios=scenarios):
            typer.echo(str(change))
    else:
        typer.echo(sim.resolved(name, scenarios=scenarios))


@app.command()
def check(
    files: Annotated[list[str], typer.Argument(help="Scenario files or names.")],
    region: Area = None,
    strict: Strict = False,
    scenarios: Folder = None,
    lang: Lang = "zh",
) -> None:
    """Check scenario files without running them."""
    # `lang` is the language of messages, which is known before the command line is parsed.
    problems = [
        problem for name in files for problem in sim.check(name, region=region, scenarios=scenarios)
    ]
    if problems:
        raise InputError(*problems)
    for name in files:
        show_answer(sim.describe(name, region=region, scenarios=scenarios), lang)
    tell_remarks(files, lang, strict=strict, thorough=True, region=region, scenarios=scenarios)
    say(f"{len(files)} checked, nothing wrong")


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="Where `scenarios` is made.")],
) -> None:
    """Write the scenarios and regions that came with the program into a folder, to be edited there."""
    say(f"{sim.new(folder)}: edit these; commands started in {folder} use them")


@app.command()
@with_options
def log(
    name: Annotated[str, typer.Argument(help="Name of a scenario, or a YAML file.")],
    out: Annotated[Path, typer.Argument(help="Parquet file to write.")],
    replication: Annotated[int, whole("--replication", allowed=ranges.REPLICATION)] = 0,
    scenarios: Folder = None,
    *,
    run: RunOptions,
) -> None:
    """Write the patient log of one replication: a row for every step of every patient."""
    rows = sim.write_log(name, out, replication=replication, scenarios=scenarios, **run.stated())
    say(f"{out}: {told(counted(rows, '# row'))}")


@app.command()
@with_options
def loads(
    name: Annotated[
        str, typer.Argument(help="Name of a scenario, or a YAML file.")
    ] = MAIN_SCENARIOS[0],
    *,
    run: ReplicatedRunOptions,
    study: StudyOptions,
) -> None:
    """Tell how busy departments, examinations and wards are, and mark the hardly used and the always full."""
    answered(lambda **options: sim.workload(name, **options), ("loads", name), run, study)


app.command()(fit)
app.command()(validate)
app.command("warm-up")(warm_up)
app.command()(precision)
app.command()(coverage)
app.command("long-run")(long_run)


def main(arguments: list[str] | None = None) -> None:
    """Run a command; ends the process with its exit code (2: the input is wrong)."""
    words = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show Chinese gets question marks, not the end of the command.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    language = message_language(words, os.environ)
    spoken.set(language)
    try:
        check_encoding(words)
        command = command_of(app, language)
        defaults = stated_language(command, words, language)
        code = command(words, prog_name="run_scenarios.py", standalone_mode=False, **defaults)
        sys.exit(code or 0)
    except (Exception, KeyboardInterrupt) as error:
        code = tell_ending(error, language)
        leave_unread()
        if "--debug" in words and code not in (0, INTERRUPTED):
            raise
        sys.exit(code)
