"""How far a study is: a live bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol, runtime_checkable

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress

from sim.glossary import Language, counted
from sim.messages import translated
from sim.runs.manifest import RunRecord


@runtime_checkable
class Progress(Protocol):
    """What a study tells about itself while it works."""

    def begin(self, to_compute: int, reused: int, workers: int, damaged: int = 0) -> None:
        """Start to compute on a number of processors, 0 if no worker elsewhere is there yet.

        `reused` runs were there already, `damaged` ones are computed again.
        """

    def run_ended(self, record: RunRecord) -> None:
        """Note that one run is done or has failed."""

    def end(self) -> None:
        """Stop: nothing more will come, for whatever reason."""


@runtime_checkable
class Telling(Protocol):
    """A progress that can also say what is done after the runs, which may take a while."""

    def say(self, line: str) -> None:
        """Say a line."""


class Quiet:
    """Says nothing."""

    def begin(self, to_compute: int, reused: int, workers: int, damaged: int = 0) -> None:
        """Do nothing."""

    def run_ended(self, record: RunRecord) -> None:
        """Do nothing."""

    def end(self) -> None:
        """Do nothing."""


class LiveBar:
    """A bar with the time left, for a terminal.

    Parameters
    ----------
    console : rich.console.Console
        Where to draw.
    lang : {"zh", "en"}
        Language of what is said.
    """

    def __init__(self, console: Console, lang: Language = "en") -> None:
        self._lang = lang
        self._bar = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn(translated("time left", lang)),
            TimeRemainingColumn(),
            console=console,
            # Runs can take minutes: the default of 30 s would forget the last one before the next.
            speed_estimate_period=24 * 3600.0,
        )
        self._task = self._bar.add_task(translated("runs", lang), total=None)

    def begin(self, to_compute: int, reused: int, workers: int, damaged: int = 0) -> None:
        """Show an empty bar."""
        headline = _headline(to_compute, reused, workers, damaged)
        self._bar.console.print(translated(headline, self._lang))
        self._bar.update(self._task, total=to_compute)
        self._bar.start()

    def run_ended(self, record: RunRecord) -> None:
        """Move the bar on; a failure gets a line above it."""
        if record.status == "failed":
            failure = translated(failure_line(record), self._lang)
            self._bar.console.print(f"[red]{escape(failure)}[/red]")
        self._bar.advance(self._task)

    def end(self) -> None:
        """Leave the bar as it is."""
        self._bar.stop()

    def say(self, line: str) -> None:
        """Show a line under the bar."""
        self._bar.console.print(translated(line, self._lang), markup=False, highlight=False)


class Lines:
    """A plain line now and then, for log files.

    Parameters
    ----------
    write : callable
        Takes one line without its end.
    every_seconds : float
        Shortest time between two lines; failures and the last run are always told.
    clock : callable
        Seconds that only grow.
    """

    def __init__(
        self,
        write: Callable[[str], object],
        every_seconds: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._write = write
        self._every_seconds = every_seconds
        self._clock = clock
        self._to_compute = self._ended = 0
        self._started = self._last_told = 0.0

    def begin(self, to_compute: int, reused: int, workers: int, damaged: int = 0) -> None:
        """Say how much there is to do."""
        self._to_compute, self._ended = to_compute, 0
        self._started = self._last_told = self._clock()
        self._write(_headline(to_compute, reused, workers, damaged))

    def run_ended(self, record: RunRecord) -> None:
        """Say how many runs have ended and how long the rest will take."""
        self._ended += 1
        now = self._clock()
        if record.status == "failed":
            self._write(failure_line(record))
        last = self._ended == self._to_compute
        if last or now - self._last_told >= self._every_seconds:
            self._last_told = now
            left = (now - self._started) / self._ended * (self._to_compute - self._ended)
            rest = "" if last else f", about {duration(left)} left"
            one = self._to_compute == 1
            self._write("1 of 1 run" if one else f"{self._ended} of {self._to_compute} runs{rest}")

    def end(self) -> None:
        """Do nothing: the last line has been said."""

    def say(self, line: str) -> None:
        """Say a line."""
        self._write(line)


def progress_on(console: Console, lang: Language = "en") -> Progress:
    """Return a live bar if the console is a terminal, else plain lines.

    Parameters
    ----------
    console : rich.console.Console
        Where it is shown.
    lang : {'zh', 'en'}
        Language of the words.

    Returns
    -------
    Progress
        For the option ``progress``.
    """
    if console.is_terminal:
        return LiveBar(console, lang)

    def write(line: str) -> None:
        console.print(translated(line, lang), markup=False, highlight=False, soft_wrap=True)

    return Lines(write)


def failure_line(record: RunRecord) -> str:
    """Return one line that names the run that failed and why."""
    return f"failed: scenario {record.scenario}, replication {record.replication}: {record.error}"


def duration(seconds: float) -> str:
    """Return a duration as people say it: ``40 s``, ``3 min``, ``2 h 10 min``."""
    if seconds < 90:
        return f"{round(seconds)} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def _headline(to_compute: int, reused: int, workers: int, damaged: int) -> str:
    if to_compute == 0:
        return f"all {reused} runs are known from before"
    known = f", {reused} known from before" if reused else ""
    processors = counted(workers, "# processor")
    again = ""
    if damaged == 1:
        again = "; 1 stored run was damaged and is computed again"
    elif damaged:
        again = f"; {damaged} stored runs were damaged and are computed again"
    runs = counted(to_compute, "# run")
    if workers == 0:
        return f"{runs} to compute, waiting for the first worker{known}{again}"
    return f"{runs} to compute on {processors}{known}{again}"
