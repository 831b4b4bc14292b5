"""The counties of a region, and which region a county belongs to."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sim.api.arguments import checked, word
from sim.api.shipped import scenarios_folder
from sim.errors import ARGUMENT, InputError, Problem, nearest
from sim.region import load_region, select_counties

REGIONS = "regions"
_COLUMNS = [
    "county", "name_zh", "name_en", "kind", "prefecture_zh", "prefecture_en", "population",
]  # fmt: skip


@checked(region=word)
def areas(region: str, *, scenarios: Path | str | None = None) -> pd.DataFrame:
    """Return the counties of a region: what ``region="fujian/..."`` may name.

    Parameters
    ----------
    region : str
        Name of the region: ``"fujian"``.
    scenarios : Path or str, optional
        The scenarios folder.

    Returns
    -------
    DataFrame
        One row per county, columns ``county`` (division code), ``name_zh``, ``name_en``, ``kind``
        (``county``, ``county-level city`` or ``district``), ``prefecture_zh``,
        ``prefecture_en`` and ``population`` (people).

    Raises
    ------
    InputError
        If there is no such region, or its files are wrong.
    """
    folder = scenarios_folder(scenarios) / REGIONS
    names = _regions(folder)
    if region not in names:
        near = nearest(region, names)
        what = f"there is no region '{region}'; allowed: {', '.join(names)}{near}"
        raise InputError(Problem(what, ARGUMENT, key="region"))
    return load_region(folder / region).counties[_COLUMNS].reset_index(drop=True)


def area_with_region(word: str, folder: Path) -> str:
    """Return a county or prefecture named alone (``德化``) with its region (``fujian/德化``).

    Parameters
    ----------
    word : str
        As stated; a region, or an area with its region, stays as it is, and so does an unknown name.
    folder : Path
        The scenarios folder.

    Raises
    ------
    InputError
        If areas of several regions have the name, or several of one.
    """
    names = _regions(folder / REGIONS)
    if "/" in word or word in names:
        return word
    owners = [name for name in names if _has_area(folder / REGIONS / name, word)]
    if len(owners) > 1:
        spelled = ", ".join(f"{name}/{word}" for name in owners)
        raise InputError(f"'{word}' is the name of more than one area; write one of {spelled}")
    return f"{owners[0]}/{word}" if owners else word


def _regions(folder: Path) -> list[str]:
    return sorted(file.parent.name for file in folder.glob("*/region.yaml"))


def _has_area(folder: Path, word: str) -> bool:
    try:
        select_counties(load_region(folder), word)
    except InputError as error:
        # An ambiguous name is the region's: what follows says how to tell its meanings apart.
        return any("more than one area" in problem.what for problem in error.problems)
    return True
