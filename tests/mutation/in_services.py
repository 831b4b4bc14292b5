"""Faults in services: who is seen and lies where, and what is counted by what."""

from __future__ import annotations

from tests.mutation.fault import Fault

_DEPARTMENTS = ("tests/unit/pathway/test_care_departments.py",)
_TABLES = ("tests/unit/region/test_region_bad_input.py",)

SERVICES = (
    Fault(
        "emergencies see the doctors of everybody",
        "sim/pathway/care/capability.py",
        "cell = state.get_emergency(s, row) * conditions + state.get_condition(s, row)",
        "cell = state.get_condition(s, row)",
        _DEPARTMENTS,
    ),
    Fault(
        "a department that is not there is asked for all the same",
        "sim/pathway/care/capability.py",
        "skill = view.settings(w, Setting.DOCTOR)",
        "skill += 0",
        _DEPARTMENTS,
    ),
    Fault(
        "every department takes as long as the general one",
        "sim/pathway/care/visit.py",
        "service_of(w, facility, department_of(w, s, row, facility))",
        "service_of(w, facility, 0)",
        _DEPARTMENTS,
    ),
    Fault(
        "departments may have more doctors than there are",
        "sim/region/value_checks.py",
        "if total > 1 + SHARE_TOLERANCE:",
        "if total > 2 + SHARE_TOLERANCE:",
        _TABLES,
    ),
)
