"""A folder of scenarios of one's own, begun with the shipped ones."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from sim.api.arguments import checked
from sim.api.shipped import SCENARIOS, shipped_scenarios
from sim.errors import InputError, Problem
from sim.runs.atomic import clear_os_errors, remove_unfinished, unfinished


@checked()
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
