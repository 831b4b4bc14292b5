"""The options that commands share, with their words of help. Imports nothing that takes time."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields, is_dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import typer

from sim import ranges
from sim.ranges import ANY, Whole

RESULTS = Path("results")
_MOST_DIGITS = 19


def whole(*names: str, allowed: Whole = ANY, help: str = "") -> Any:
    """Return an option that is a whole number.

    The library of the command line would take ``1_0`` for ten, and say the rest in words of programmers.

    Parameters
    ----------
    *names : str
        Such as ``--weeks``.
    allowed : Whole
        What it may be.
    help : str
        What it is.
    """
    least, most = allowed.least, allowed.most

    def read(word: str | int) -> int:
        text = str(word).strip()
        if re.fullmatch(rf"[+-]?[0-9]{{1,{_MOST_DIGITS}}}", text):
            number = int(text)
            if allowed.holds(number):
                return number
        if re.fullmatch(rf"[+-]?[0-9]{{{_MOST_DIGITS + 1},}}", text):
            raise typer.BadParameter(
                f"must be a whole number of at most {_MOST_DIGITS} digits, not '{text}'"
            )
        if most is not None:
            raise typer.BadParameter(
                f"must be a whole number from {least or 0} to {most}, not '{text}'"
            )
        if least is not None:
            raise typer.BadParameter(f"must be a whole number, at least {least}, not '{text}'")
        raise typer.BadParameter(f"must be a whole number, not '{text}'")

    span = "" if least is None else f" {least}..{'' if most is None else most}"
    return typer.Option(*names, help=help or None, parser=read, metavar=f"<int{span}>")


Name = Annotated[str, typer.Argument(help="Name of a scenario, or a YAML file.")]
Names = Annotated[list[str], typer.Argument(help="Names of scenarios, or YAML files.")]
MaybeNames = Annotated[
    list[str] | None,
    typer.Argument(help="Names of scenarios, or YAML files; those of the main comparison if none."),
]
Indicators = Annotated[
    list[str] | None, typer.Option("--indicator", help="What to show; may be repeated.")
]
Folder = Annotated[
    Path | None,
    typer.Option(
        "--scenarios",
        help="Folder of scenario files; by default scenarios/ here, else those that came with the program.",
    ),
]
Area = Annotated[
    list[str] | None, typer.Option("--region", help="Another area: fujian/youxi; may be repeated.")
]
Weeks = Annotated[int | None, whole("--weeks", allowed=ranges.WEEKS, help="Counted weeks.")]
WarmUp = Annotated[
    int | None, whole("--warm-up", allowed=ranges.WARM_UP, help="Weeks before them.")
]
Replications = Annotated[
    int | None,
    whole("--replications", "-n", allowed=ranges.REPLICATIONS, help="Runs with other luck."),
]
Seed = Annotated[int | None, whole("--seed", allowed=ranges.SEED, help="Of all chance.")]
Workers = Annotated[
    str | None,
    typer.Option(
        "--workers",
        "-w",
        help="Processors: runs side by side, or the counties of one; or a Dask scheduler, tcp://host:8786.",
    ),
]
Lang = Annotated[Literal["zh", "en"], typer.Option("--lang", help="Language of what is shown.")]
Engine = Annotated[
    Literal["compiled", "simpy"], typer.Option("--engine", help="Both give the same results.")
]
Check = Annotated[
    bool, typer.Option("--check", help="Fail runs whose counters contradict each other.")
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Take warnings for errors: nothing is run then.")
]
Figures = Annotated[
    bool, typer.Option("--figures/--no-figures", help="Whether pictures are drawn.")
]
Out = Annotated[Path | None, typer.Option("--out", help="Results folder.")]


@dataclass(frozen=True, kw_only=True)
class _Group:
    """Options that belong together."""

    def stated(self) -> dict[str, Any]:
        """Return the options by name; what is not stated is left out."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class RunOptions(_Group):
    """What a command may say otherwise than the scenario file."""

    region: Area = None
    weeks: Weeks = None
    warm_up: WarmUp = None
    seed: Seed = None


@dataclass(frozen=True, kw_only=True)
class ReplicatedRunOptions(RunOptions):
    """The same where replications are asked for."""

    replications: Replications = None


@dataclass(frozen=True, kw_only=True)
class StudyOptions(_Group):
    """How a study is carried out and shown, and where."""

    workers: Workers = None
    lang: Lang = "zh"
    out: Out = None
    scenarios: Folder = None


@dataclass(frozen=True, kw_only=True)
class DrawnStudyOptions(StudyOptions):
    """The same where the answer has pictures."""

    figures: Figures = True


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the fields of its parameters that are dataclasses as options of its own.

    The command-line library reads options from a signature; without this every command would repeat them.

    Parameters
    ----------
    command : callable
        Its parameters of such a type are keyword-only.
    """
    hints = get_type_hints(command, include_extras=True)
    groups: dict[str, type[Any]] = {
        name: kind for name, kind in hints.items() if isinstance(kind, type) and is_dataclass(kind)
    }
    names = {group: [field.name for field in fields(kind)] for group, kind in groups.items()}

    @wraps(command)
    def spread(**given: Any) -> None:
        for group, kind in groups.items():
            given[group] = kind(**{name: given.pop(name) for name in names[group]})
        command(**given)

    def parameters() -> Iterator[inspect.Parameter]:
        for name, parameter in inspect.signature(command).parameters.items():
            if name not in groups:
                yield parameter.replace(annotation=hints[name])
                continue
            of_group = get_type_hints(groups[name], include_extras=True)
            for field in fields(groups[name]):
                yield parameter.replace(
                    name=field.name, default=field.default, annotation=of_group[field.name]
                )

    shown = list(parameters())
    spread.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]
    spread.__annotations__ = {parameter.name: parameter.annotation for parameter in shown}
    return spread
