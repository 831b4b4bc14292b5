"""The skills of a region: what pools of a facility there can be, and which is the general one of a role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.chance import log_deviation
from sim.frames import rows
from sim.scenario.care.inputs import Inputs
from sim.world.care.world import BANDS, Setting
from sim.world.fields import Ints, ints, reals

_CELLS = {
    "doctor": Setting.DOCTOR,
    "ward": Setting.WARD,
    "step_down": Setting.STEP_DOWN,
}


@dataclass(frozen=True)
class Skills:
    """The rows of the table of skills, by number.

    Attributes
    ----------
    names, roles : tuple of str
    """

    names: tuple[str, ...]
    roles: tuple[str, ...]

    @classmethod
    def of(cls, inputs: Inputs) -> Skills:
        """Return the skills of a region's tables."""
        return cls(tuple(inputs.skills["skill"]), tuple(inputs.skills["role"]))

    def number(self, name: str) -> int:
        """Return the number of a skill."""
        return self.names.index(name)

    def first(self, role: str) -> int:
        """Return the general skill of a role: the first."""
        return self.roles.index(role)

    def with_role(self, role: str) -> tuple[int, ...]:
        """Return the numbers of all skills of a role."""
        return tuple(number for number, its in enumerate(self.roles) if its == role)

    def settings(self) -> dict[Setting, int]:
        """Return the cells of `CareWorld.settings` that tell the pathway about skills."""
        firsts = {cell: self.first(role) for role, cell in _CELLS.items()}
        return {Setting.SKILLS: len(self.names), **firsts}


def condition_wards(inputs: Inputs) -> Ints:
    """Return the number of the ward that each condition's stays are in, (severity bands, conditions)."""
    skills, table = Skills.of(inputs), inputs.conditions
    severe = table["severe_ward"].where(table["severe_ward"] != "", table["ward"])
    by_band = [severe if band == "severe" else table["ward"] for band in BANDS]
    return ints([[skills.number(ward) for ward in column] for column in by_band])


def departments(inputs: Inputs) -> Ints:
    """Return the number of the doctors whom each condition's patients see, (profiles, conditions)."""
    skills, table = Skills.of(inputs), inputs.conditions
    own = table["department"].where(table["department"] != "", skills.names[skills.first("doctor")])
    urgent = table["emergency_department"].where(table["emergency_department"] != "", own)
    return ints([[skills.number(name) for name in column] for column in (own, urgent)])


def service_fields(inputs: Inputs, facilities: pd.DataFrame) -> dict[str, Any]:
    """Return how long services take, (facilities, skills)."""
    skills = Skills.of(inputs)
    kinds = {kind: place for place, kind in enumerate(inputs.kinds["kind"])}
    minutes = np.zeros((len(kinds), len(skills.names)))
    sigma = np.zeros_like(minutes)
    for service in rows(inputs.services):
        cell = kinds[service.kind], skills.number(service.skill)
        minutes[cell] = service.minutes
        sigma[cell] = log_deviation(service.cv)
    each = [kinds[kind] for kind in facilities["kind"]]
    return {"service_minutes": reals(minutes[each]), "service_sigma": reals(sigma[each])}
