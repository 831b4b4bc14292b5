"""The commands. Errors are one line each on standard error, exit code 2, nothing written."""

from __future__ import annotations

import io
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.care import CareRun, run_care
from sim.cli.coverage import coverage
from sim.cli.fit import run_fit
from sim.cli.long_run import long_run
from sim.cli.network import check_network, network_folders, run_network
from sim.cli.options import (
    RESULTS,
    SCENARIOS,
    Check,
    Engine,
    Folder,
    Lang,
    Names,
    ReplicatedRunOptions,
    RunOptions,
    StudyOptions,
    Workers,
    run_settings,
    with_options,
)
from sim.cli.precision import precision
from sim.cli.start import (
    compile_first,
    found_scenario,
    load_scenarios,
    open_console,
)
from sim.cli.uncertainty import uncertainty
from sim.cli.validate import validate
from sim.cli.warm_up import warm_up
from sim.cli.why import why
from sim.engine.choose import EngineName
from sim.errors import InputError, Problem
from sim.questions.patient_log import write_patient_log
from sim.runs.executor import available_processors
from sim.runs.study import StudyInterrupted
from sim.scenario import (
    Scenario,
    check_file,
    diff_to_parent,
    list_scenarios,
    load_scenario,
    resolved_yaml,
    scenario_kind,
)
from sim.scenario.load import scenario_path
from sim.scenario.network.load import load_network
from sim.scenario.network.resolve import resolved_network
from sim.scenario.network.schema import NetworkScenario
from sim.subjects.care.model import CARE
from sim.subjects.network.model import NETWORK_PATHWAY

MAIN_SCENARIOS = ("baseline-2020", "no-reform-2025", "plan-2025")
MAIN_RUN = {"replications": 3}
MAIN_STUDY = "main"

app = typer.Typer(
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Where will a region's patients be treated? Without a command: the main comparison.",
)

app.add_typer(why, name="why")
app.command()(uncertainty)


def _study(
    scenarios: list[Scenario],
    study: StudyOptions,
    out: Path,
    engine: EngineName,
    *,
    comparison_only: bool = False,
    check: bool = False,
) -> None:
    console = open_console()
    compile_first(CARE)
    request = CareRun(
        scenarios=tuple(scenarios),
        folder=study.scenarios,
        out=out,
        workers=study.workers or available_processors(),
        lang=study.lang,
        engine=engine,
        check=check,
    )
    started = time.perf_counter()
    failures = run_care(request, console, comparison_only=comparison_only)
    console.print(f"{out}: {time.perf_counter() - started:.0f} s")
    if failures:
        raise typer.Exit(1)


@app.callback(invoke_without_command=True)
def main_job(
    context: typer.Context,
    lang: Lang = "zh",
    workers: Workers = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
) -> None:
    """Run the main comparison: one county today, without reform, and under the plan."""
    context.obj = {"debug": debug}
    if context.invoked_subcommand is None:
        loaded = load_scenarios(list(MAIN_SCENARIOS), SCENARIOS, None, dict(MAIN_RUN))
        scenarios = [s for s in loaded if isinstance(s, Scenario)]
        study = StudyOptions(workers=workers, lang=lang)
        _study(scenarios, study, RESULTS / MAIN_STUDY, "compiled")


@app.command("run")
@with_options
def run_command(
    names: Names,
    engine: Engine = "compiled",
    check: Check = False,
    *,
    run: ReplicatedRunOptions,
    study: StudyOptions,
) -> None:
    """Run scenarios; the first is what the others are compared with."""
    settings = run.settings()
    loaded = load_scenarios(names, study.scenarios, run.region, settings)
    networks = [s for s in loaded if isinstance(s, NetworkScenario)]
    care = [s for s in loaded if isinstance(s, Scenario)]
    if networks and care:
        raise InputError("networks and care scenarios cannot be run together; run them apart")
    if networks:
        folders = network_folders([network.name for network in networks], study.out)
        compile_first(NETWORK_PATHWAY)
        processors = study.workers or available_processors()
        failures = [
            run_network(network, folder, processors, study.lang, engine, open_console(), check)
            for network, folder in zip(networks, folders, strict=True)
        ]
        raise typer.Exit(1 if sum(failures) else 0)
    target = study.out or RESULTS / _study_name(care)
    _study(care, study, target, engine, check=check)


@app.command()
@with_options
def compare(
    names: Names,
    engine: Engine = "compiled",
    check: Check = False,
    *,
    run: ReplicatedRunOptions,
    study: StudyOptions,
) -> None:
    """Show paired differences to the first scenario, running only what is not known yet."""
    if len(names) < 2:
        raise InputError("compare needs two scenarios or more; the first is the base")
    loaded = load_scenarios(names, study.scenarios, run.region, run.settings())
    care = [s for s in loaded if isinstance(s, Scenario)]
    if len(care) < len(loaded):
        raise InputError("networks have no scenarios to compare; use run")
    target = study.out or RESULTS / _study_name(care)
    _study(care, study, target, engine, comparison_only=True, check=check)


