"""What every function that runs something can be told, beside its own arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypedDict

from sim.engine.choose import EngineName
from sim.errors import InputError, nearest
from sim.glossary import Language
from sim.runs.progress import Progress

Told = Callable[[int, int], object]
"""Called with the number of runs that have ended and the number of runs to compute."""


class RunOptions(TypedDict, total=False):
    """What is run otherwise than a scenario's file states.

    Attributes
    ----------
    region : str or sequence of str
        Another area: ``"fujian/youxi"``, or several of one region. Care scenarios only.
    weeks, warm_up : int
        Counted weeks, and weeks before them.
    replications : int
        Independent repetitions.
    seed : int
        Number from which all draws follow.
    scenarios : Path or str
        The scenarios folder; by default ``scenarios`` here, or the one that came with the program.
    """

    region: str | Sequence[str] | None
    weeks: int | None
    warm_up: int | None
    replications: int | None
    seed: int | None
    scenarios: Path | str | None


class StudyOptions(TypedDict, total=False):
    """How a study is carried out, and where its results go.

    Attributes
    ----------
    out : Path or str
        Folder for tables, workbook and pictures; runs that it knows are not computed again. Without it
        nothing is kept.
    workers : int or str
        Runs side by side, or the counties of one; by default all processors. The address of a Dask scheduler,
        ``"tcp://host:8786"``, has its workers compute. Results do not depend on it.
    progress : Progress or callable
        Told how far the study is: ``progress(ended, to_compute)``, or an object as `sim.Progress`.
    lang : {'zh', 'en'}
        Language of what is written to `out`.
    figures : bool
        Whether the pictures of an answer that has any are drawn into `out`; default true.
    """

    out: Path | str | None
    workers: int | str | None
    progress: Progress | Told | None
    lang: Language
    figures: bool


class Options(RunOptions, StudyOptions, total=False):
    """Both."""


class EngineOptions(Options, total=False):
    """Both, and by which engine.

    Attributes
    ----------
    engine : {'compiled', 'simpy'}
        Both give the same results, to the bit.
    check : bool
        Fail runs whose counters contradict each other.
    """

    engine: EngineName
    check: bool


def check_options(options: RunOptions) -> None:
    """Refuse options that no function takes, which Python itself does not.

    Raises
    ------
    InputError
        With the nearest right name of each.
    """
    known = [*EngineOptions.__annotations__]
    unknown = [name for name in options if name not in known]
    if unknown:
        allowed = ", ".join(known)
        raise InputError(
            *(f"there is no option '{n}'{nearest(n, known)}; allowed: {allowed}" for n in unknown)
        )
