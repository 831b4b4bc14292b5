"""Where scenarios are: those of the present folder, else the ones that came with the program."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from sim.errors import ARGUMENT, InputError, Problem
from sim.runs.atomic import clear_os_errors, remove_unfinished, unfinished

SCENARIOS = Path("scenarios")
"""The folder that commands look into, relative to where they are started."""
_PACKAGE = Path(__file__).parents[1]


def shipped_scenarios() -> Path:
    """Return the folder of the scenarios that came with the program: read them, do not edit them there."""
    packaged = _PACKAGE / "shipped"
    # A checkout has them at its top, where they are edited.
    return packaged if packaged.is_dir() else _PACKAGE.parent / SCENARIOS


def scenarios_folder(folder: Path | str | None = None) -> Path:
    """Return the folder of scenario files to use.

    Parameters
    ----------
    folder : Path or str, optional
        As stated; by default ``scenarios`` here, or those that came with the program where there is none.

    Raises
    ------
    InputError
        If the stated folder is not there.
    """
    if folder is None:
        return SCENARIOS if SCENARIOS.is_dir() else shipped_scenarios()
    if not Path(folder).is_dir():
        raise InputError(Problem(f"there is no folder {folder}", ARGUMENT, key="scenarios"))
    return Path(folder)


def new(folder: Path | str) -> Path:
    """Write the shipped scenarios, networks, targets and regions into a folder, to be edited there.

    Parameters
    ----------
    folder : Path or str
        Made if it is missing; ``scenarios`` is made in it.

    Returns
    -------
    Path
        The folder ``scenarios`` in it.

    Raises
    ------
    InputError
        If there is one already, or it cannot be written.
    """
    target = Path(folder) / SCENARIOS
    if os.path.lexists(target):
        raise InputError(Problem("is there already; name a folder without one", target))
    # Also those above it: what was made for nothing goes again.
    made = [place for place in (Path(folder), *Path(folder).parents) if not place.exists()]
    temporary = unfinished(target)
    with clear_os_errors(Path(folder)):
        try:
            Path(folder).mkdir(parents=True, exist_ok=True)
            shutil.copytree(shipped_scenarios(), temporary)
            temporary.rename(target)
            remove_unfinished(target.parent, shared=True, of=target.name)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
            for place in made:
                # One that holds something, such as what was wanted, stays.
                with suppress(OSError):
                    place.rmdir()
    return target
