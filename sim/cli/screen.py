"""The terminal: answers on it, and how far a study is. Imports `rich` only when something is shown."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TextIO, cast

import sim
from sim.cli.speech import spoken, told
from sim.safe_text import plain

if TYPE_CHECKING:
    from rich.console import Console

    from sim import Progress, Shown

_WIDTH_OF_A_FILE = 100


def console(file: TextIO | None = None) -> Console:
    """Return where results are shown: as wide as the terminal, 100 characters in a file."""
    from rich.console import Console

    class Screen(Console):
        def on_broken_pipe(self) -> None:
            """End as other tools do when their reader, such as `head`, has had enough."""
            try:
                super().on_broken_pipe()
            except SystemExit:
                raise SystemExit(0) from None

    screen = Screen(file=file)
    return screen if screen.is_terminal else Screen(file=file, width=_WIDTH_OF_A_FILE)


class _Unheard:
    """Standard output whose reader may go, or whose disk may be full: that is no fault of a study."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        """Return what the stream itself has."""
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write a text, if anybody listens."""
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Let a reader, if there is any, have what is written."""
        with suppress(OSError):
            self._stream.flush()


def progress() -> Progress:
    """Return what shows how far a study is: a bar on a terminal, lines elsewhere."""
    return sim.progress_on(console(cast("TextIO", _Unheard(sys.stdout))), spoken.get())


def show(answer: Shown, lang: Any) -> None:
    """Print what an answer shows."""
    screen = console()
    for part in answer.shown(lang):
        if isinstance(part, str):
            say(part)
        else:
            screen.print(part)


def say(line: str) -> None:
    """Print a line without markup, in the language of messages if it is one."""
    shown = "\n".join(plain(part) for part in told(line).split("\n"))
    console().print(shown, markup=False, highlight=False, soft_wrap=True)
