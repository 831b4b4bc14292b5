"""Where scenarios are: those of the present folder, else the ones that came with the program."""

from __future__ import annotations

from pathlib import Path

from sim.errors import ARGUMENT, InputError, Problem

SCENARIOS = Path("scenarios")
"""The folder that commands look into, relative to where they are started."""
_PACKAGE = Path(__file__).parents[1]


def shipped_scenarios() -> Path:
    """Return the folder of the scenarios that came with the program.

    Returns
    -------
    Path
        To read from; `new` writes them where they can be edited.
    """
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
