"""How the scenarios of each subject are told of, before they run and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sim.api.answer import Answer, Shown
from sim.api.care_study import CARE_TABLES, care_description, care_study
from sim.api.network_study import NETWORK_TABLES, network_description, network_study
from sim.runs.study import StudyResult
from sim.subjects.care.subject import CareSubject
from sim.subjects.network.subject import NetworkSubject


@dataclass(frozen=True)
class Telling:
    """What is made of a subject's scenarios and runs for people.

    Attributes
    ----------
    describe : callable
        ``describe(scenario, folder)``: what is known of a scenario before it runs.
    study : callable
        ``study(scenarios, folder, result)``: what their runs say.
    tables : tuple of str
        Names of the tables that `study` gives.
    """

    describe: Callable[[Any, Path], Shown]
    study: Callable[[Sequence[Any], Path, StudyResult], Answer]
    tables: tuple[str, ...]


TELLING: Mapping[str, Telling] = MappingProxyType(
    {
        CareSubject.kind: Telling(care_description, care_study, CARE_TABLES),
        NetworkSubject.kind: Telling(network_description, network_study, NETWORK_TABLES),
    }
)
"""By the subject's kind."""
