"""What a study and its questions need to know of whatever is simulated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

import pandas as pd

from sim.engine.choose import EngineName
from sim.engine.model import Model, Pathway
from sim.errors import Problem
from sim.measure.output_analysis.precision import Aim
from sim.runs.case import Case, RunOne, RunTogether
from sim.scenario.title import Title
from sim.subjects.log_names import NamedColumn
from sim.subjects.series import SeriesRequest

AnyScenario = TypeVar("AnyScenario")


class Subject(Protocol[AnyScenario]):
    """Tiered care, or small networks: what can be simulated.

    Attributes
    ----------
    kind : str
        As a scenario file states it.
    frames : tuple of str
        Names of what one run may give.
    pathway : Pathway
        What happens to a patient next.
    whole_weeks : bool
        Whether a warm-up is whole weeks.
    has_region : bool
        Whether scenarios have a region, with counties, tiers and levers.
    is_compared : bool
        Whether scenarios of one study are compared with the first of them.
    """

    kind: ClassVar[str]
    frames: ClassVar[tuple[str, ...]]
    pathway: ClassVar[Pathway]
    whole_weeks: ClassVar[bool]
    has_region: ClassVar[bool]
    is_compared: ClassVar[bool]

    def load(self, path_or_name: Path | str, folder: Path) -> AnyScenario:
        """Read and check a scenario file.

        Raises
        ------
        InputError
            With every problem.
        """

    def with_settings(
        self, scenario: AnyScenario, region: Sequence[str], run: Mapping[str, object]
    ) -> AnyScenario:
        """Return a scenario with another area (none: its own) and other keys of its ``run``.

        Raises
        ------
        InputError
            If a value is not allowed, or scenarios of this kind have no such setting.
        """

    def with_title(self, scenario: AnyScenario, title: Title) -> AnyScenario:
        """Return a scenario with another title."""

    def without_file(self, scenario: AnyScenario) -> AnyScenario:
        """Return a scenario that does not know the file that it was read from, which is gone."""

    def problems(self, path_or_name: Path | str, folder: Path) -> list[Problem]:
        """Return everything that would keep a scenario file from being run."""

    def remarks(self, scenario: AnyScenario, folder: Path, *, quick: bool = False) -> list[Problem]:
        """Return what an author should know of a scenario that can be run; `quick`: what is known at once."""

    def loads(self, scenario: AnyScenario) -> pd.DataFrame:
        """Return the work brought to each station, as `sim.loads` returns it.

        Raises
        ------
        InputError
            If that is not known before a run.
        """

    def resolved(self, scenario: AnyScenario) -> str:
        """Return a scenario with everything it inherits, as YAML."""

    def cases(
        self, scenarios: Sequence[AnyScenario], folder: Path, engine: EngineName, check: bool
    ) -> list[Case[Any]]:
        """Return scenarios as cases of a study; `check` fails runs that violate an invariant."""

    @property
    def run_one(self) -> RunOne[Any]:
        """What runs one replication of a case."""

    @property
    def run_together(self) -> RunTogether[Any] | None:
        """What runs cases of one family together, if anything does."""

    def logged(
        self, scenario: AnyScenario, folder: Path
    ) -> tuple[Model, Mapping[str, NamedColumn]]:
        """Return the model that an engine runs, and the names of what its log numbers."""

    def series(
        self, scenario: AnyScenario, folder: Path, weeks: int, earlier: int, replications: int
    ) -> SeriesRequest:
        """Return the runs that show every quantity slice by slice, beside runs begun `earlier` weeks before."""

    def long_run(self, scenario: AnyScenario, times: int, batches: int) -> SeriesRequest:
        """Return one run, `times` as long as the scenario's, in slices that are its batches.

        Raises
        ------
        InputError
            If scenarios of this kind have no long run, or this one has none.
        """

    def series_replications(self, scenario: AnyScenario) -> int:
        """Return how many replications a series has unless others are asked for."""

    def check_quantities(self, names: Sequence[str], scenario: AnyScenario) -> None:
        """Refuse names of quantities that a scenario does not have, before anything runs.

        Raises
        ------
        InputError
            With the nearest right name of each.
        """

    def quantities(self, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """Return the measured values of runs: ``scenario``, ``replication``, ``quantity``, ``value``."""

    def usual_aim(self, quantity: str) -> Aim | None:
        """Return how narrow the interval of a quantity should be unless another width is asked for, if any."""

    def usual_quantities(self, series: pd.DataFrame) -> list[str]:
        """Return the quantities of a series that are judged unless others are asked for."""
