"""Have a subject's machine code ready before its first run.

``python -m sim.subjects.prepare care`` compiles and ends. A process that has compiled is slower ever
after (measured: by 15 %), so that the work is done by a process of its own and found on disk.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numba

import sim
from sim.engine.compiled import loop_of
from sim.engine.model import Pathway
from sim.kernel import CACHE_FOLDER

COMPILING = "compiling the model, once after installation: about half a minute"
NO_CACHE = "the cache folder cannot be written, so the model is compiled anew every time"


def prepare(pathway: Pathway, tell: Callable[[str], object] | None = None) -> None:
    """Compile a pathway and its loop, or take them from the disk.

    Parameters
    ----------
    pathway : Pathway
    tell : callable, optional
        Called with a line when it takes long; by default it is printed to standard error.
    """
    if not numba.config.DISABLE_JIT:
        _fill_cache(pathway, tell or _print)
    pathway.compile()
    loop_of(pathway).compile()


def _fill_cache(pathway: Pathway, tell: Callable[[str], object]) -> None:
    """Let another process compile what is not on disk yet."""
    if CACHE_FOLDER is None:
        tell(NO_CACHE)
        return
    done = CACHE_FOLDER / f"{pathway.name}.compiled"
    if done.exists():
        return
    tell(COMPILING)
    if sys.executable:
        command = [sys.executable, "-m", "sim.subjects.prepare", pathway.name]
        root = str(Path(sim.__file__).parents[1])
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        # What goes wrong there goes wrong here too, with its message; so the result is not looked at.
        subprocess.run(
            command,
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )


def _print(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201


def _compile(name: str) -> None:
    """Compile the pathway of a subject into the cache, and note that it is there."""
    from sim.subjects.registry import SUBJECTS

    pathway = SUBJECTS[name].pathway
    pathway.compile()
    loop_of(pathway).compile()
    if CACHE_FOLDER is not None:
        (CACHE_FOLDER / f"{name}.compiled").touch()


if __name__ == "__main__":
    _compile(sys.argv[1])
