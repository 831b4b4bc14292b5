"""How the scenarios of each subject are told of, before they run and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sim.api.answer import Answer, Shown
from sim.api.care_study import care_caption, care_description, care_planned, care_study
from sim.api.network_study import network_description, network_line, network_planned, network_study
from sim.report.words import Words
from sim.runs.paths import Planned
from sim.runs.study import StudyResult
from sim.subjects.care.subject import CareSubject
from sim.subjects.network.subject import NetworkSubject


@dataclass(frozen=True)
class Telling:
    """What is made of a subject's scenarios and runs for people.

    Attributes
    ----------
    caption : callable
        ``caption(scenario, folder)(words)``: whose scenario, when, how often, with which program, in a line.
    describe : callable
        ``describe(scenario, folder)``: what is known of a scenario before it runs.
    study : callable
        ``study(scenarios, folder, result)``: what their runs say.
    planned : callable
        ``planned(scenarios)``: what `study` gives, by name.
    """

    caption: Callable[[Any, Path], Callable[[Words], str]]
    describe: Callable[[Any, Path], Shown]
    study: Callable[[Sequence[Any], Path, StudyResult], Answer]
    planned: Callable[[Sequence[Any]], Planned]


TELLING: Mapping[str, Telling] = MappingProxyType(
    {
        CareSubject.kind: Telling(care_caption, care_description, care_study, care_planned),
        NetworkSubject.kind: Telling(
            network_line, network_description, network_study, network_planned
        ),
    }
)
"""By the subject's kind."""
