"""Where scenarios are: those of the present folder, else the ones that came with the program."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from sim.errors import ARGUMENT, InputError, Problem

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
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(f".unfinished-{os.getpid()}-{SCENARIOS}")
        try:
            shutil.copytree(shipped_scenarios(), unfinished)
            unfinished.rename(target)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(Problem(f"cannot write here: {reason}", Path(folder))) from error
    return target
