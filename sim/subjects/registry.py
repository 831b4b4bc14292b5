"""Every subject by the kind that a scenario file states."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sim.scenario import Scenario
from sim.scenario.network.schema import NetworkScenario
from sim.subjects.care.subject import CareSubject
from sim.subjects.network.subject import NetworkSubject
from sim.subjects.subject import Subject

SUBJECTS: Mapping[str, Subject[Any]] = MappingProxyType(
    {subject.kind: subject for subject in (CareSubject(), NetworkSubject())}
)


def subject_of(scenario: Scenario | NetworkScenario) -> Subject[Any]:
    """Return the subject that a scenario is of."""
    return SUBJECTS[scenario.kind]
