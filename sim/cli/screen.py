"""The terminal: answers on it, and how far a study is. Imports `rich` only when something is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sim
from sim.cli.speech import spoken, told
from sim.safe_text import plain

if TYPE_CHECKING:
    from rich.console import Console

    from sim import Progress, Shown

_WIDTH_OF_A_FILE = 100


def console() -> Console:
    """Return where results are shown: as wide as the terminal, 100 characters in a file."""
    from rich.console import Console

    class Screen(Console):
        def on_broken_pipe(self) -> None:
            """End as other tools do when their reader, such as `head`, has had enough."""
            try:
                super().on_broken_pipe()
            except SystemExit:
                raise SystemExit(0) from None

    screen = Screen()
    return screen if screen.is_terminal else Screen(width=_WIDTH_OF_A_FILE)


def progress() -> Progress:
    """Return what shows how far a study is: a bar on a terminal, lines elsewhere."""
    return sim.progress_on(console(), spoken.get())


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
