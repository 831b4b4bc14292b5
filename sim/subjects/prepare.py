"""Have a subject's machine code ready before its first run.

``python -m sim.subjects.prepare care`` compiles and ends. A process that has compiled is slower ever
after (measured: by 15 %), so that the work is done by a process of its own and found on disk.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numba
from filelock import FileLock

import sim
from sim.engine.compiled import loop_of
from sim.engine.model import Pathway
from sim.kernel import CACHE_FOLDER, NO_CACHE

COMPILING = "compiling the model, once after installation: about half a minute"
ANEW = "so the model is compiled anew every time"


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
        tell(f"{NO_CACHE}, {ANEW}")
        return
    done = CACHE_FOLDER / f"{pathway.name}.compiled"
    if done.exists():
        return
    tell(COMPILING)
    try:
        # Workers that begin together on one machine compile once: the others wait here.
        with FileLock(CACHE_FOLDER / f"{pathway.name}.lock"):
            if not done.exists():
                _compile_apart(pathway.name)
    except OSError as error:
        # A full disk, or one without locks.
        tell(f"the cache folder cannot be written ({error.strerror or error}), {ANEW}")


def _compile_apart(name: str) -> None:
    """Compile a pathway in a process of its own, if there can be one."""
    if not sys.executable:
        return
    root = str(Path(sim.__file__).parents[1])
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    # What goes wrong there goes wrong here too, with its message; so the result is not looked at.
    subprocess.run(
        [sys.executable, "-m", "sim.subjects.prepare", name],
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )


@cache
def prepare_worker(kind: str) -> None:
    """Have a subject's machine code ready in a worker elsewhere; only a process's first call does anything.

    Parameters
    ----------
    kind : str
        Of the subject, as a scenario file states it.
    """
    from sim.subjects.registry import SUBJECTS

    prepare(SUBJECTS[kind].pathway)


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
