"""The commands. Errors are one line each on standard error, exit code 2, nothing written."""

from __future__ import annotations

import io
import sys
import time
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from sim.cli.care import CareRun, run_care
from sim.cli.fit import run_fit
from sim.cli.network import run_network
from sim.engine.choose import EngineName
from sim.engine.compiled import loop_of
from sim.engine.model import Pathway
from sim.errors import InputError, Problem
from sim.kernel import CACHE_FOLDER, is_compiled
from sim.scenario import (
    Scenario,
    check_file,
    diff_to_parent,
    list_scenarios,
    load_scenario,
    overridden,
    resolved_yaml,
    scenario_kind,
)
from sim.scenario.load import scenario_path
from sim.scenario.network_file import load_network
from sim.scenario.network_schema import NetworkScenario
from sim.study.care_model import CARE
from sim.study.executor import available_processors
from sim.study.network import NETWORK_PATHWAY
from sim.study.patient_log import write_patient_log
from sim.study.study import StudyInterrupted

MAIN_SCENARIOS = ("baseline-2020", "no-reform-2025", "plan-2025")
MAIN_RUN = {"warm_up": "4 w", "length": "1 y", "replications": 3}
MAIN_STUDY = "main"
_LONGEST_NAME = 200

app = typer.Typer(
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Where will a region's patients be treated? Without a command: the main comparison.",
)

Names = Annotated[list[str], typer.Argument(help="Names of scenarios, or YAML files.")]
Folder = Annotated[Path, typer.Option("--scenarios", help="Folder of scenario files.")]
Area = Annotated[
    list[str] | None, typer.Option("--region", help="Another area: fujian/youxi; may be repeated.")
]
Weeks = Annotated[int | None, typer.Option("--weeks", help="Counted weeks.", min=1)]
WarmUp = Annotated[int | None, typer.Option("--warm-up", help="Weeks before them.", min=0)]
Replications = Annotated[int | None, typer.Option("--replications", "-n", min=1)]
Seed = Annotated[int | None, typer.Option("--seed", min=0)]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers", "-w", help="Processors: runs side by side, or the counties of one.", min=1
    ),
]
Lang = Annotated[Literal["zh", "en"], typer.Option("--lang", help="Language of what is shown.")]
Engine = Annotated[EngineName, typer.Option("--engine", help="Both give the same results.")]
Out = Annotated[Path | None, typer.Option("--out", help="Results folder.")]

SCENARIOS = Path("scenarios")
RESULTS = Path("results")


def _console() -> Console:
    """Return where results are shown: as wide as the terminal, 100 characters in a file."""
    console = Console()
    return console if console.is_terminal else Console(width=100)


def _found(name: str, folder: Path) -> str:
    """Return a scenario's name or file; names are also looked up among the networks."""
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}; --scenarios names one")
    if len(name) > _LONGEST_NAME:
        raise InputError(
            f"there is no scenario of {len(name)} characters; allowed: {_LONGEST_NAME}"
        )
    network = folder / "networks" / f"{name}.yaml"
    return str(network) if network.is_file() and not (folder / f"{name}.yaml").is_file() else name


def _load(
    names: list[str],
    folder: Path,
    region: list[str] | None,
    run: dict[str, object],
) -> list[Scenario | NetworkScenario]:
    """Read scenarios and apply the options; all problems of all of them at once."""
    found: list[Scenario | NetworkScenario] = []
    problems: list[Problem] = []
    for name in (_found(word, folder) for word in names):
        try:
            if scenario_kind(name, folder) == "network":
                found.append(load_network(name, folder))
            else:
                scenario = load_scenario(name, folder)
                found.append(overridden(scenario, region=region or (), run=run))
        except InputError as error:
            problems += [p for p in error.problems if p not in problems]
    if problems:
        raise InputError(*problems)
    return found


def _run_settings(
    weeks: int | None, warm_up: int | None, replications: int | None, seed: int | None
) -> dict[str, object]:
    values = {
        "length": None if weeks is None else f"{weeks} w",
        "warm_up": None if warm_up is None else f"{warm_up} w",
        "replications": replications,
        "seed": seed,
    }
    return {key: value for key, value in values.items() if value is not None}