def _study_name(scenarios: list[Scenario]) -> str:
    return "_".join(scenario.name for scenario in scenarios[:4])


@app.command("list")
def list_command(scenarios: Folder = SCENARIOS, lang: Lang = "zh") -> None:
    """List the scenarios."""
    if not scenarios.is_dir():
        raise InputError(f"there is no folder {scenarios}; --scenarios names one")
    console = open_console()
    for folder in (scenarios, scenarios / "networks"):
        for item in list_scenarios(folder) if folder.is_dir() else []:
            title = (
                getattr(item.title, lang, "") if item.title else "; ".join(map(str, item.problems))
            )
            console.print(f"{item.name:20} {item.kind:8} {title}", markup=False, highlight=False)


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="Name of a scenario, or a YAML file.")],
    diff: Annotated[
        bool, typer.Option("--diff", help="Only what differs from its parent.")
    ] = False,
    scenarios: Folder = SCENARIOS,
) -> None:
    """Show a scenario with everything it inherits, or what it changes in its parent."""
    name = found_scenario(name, scenarios)
    if scenario_kind(name, scenarios) == "network":
        if diff:
            raise InputError("--diff: a network is shown with all that it inherits")
        typer.echo(resolved_network(load_network(name, scenarios)))
        return
    scenario = load_scenario(name, scenarios)
    if diff:
        for change in diff_to_parent(scenario, scenarios):
            typer.echo(str(change))
    else:
        typer.echo(resolved_yaml(scenario))


@app.command()
def check(
    files: Annotated[list[str], typer.Argument(help="Scenario files or names.")],
    scenarios: Folder = SCENARIOS,
    lang: Lang = "zh",
) -> None:
    """Check scenario files without running them."""
    problems: list[Problem] = []
    for name in (found_scenario(word, scenarios) for word in files):
        try:
            if scenario_kind(name, scenarios) == "network":
                check_network(load_network(name, scenarios), lang, open_console())
            else:
                problems += check_file(scenario_path(name, scenarios), scenarios)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(*problems)
    typer.echo(f"{len(files)} checked, nothing wrong")


@app.command()
@with_options
def log(
    name: Annotated[str, typer.Argument(help="Name of a scenario, or a YAML file.")],
    out: Annotated[Path, typer.Argument(help="Parquet file to write.")],
    replication: Annotated[int, typer.Option("--replication", min=0, max=2**32 - 1)] = 0,
    scenarios: Folder = SCENARIOS,
    *,
    run: RunOptions,
) -> None:
    """Write the patient log of one replication: a row for every step of every patient."""
    (scenario,) = load_scenarios([name], scenarios, run.region, run.settings())
    rows = write_patient_log(scenario, scenarios, replication, out)
    typer.echo(f"{out}: {rows} rows")


@app.command()
def fit(
    name: Annotated[str, typer.Argument(help="Scenario of the base year.")] = "baseline-2020",
    out: Annotated[Path, typer.Option("--out", help="Kinds table to write.")] = RESULTS
    / "kinds.csv",
    rounds: Annotated[int, typer.Option("--rounds", min=1, max=50)] = 6,
    weeks: Annotated[int, typer.Option("--weeks", min=1)] = 2,
    warm_up: Annotated[int, typer.Option("--warm-up", min=0)] = 1,
    workers: Workers = None,
    scenarios: Folder = SCENARIOS,
) -> None:
    """Fit the choice constants to the shares of the tiers over a spread of counties (rough)."""
    (scenario,) = load_scenarios(
        [name], scenarios, None, run_settings(weeks=weeks, warm_up=warm_up)
    )
    if not isinstance(scenario, Scenario):
        raise InputError("a network has no choice constants to fit")
    compile_first(CARE)
    run_fit(scenario, scenarios, rounds, out, workers or available_processors(), open_console())


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
    try:
        app(words, prog_name="run_scenarios.py", standalone_mode=True)
    except InputError as error:
        for problem in error.problems:
            typer.echo(str(problem), err=True)
        if "--debug" in words:
            raise
        sys.exit(2)
    except StudyInterrupted as stopped:
        typer.echo(str(stopped), err=True)
        sys.exit(130)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        if "--debug" in words:
            raise
        line = " ".join(f"{type(error).__name__}: {error}".split())
        typer.echo(f"unexpected: {line} (--debug before the command shows where)", err=True)
        sys.exit(1)
