"""Ask a question and show its answer: what all commands that run something do."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.options import RESULTS, RunOptions, StudyOptions
from sim.cli.screen import progress, say, show

if TYPE_CHECKING:
    from sim import Answer

_MOST_NAMES = 4


def answered(
    ask: Callable[..., Answer],
    words: Sequence[str],
    run: RunOptions,
    study: StudyOptions,
    **more: Any,
) -> None:
    """Ask, show the answer, and say where its tables and pictures are.

    Parameters
    ----------
    ask : callable
        A function of `sim` that takes options; `more` are added to those of the command line.
    words : sequence of str
        The question and the scenarios: the name of the results folder unless ``--out`` gives one.
    """
    out = study.out or RESULTS / folder_name(words)
    started = time.perf_counter()
    options = {**study.stated(), **run.stated(), **more, "out": out, "progress": progress()}
    show(ask(**options), study.lang)
    say(f"{out}: {time.perf_counter() - started:.0f} s")


def folder_name(words: Sequence[str]) -> str:
    """Return the name of a results folder from a question and names or files of scenarios."""
    return "_".join(Path(word).stem for word in words[:_MOST_NAMES])
