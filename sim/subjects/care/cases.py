"""A care scenario as a case of a study, and what a study of care scenarios found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path

import pandas as pd

from sim.engine.branches import Branch, Outline, shared_until, simulate_branches
from sim.engine.choose import ENGINES, EngineName
from sim.engine.invariants import require
from sim.engine.model import Model
from sim.engine.tally import Tally
from sim.measure.care import run_frames
from sim.measure.care.invariants import broken_in_tally
from sim.measure.compare import differences, scorecard
from sim.measure.joint import joint_table
from sim.measure.tables import StudyTables
from sim.region import Region, load_region
from sim.region.manifest import read_manifest
from sim.region.parameters import with_parameters
from sim.runs.case import Case, RunResult, checked
from sim.runs.run_key import hash_file, hash_json
from sim.scenario import Scenario, region_folder, resolved_yaml, targets_frame
from sim.scenario.care.resolve import resolved
from sim.subjects.care.model import care_model, care_worlds
from sim.world.care.build.assemble import CareWorlds

_LABELS = ("name", "title", "description", "targets")
_FACILITY_KEYS = ["scenario", "facility", "name_zh", "name_en", "kind", "tier", "county"]
_WAIT_KEYS = [
    *("scenario", "tier", "resource", "skill", "skill_zh", "skill_en", "priority"),
]


@dataclass(frozen=True)
class CareSource:
    """What a scenario's worlds are built from."""

    key: str
    """Names the worlds: equal where everything that they are built from is."""
    scenario: Scenario = field(compare=False)
    region: Path = field(compare=False)
    """Its folder, absolute, so that a worker in another folder finds it."""
    region_content: str = field(compare=False)
    """Hash of the region's files."""
    values: tuple[tuple[str, float], ...] = field(default=(), compare=False)
    """Other values of uncertain numbers of the region, `sim.region.parameters`."""


@dataclass(frozen=True)
class CarePayload:
    """What a worker needs to run a care scenario: small, and sent to other processes."""

    source: CareSource
    engine: EngineName
    outline: Outline
    """Tells how long the scenario runs like others."""
    check: bool = False
    """Whether runs are checked for the invariants."""

    @property
    def seed(self) -> int:
        """Of all draws."""
        return self.source.scenario.run.seed


@lru_cache(maxsize=2)
def _region(folder: Path, content: str) -> Region:
    """Return a region; a process reads it once, and anew when its `content` is another."""
    del content
    return load_region(folder)


def read_region(folder: Path) -> Region:
    """Return a region; its files are read once, and anew when they are others."""
    return _region(folder.absolute(), hash_json(_checksums(_files(folder))))


def _files(folder: Path) -> dict[str, Path]:
    """Return a region's files by what they are."""
    return read_manifest(folder).files


def _checksums(files: Mapping[str, Path]) -> dict[str, str]:
    """Return the hashes of files; one that is missing is told of when the region is read."""
    return {name: hash_file(file) for name, file in files.items() if file.is_file()}


@lru_cache(maxsize=4)
def worlds_of(source: CareSource) -> CareWorlds:
    """Return a scenario's worlds; all its replications run in the same ones."""
    region = with_parameters(_region(source.region, source.region_content), dict(source.values))
    return care_worlds(region, source.scenario)


def model_of(source: CareSource) -> Model:
    """Return a scenario's model."""
    return care_model(worlds_of(source))


def care_cases(
    scenarios: Sequence[Scenario],
    folder: Path,
    engine: EngineName = "compiled",
    check: bool = False,
) -> list[Case[CarePayload]]:
    """Return scenarios as cases; those that begin alike are of one family.

    Parameters and errors are those of `care_case`.
    """
    cases = [care_case(scenario, folder, engine, check) for scenario in scenarios]
    if engine != "compiled":
        return cases
    families = defaultdict(list)
    for place, case in enumerate(cases):
        start = case.payload.outline.way_from(0.0)
        families[hash_json([case.payload.seed, *start])].append(place)
    for name, places in families.items():
        outlines = [cases[place].payload.outline for place in places]
        shared = min(1.0, shared_until(outlines) / outlines[0].end)
        for place in places if len(places) > 1 else []:
            cases[place] = replace(cases[place], family=name, shared=shared)
    return cases