def _study(
    scenarios: list[Scenario],
    folder: Path,
    out: Path,
    workers: int | None,
    lang: Literal["zh", "en"],
    engine: EngineName,
    *,
    comparison_only: bool = False,
) -> None:
    console = _console()
    _compile(CARE)
    request = CareRun(
        scenarios=tuple(scenarios),
        folder=folder,
        out=out,
        workers=workers or available_processors(),
        lang=lang,
        engine=engine,
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
        loaded = _load(list(MAIN_SCENARIOS), SCENARIOS, None, dict(MAIN_RUN))
        scenarios = [s for s in loaded if isinstance(s, Scenario)]
        _study(scenarios, SCENARIOS, RESULTS / MAIN_STUDY, workers, lang, "compiled")


@app.command()
def run(
    names: Names,
    region: Area = None,
    weeks: Weeks = None,
    warm_up: WarmUp = None,
    replications: Replications = None,
    seed: Seed = None,
    workers: Workers = None,
    lang: Lang = "zh",
    out: Out = None,
    engine: Engine = "compiled",
    scenarios: Folder = SCENARIOS,
) -> None:
    """Run scenarios; the first is what the others are compared with."""
    settings = _run_settings(weeks, warm_up, replications, seed)
    loaded = _load(names, scenarios, region, settings)
    networks = [s for s in loaded if isinstance(s, NetworkScenario)]
    care = [s for s in loaded if isinstance(s, Scenario)]
    if networks and care:
        raise InputError("networks and care scenarios cannot be run together; run them apart")
    if networks:
        if settings or region:
            raise InputError("a network file states its own run; change it there")
        _compile(NETWORK_PATHWAY)
        processors = workers or available_processors()
        failures = [
            run_network(
                network, out or RESULTS / network.name, processors, lang, engine, _console()
            )
            for network in networks
        ]
        raise typer.Exit(1 if sum(failures) else 0)
    _study(care, scenarios, out or RESULTS / _study_name(care), workers, lang, engine)


@app.command()
def compare(
    names: Names,
    region: Area = None,
    weeks: Weeks = None,
    warm_up: WarmUp = None,
    replications: Replications = None,
    seed: Seed = None,
    workers: Workers = None,
    lang: Lang = "zh",
    out: Out = None,
    engine: Engine = "compiled",
    scenarios: Folder = SCENARIOS,
) -> None:
    """Show paired differences to the first scenario, running only what is not known yet."""
    if len(names) < 2:
        raise InputError("compare needs two scenarios or more; the first is the base")
    loaded = _load(names, scenarios, region, _run_settings(weeks, warm_up, replications, seed))
    care = [s for s in loaded if isinstance(s, Scenario)]
    if len(care) < len(loaded):
        raise InputError("networks have no scenarios to compare; use run")
    target = out or RESULTS / _study_name(care)
    _study(care, scenarios, target, workers, lang, engine, comparison_only=True)


def _compile(pathway: Pathway) -> None:
    """Compile once before workers start, so that they find it done; say so when it takes time."""
    if CACHE_FOLDER is None:
        what = "the cache folder cannot be written, so the model is compiled anew every time"
        typer.echo(what, err=True)
    elif not is_compiled():
        typer.echo("compiling the model, once after installation: about half a minute", err=True)
    pathway.compile()
    loop_of(pathway).compile()


def _study_name(scenarios: list[Scenario]) -> str:
    return "_".join(scenario.name for scenario in scenarios[:4])


@app.command("list")
def list_command(scenarios: Folder = SCENARIOS, lang: Lang = "zh") -> None:
    """List the scenarios."""
    if not scenarios.is_dir():
        raise InputError(f"there is no folder {scenarios}; --scenarios names one")
    console = _console()
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
    name = _found(name, scenarios)
    if scenario_kind(name, scenarios) == "network":
        typer.echo(scenario_path(name, scenarios).read_text("utf-8"))
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
) -> None:
    """Check scenario files without running them."""
    problems: list[Problem] = []
    for name in (_found(word, scenarios) for word in files):
        try:
            if scenario_kind(name, scenarios) == "network":
                load_network(name, scenarios)
            else:
                problems += check_file(scenario_path(name, scenarios), scenarios)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(*problems)
    typer.echo(f"{len(files)} checked, nothing wrong")


@app.command()
def log(
    name: Annotated[str, typer.Argument(help="Name of a scenario, or a YAML file.")],
    out: Annotated[Path, typer.Argument(help="Parquet file to write.")],
    replication: Annotated[int, typer.Option("--replication", min=0, max=2**32 - 1)] = 0,
    region: Area = None,
    weeks: Weeks = None,
    warm_up: WarmUp = None,
    seed: Seed = None,
    scenarios: Folder = SCENARIOS,
) -> None:
    """Write the patient log of one replication: a row for every step of every patient."""
    settings = _run_settings(weeks, warm_up, None, seed)
    (scenario,) = _load([name], scenarios, region, settings)
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
    (scenario,) = _load([name], scenarios, None, _run_settings(weeks, warm_up, None, None))
    if not isinstance(scenario, Scenario):
        raise InputError("a network has no choice constants to fit")
    _compile(CARE)
    run_fit(scenario, scenarios, rounds, out, workers or available_processors(), _console())


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
