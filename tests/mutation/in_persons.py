"""Faults in whom episodes befall, and in the accounts of a person's year."""

from __future__ import annotations

from tests.mutation.fault import Fault

_PERSONS = ("tests/unit/pathway/test_care_persons.py",)
_BUILT = ("tests/unit/pathway/test_care_persons.py", "tests/unit/world/test_care_build_people.py")

PERSONS = (
    Fault(
        "a chronic condition befalls anybody",
        "sim/pathway/care/person.py",
        "if share >= 1.0:",
        "if share >= 0.0:",
        _PERSONS,
    ),
    Fault(
        "all chronic conditions are on the same people",
        "sim/pathway/care/person.py",
        "order = patient_key(state.place_key(s, place), condition * _AGES + age)",
        "order = patient_key(state.place_key(s, place), age)",
        _PERSONS,
    ),
    Fault(
        "the first of every age band are the same person",
        "sim/pathway/care/person.py",
        "return patient_key(state.place_key(s, place), index * _AGES + age)",
        "return patient_key(state.place_key(s, place), index * _AGES)",
        _PERSONS,
    ),
    Fault(
        "the scheme is the episode's, not the person's",
        "sim/pathway/care/onset.py",
        "draw(person, Purpose.SCHEME, 0)",
        "draw(key, Purpose.SCHEME, 0)",
        _PERSONS,
    ),
    Fault(
        "two people are shuffled to the same place",
        "sim/chance.py",
        "(luck | np.uint64(1))",
        "(luck & ~np.uint64(1))",
        _PERSONS,
    ),
    Fault(
        "an age band of a small place has nobody",
        "sim/world/care/build/persons.py",
        "        parts[empty] = 1\n",
        "        parts[empty] = 0\n",
        _BUILT,
    ),
)
