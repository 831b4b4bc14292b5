"""All parts of the validation, one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sim.errors import InputError, ValidationStopped
from sim.region import Region, load_region
from sim.runs.manifest import Manifest, new_manifest
from sim.scenario import Scenario, load_scenario, overridden, region_folder
from sim.subjects.care.cases import care_cases
from sim.validation.coverage import REPETITIONS
from sim.validation.directions import directions_section
from sim.validation.fit_section import fit_section
from sim.validation.intervals_section import intervals_section
from sim.validation.runs_section import engines_section, invariants_section, shipped_care
from sim.validation.section import Section
from sim.validation.theory.suite import CASES
from sim.validation.theory_section import theory_section

BASE = "baseline-2020"
"""The base year: what is compared with published figures, and changed to see directions."""
QUICK_FACTOR = 20
"""How many times fewer patients the quick theory suite has, and fewer studies the coverage of intervals."""
DIRECTIONS_RUN: dict[str, object] = {"warm_up": "8 w", "length": "4 w"}
REPLICATIONS = {True: 4, False: 20}
"""Of each direction, by quick."""

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Validation:
    """What the validation found.

    Attributes
    ----------
    sections : tuple of Section
    manifest : Manifest
        Of the shipped scenarios: code, inputs, seeds and machine.
    scenario : Scenario
        The base year as shipped.
    quick : bool
        The short edition.
    seconds : float
        How long it took.
    """

    sections: tuple[Section, ...]
    manifest: Manifest
    scenario: Scenario
    quick: bool
    seconds: float

    def section(self, name: str) -> Section:
        """Return a part by name."""
        return next(section for section in self.sections if section.name == name)

    @property
    def failed(self) -> list[str]:
        """Names of the parts that have problems."""
        return [section.name for section in self.sections if section.problems]


def validated(
    folder: Path, *, quick: bool, workers: int, tell: Tell = lambda _: None
) -> Validation:
    """Carry out the validation.

    Parameters
    ----------
    folder : Path
        The scenarios folder.
    quick : bool
        Shorter runs.
    workers : int
        Replications side by side, or threads of one run.
    tell : callable
        Called with words on what is being done.

    Raises
    ------
    ValidationStopped
        If a part could not be carried out; the message begins with its name.
    InputError
        If the scenarios cannot be read.
    """
    started = time.perf_counter()
    base = load_scenario(BASE, folder)
    region = load_region(region_folder(base, folder))
    names = [BASE, *(name for name in shipped_care(folder) if name != BASE)]
    manifest = new_manifest(
        care_cases([load_scenario(name, folder) for name in names], folder), [], workers
    )
    sections = []
    for name, part in _parts(folder, region, base, quick=quick, workers=workers, tell=tell).items():
        tell(f"{name} ...")
        try:
            sections.append(part())
        except InputError:
            raise
        except Exception as error:
            raise ValidationStopped(f"{name}: {type(error).__name__}: {error}") from error
    return Validation(tuple(sections), manifest, base, quick, time.perf_counter() - started)


def _parts(
    folder: Path, region: Region, base: Scenario, *, quick: bool, workers: int, tell: Tell
) -> dict[str, Callable[[], Section]]:
    """Return the parts by name, in the order of the page."""
    cases = tuple(case.shorter(QUICK_FACTOR) for case in CASES) if quick else CASES

    def directions() -> Section:
        scenario = overridden(base, run=DIRECTIONS_RUN)
        return directions_section(region, scenario, REPLICATIONS[quick], workers=workers, tell=tell)

    return {
        "theory": lambda: theory_section(cases, workers=workers, tell=tell),
        "intervals": lambda: intervals_section(
            REPETITIONS // QUICK_FACTOR if quick else REPETITIONS, workers
        ),
        "engines": lambda: engines_section(region, folder, CASES, tell),
        "invariants": lambda: invariants_section(region, folder, tell),
        "fit": lambda: fit_section(
            region, base, region_folder(base, folder), whole=not quick, workers=workers
        ),
        "directions": directions,
    }
