"""What commands do before they begin: find and read scenarios, compile, open the screen."""

from __future__ import annotations

from pathlib import Path

import typer
from rich.console import Console

from sim.engine.compiled import loop_of
from sim.engine.model import Pathway
from sim.errors import InputError, Problem
from sim.kernel import CACHE_FOLDER, is_compiled
from sim.scenario import Scenario, load_scenario, overridden, scenario_kind
from sim.scenario.network.load import load_network
from sim.scenario.network.resolve import network_with_run
from sim.scenario.network.schema import NetworkScenario

_LONGEST_NAME = 200


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """End as other tools do when their reader, such as `head`, has had enough."""
        try:
            super().on_broken_pipe()
        except SystemExit:
            raise SystemExit(0) from None


def open_console() -> Console:
    """Return where results are shown: as wide as the terminal, 100 characters in a file."""
    found = _Console()
    return found if found.is_terminal else _Console(width=100)


def found_scenario(name: str, folder: Path) -> str:
    """Return a scenario's name or file; names are also looked up among the networks."""
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}; --scenarios names one")
    if len(name) > _LONGEST_NAME:
        raise InputError(
            f"there is no scenario of {len(name)} characters; allowed: {_LONGEST_NAME}"
        )
    network = folder / "networks" / f"{name}.yaml"
    return str(network) if network.is_file() and not (folder / f"{name}.yaml").is_file() else name


def load_scenarios(
    names: list[str],
    folder: Path,
    region: list[str] | None,
    run: dict[str, object],
) -> list[Scenario | NetworkScenario]:
    """Read scenarios and apply the options; all problems of all of them at once."""
    found: list[Scenario | NetworkScenario] = []
    problems: list[Problem] = []
    for name in (found_scenario(word, folder) for word in names):
        try:
            if scenario_kind(name, folder) == "network":
                if region:
                    raise InputError("--region: a network has no region; it states its own run")
                found.append(network_with_run(load_network(name, folder), run))
            else:
                scenario = load_scenario(name, folder)
                found.append(overridden(scenario, region=region or (), run=run))
        except InputError as error:
            problems += [p for p in error.problems if p not in problems]
    if problems:
        raise InputError(*problems)
    return found


def compile_first(pathway: Pathway) -> None:
    """Compile once before workers start, so that they find it done; say so when it takes time."""
    if CACHE_FOLDER is None:
        what = "the cache folder cannot be written, so the model is compiled anew every time"
        typer.echo(what, err=True)
    elif not is_compiled():
        typer.echo("compiling the model, once after installation: about half a minute", err=True)
    pathway.compile()
    loop_of(pathway).compile()
