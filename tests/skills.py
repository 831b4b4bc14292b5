"""The skills of worlds made by hand and at random; those of the shipped region begin with the same five."""

from __future__ import annotations

from enum import IntEnum

from sim.world.care.world import Setting


class Skill(IntEnum):
    """Columns of `CareWorld.facility_pool`."""

    DOCTOR = 0
    EXAM = 1
    WARD_GENERAL = 2
    WARD_MATERNAL_CHILD = 3
    STEP_DOWN = 4
    SURGEONS = 5
    IMAGING = 6


DEPARTMENTS = (Skill.DOCTOR, Skill.SURGEONS)
EXAMS = (Skill.EXAM, Skill.IMAGING)
WARDS = (Skill.WARD_GENERAL, Skill.WARD_MATERNAL_CHILD)
SKILL_SETTINGS = {
    Setting.SKILLS: len(Skill),
    Setting.DOCTOR: int(Skill.DOCTOR),
    Setting.WARD: int(Skill.WARD_GENERAL),
    Setting.STEP_DOWN: int(Skill.STEP_DOWN),
}