def care_case(
    scenario: Scenario, folder: Path, engine: EngineName = "compiled", check: bool = False
) -> Case[CarePayload]:
    """Return a scenario as a case.

    Parameters
    ----------
    scenario : Scenario
        Resolved and checked.
    folder : Path
        The scenarios folder.
    engine : {'compiled', 'simpy'}
    check : bool
        Fail runs that violate an invariant; runs that were not checked are not found again.

    Raises
    ------
    InputError
        If the scenario does not fit its region: a county it does not have, a lever without effect.
    """
    region = region_folder(scenario, folder)
    files = _files(region)
    checksums = _checksums(files)
    content = {key: value for key, value in resolved(scenario).items() if key not in _LABELS}
    content["run"] = {k: v for k, v in content["run"].items() if k != "replications"}
    determinants = {"scenario": content, "region": checksums, "engine": engine}
    source = CareSource(hash_json(determinants), scenario, region.absolute(), hash_json(checksums))
    # Built here once: everything that is wrong shows before anything runs or is written.
    outline = Outline.of(model_of(source))
    return Case(
        name=scenario.name,
        replications=scenario.run.replications,
        determinants={**determinants, **checked(check)},
        payload=CarePayload(source, engine, outline, check),
        resolved=resolved_yaml(scenario),
        files={str(files[name].absolute()): checksum for name, checksum in checksums.items()},
    )


def run_care_case(case: Case[CarePayload], replication: int, threads: int) -> RunResult:
    """Run one replication of a care scenario; a region of several counties on several threads."""
    simulate, source = ENGINES[case.payload.engine], case.payload.source
    tally = simulate(model_of(source), case.payload.seed, replication, threads=threads)
    return _found(case.payload, tally)


def run_care_cases(
    cases: Sequence[Case[CarePayload]], replication: int, threads: int
) -> Iterator[tuple[int, RunResult]]:
    """Run one replication of care scenarios of a family; what they share is simulated once."""
    branches = [
        Branch(case.payload.outline, partial(model_of, case.payload.source)) for case in cases
    ]
    seed = cases[0].payload.seed
    for place, tally in simulate_branches(branches, seed, replication, threads):
        yield place, _found(cases[place].payload, tally)


def _found(payload: CarePayload, tally: Tally) -> RunResult:
    """Return what a run found, checked for the invariants if that is wanted."""
    worlds = worlds_of(payload.source)
    if payload.check:
        require(broken_in_tally(worlds, tally))
    return run_frames(worlds, tally)


def study_tables(
    frames: Mapping[str, pd.DataFrame], scenarios: Sequence[Scenario], base: str
) -> StudyTables:
    """Put together what reports show.

    Parameters
    ----------
    frames : mapping
        ``indicators``, ``flows``, ``facilities`` and ``waits`` of every run.
    scenarios : sequence of Scenario
        In the order of showing.
    base : str
        The scenario that others are compared with.
    """
    indicators = frames["indicators"]
    cards = [
        scorecard(indicators[indicators["scenario"] == scenario.name], targets_of(scenario))
        for scenario in scenarios
    ]
    return StudyTables(
        scenarios=pd.DataFrame(
            {
                "scenario": [scenario.name for scenario in scenarios],
                "order": range(len(scenarios)),
                "title_zh": [scenario.title.zh for scenario in scenarios],
                "title_en": [scenario.title.en for scenario in scenarios],
            }
        ),
        indicators=indicators,
        scorecard=pd.concat(cards, ignore_index=True),
        differences=differences(indicators, base),
        flows=frames["flows"],
        facilities=mean_facilities(frames["facilities"]),
        waits=_means(frames["waits"], _WAIT_KEYS),
        unmet=frames["unmet"],
        far=frames["far"],
        destinations=frames["destinations"],
    )


def joint_probabilities(tables: StudyTables, scenarios: Sequence[Scenario]) -> pd.DataFrame:
    """Return how likely each scenario meets all its targets at once in its counted weeks.

    Columns of `sim.measure.joint.joint_table`, then ``weeks``.
    """
    card, runs = tables.scorecard, tables.indicators
    frames = [
        joint_table(
            runs[runs["scenario"] == each.name], card[card["scenario"] == each.name]
        ).assign(weeks=each.run.length // 7)
        for each in scenarios
    ]
    return pd.concat(frames, ignore_index=True)


def targets_of(scenario: Scenario) -> pd.DataFrame:
    """Return the targets a scenario is judged by.

    Some are meant for a region as a whole, such as the province's ratios of beds and staff: a part of it, or
    another region, has none, though its values are shown.
    """
    frame = targets_frame(scenario.targets)
    whole = "" if scenario.region.areas else scenario.region.name
    elsewhere = ~frame["region"].isin(["", whole])
    frame.loc[elsewhere, "operator"] = ""
    frame.loc[elsewhere, ["target", "tolerance"]] = float("nan")
    return frame


def mean_facilities(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the facilities of every scenario, means over replications."""
    return _means(frame, _FACILITY_KEYS)


def _means(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return means over replications."""
    values = frame.drop(columns="replication")
    return values.groupby(keys, sort=False, as_index=False).mean()
