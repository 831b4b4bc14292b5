"""What every function that runs something can be told, beside its own arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias, TypedDict

from sim.engine.choose import EngineName
from sim.glossary import Language
from sim.runs.progress import Progress
from sim.scenario import Scenario
from sim.scenario.network.schema import NetworkScenario

Source: TypeAlias = str | Path | Mapping[str, object] | Scenario | NetworkScenario
"""A scenario by name, by file, as the content of a file, or as `load` returns it."""

Told = Callable[[int, int], object]
"""Called with the number of runs that have ended and the number of runs to compute."""


class OneRunOptions(TypedDict, total=False):
    """What is run otherwise than a scenario's file states, where the question says how many runs there are.

    Of `log` and `write_log`, and part of all that follow.

    Attributes
    ----------
    region : str or sequence of str
        Another area: ``"fujian/youxi"``, or several of one region. Care scenarios only.
    weeks, warm_up : int
        Counted weeks, at least 1, and weeks before them.
    seed : int
        Number from which all draws follow, at least 0.
    scenarios : Path or str
        The scenarios folder; by default ``scenarios`` here, or the one that came with the program.
    """

    region: str | Sequence[str] | None
    weeks: int | None
    warm_up: int | None
    seed: int | None
    scenarios: Path | str | None


class RunOptions(OneRunOptions, total=False):
    """The same of `load`, `describe` and all others that read a scenario: `OneRunOptions`, and how often.

    Attributes
    ----------
    replications : int
        Independent repetitions, 1 to 100,000.
    """

    replications: int | None


class StudyOptions(TypedDict, total=False):
    """How a study is carried out, and where its results go; part of those that follow.

    Attributes
    ----------
    out : Path or str
        Folder for tables, workbook and pictures; runs that it knows are not computed again. Without it
        nothing is kept.
    workers : int or str
        Runs side by side, or the counties of one; by default all processors. The address of a Dask scheduler,
        ``"tcp://host:8786"``, has its workers compute. Results do not depend on it. The SimPy engine, and more
        than eight runs side by side, take processes, which start the calling script anew: put what it does
        under ``if __name__ == "__main__":``, or use ``workers=1``.
    progress : Progress or callable
        Told how far the study is: ``progress(ended, to_compute)``, or an object as `sim.Progress`.
    lang : {'zh', 'en'}
        Language of what is written to `out`.
    """

    out: Path | str | None
    workers: int | str | None
    progress: Progress | Told | None
    lang: Language


class OneStudyOptions(OneRunOptions, StudyOptions, total=False):
    """Of `precision` and `long_run`: `OneRunOptions` and `StudyOptions`."""


class FitOptions(OneRunOptions, total=False):
    """Of `fit`: `OneRunOptions`, and by whom.

    Attributes
    ----------
    workers : int
        Counties of the run side by side; by default all processors.
    """

    workers: int | str | None


class Options(RunOptions, StudyOptions, total=False):
    """Of `marginal`, `leaks`, `bottlenecks` and `uncertainty`: `RunOptions` and `StudyOptions`."""


class DrawnOptions(Options, total=False):
    """Of `waterfall` and `warm_up`: `Options`, and whether there are pictures.

    Attributes
    ----------
    figures : bool
        Whether the pictures of an answer that has any are drawn into `out`; default true.
    """

    figures: bool


class EngineOptions(DrawnOptions, total=False):
    """Of `run` and `compare`: `DrawnOptions`, and by which engine.

    Attributes
    ----------
    engine : {'compiled', 'simpy'}
        Both give the same results, to the bit.
    check : bool
        Fail runs whose counters contradict each other.
    """

    engine: EngineName
    check: bool
