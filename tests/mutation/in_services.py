"""Faults in services: who is seen and lies where, and what is counted by what."""

from __future__ import annotations

from tests.mutation.fault import Fault

_DEPARTMENTS = ("tests/unit/pathway/test_care_departments.py",)
_WAITS = ("tests/unit/pathway/test_care_first_contact.py",)
_LOADS = ("tests/unit/measure/test_care_loads.py",)
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
        "a severe case lies where all others do",
        "sim/pathway/care/capability.py",
        "cell = state.get_band(s, row) * view.settings(w, Setting.CONDITIONS) + condition",
        "cell = condition + 0",
        _DEPARTMENTS,
    ),
    Fault(
        "without a ward for severe cases they lie in the general one, not in their condition's",
        "sim/pathway/care/capability.py",
        "        skill = view.condition_ward(w, condition)\n",
        "        skill = view.settings(w, Setting.WARD)\n",
        _DEPARTMENTS,
    ),
    Fault(
        "the ward of severe cases is that of moderate ones, too",
        "sim/world/care/build/skills.py",
        'if band == "severe" else',
        'if band != "mild" else',
        ("tests/unit/world/test_care_build_skills.py",),
    ),
    Fault(
        "a served share of one department holds for all of the kind",
        "sim/world/care/build/resources.py",
        "served_every=every.get((kind, skill), 0)",
        "served_every=max(every.get((kind, other), 0) for _, other in keys)",
        ("tests/unit/world/test_care_build_resources.py",),
    ),
    Fault(
        "a small factor makes a served share strict",
        "sim/world/care/build/resources.py",
        "min(max(round(stated), 1), MOST_SERVED_EVERY)",
        "min(round(stated), MOST_SERVED_EVERY)",
        ("tests/unit/world/test_care_build_resources.py",),
    ),
    Fault(
        "a county has a ward for severe cases only if it has one for the others",
        "sim/world/care/build/preference.py",
        "has_ward = (pools[:, ward] != NONE) | stands_in[:, None]",
        "has_ward = (pools[:, ward] == NONE) & False | stands_in[:, None]",
        ("tests/unit/world/test_care_build_skills.py",),
    ),
    Fault(
        "a wait for an exam is nobody's",
        "sim/pathway/care/visit.py",
        "        count_wait(w, s, row, waited, False)\n",
        "",
        _WAITS,
    ),
    Fault(
        "a wait for an exam counts as one more visit",
        "sim/pathway/care/visit.py",
        "count_wait(w, s, row, waited, False)",
        "count_wait(w, s, row, waited, True)",
        _WAITS,
    ),
    Fault(
        "patients look at the general wait of a facility, not at their department's",
        "sim/pathway/care/choice.py",
        "department, occasion = wanted_department(w, s, row), _occasion(s, row, fork)",
        "department, occasion = view.settings(w, Setting.DOCTOR), _occasion(s, row, fork)",
        _WAITS,
    ),
    Fault(
        "a department that is not there never keeps anybody waiting",
        "sim/pathway/care/path.py",
        "                state.set_wait_appeal(s, service_of(w, facility, skill), general)\n",
        "                state.set_wait_appeal(s, service_of(w, facility, skill), 1.0)\n",
        _WAITS,
    ),
    Fault(
        "the waits of a kind are those of the next",
        "sim/world/care/build/resources.py",
        "return (kind * skills + skill) * GROUPS",
        "return (kind * skills + skill // 2) * GROUPS",
        _LOADS,
    ),
    Fault(
        "who left is not in the share who left",
        "sim/measure/care/loads.py",
        "left = counts[Count.RENEGED] + counts[Count.REFUSED]",
        "left = counts[Count.REFUSED]",
        _LOADS,
    ),
    Fault(
        "a pool at the limit of use is marked as full",
        "sim/measure/loads.py",
        "use > HIGH",
        "use >= HIGH",
        _LOADS,
    ),
    Fault(
        "departments may have more doctors than there are",
        "sim/region/value_checks.py",
        "if total > 1 + SHARE_TOLERANCE:",
        "if total > 2 + SHARE_TOLERANCE:",
        _TABLES,
    ),
)
