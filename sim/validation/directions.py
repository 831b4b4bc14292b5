"""Does the model answer a change in the direction that studies and theory found?

Each check changes one thing in the base year and compares it with the base year under the same luck, so
that the difference is made by the change. What is looked at, and the direction it must take, are stated before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from sim.engine.compiled import simulate
from sim.glossary import counted
from sim.measure.care import run_frames
from sim.measure.output_analysis.multiple import joint_confidence
from sim.measure.statistics import paired_difference
from sim.region import Region
from sim.scenario import Scenario
from sim.scenario.care.inputs import Inputs
from sim.scenario.care.levers.beds import BedPlan
from sim.scenario.care.levers.capability import CountyCapability
from sim.scenario.care.levers.contact import FamilyDoctor, FirstContact
from sim.scenario.care.levers.demand import Ageing
from sim.subjects.care.model import care_model, care_worlds, horizon_of
from sim.validation.section import Section, each_told
from sim.world.care.build.assemble import CareWorlds, build_care_worlds

Sign = Literal[1, -1]
Change = Callable[[Inputs], None]
COLUMNS = (
    "direction", "indicator", "expected", "by", "base", "difference", "low", "high", "n", "verdict",
    "source",
)  # fmt: skip
BY_REASONING = "by reasoning"


@dataclass(frozen=True)
class Direction:
    """One change and the direction in which it must move an indicator.

    Attributes
    ----------
    name : str
        `sim.glossary` has the sentence under ``direction.<name>``.
    change : callable
        Changes the inputs of the base year.
    indicator : str
        Of `run_frames`, or ``capability_leaks``: visits and stays sent out of the county because it
        cannot treat them.
    expected : {1, -1}
        Up or down.
    source : str
        Who found it.
    by : {'choice', 'construction'}
        What brings it about: patients who choose otherwise, or the thing that is changed itself, whatever
        patients choose. Only the first says that behaviour is like the world's.
    certain : bool
        It holds in every replication; the contrary is an error.
    """

    name: str
    change: Change
    indicator: str
    expected: Sign
    source: str
    by: Literal["choice", "construction"] = "construction"
    certain: bool = False


def _more_doctors(inputs: Inputs) -> None:
    for column in ("physicians", "general_practitioners", "village_doctors", "staff"):
        inputs.facilities[column] = np.ceil(inputs.facilities[column] * 1.3).astype(int)


def _fewer_beds(inputs: Inputs) -> None:
    inputs.facilities["beds"] = np.floor(inputs.facilities["beds"] * 0.6).astype(int)


def _better_paid_county(inputs: Inputs) -> None:
    local = inputs.reimbursement["tier"] == "county"
    better = inputs.reimbursement.loc[local, "rate"] + 0.15
    inputs.reimbursement.loc[local, "rate"] = better.clip(upper=1.0)


def _farther(inputs: Inputs) -> None:
    """City and provincial hospitals take half as long again to reach."""
    for name in ("travel_speed_city_kmh", "travel_speed_province_kmh"):
        inputs.behaviour[name] /= 1.5


def _farther_village(inputs: Inputs) -> None:
    inputs.behaviour["travel_speed_county_kmh"] /= 1.5


DIRECTIONS = (
    Direction("doctors_wait", _more_doctors, "doctor_wait_mean", -1, "Erlang 1917"),
    Direction("beds_wait", _fewer_beds, "bed_wait_mean", 1, "Erlang 1917"),
    Direction(
        "reimbursement_stay",
        _better_paid_county,
        "in_county_admission_share",
        1,
        "Yan N et al. 2022",
        by="choice",
    ),
    Direction("farther_city", _farther, "in_county_rate", 1, "Yang J et al. 2024", by="choice"),
    Direction(
        "farther_county",
        _farther_village,
        "primary_visit_share",
        1,
        "Yu X et al. 2021",
        by="choice",
    ),
    Direction(
        "capability_leaks",
        CountyCapability(counties="all", gain=0.5).apply,
        "capability_leaks",
        -1,
        BY_REASONING,
        certain=True,
    ),
    Direction(
        "first_contact_primary",
        FirstContact(bound=0.8).apply,
        "primary_visit_share",
        1,
        "Liao R et al. 2021",
    ),
    Direction(
        "contracts_primary",
        FamilyDoctor(coverage=0.75, coverage_elderly=0.9).apply,
        "primary_visit_share",
        1,
        BY_REASONING,
    ),
    Direction(
        "ageing_admissions", Ageing(years=10).apply, "admissions_per_100", 1, "Wu N et al. 2023"
    ),
    Direction(
        "beds_occupancy",
        BedPlan(public=4.5, private=1.5, primary=1.2).apply,
        "bed_occupancy",
        -1,
        BY_REASONING,
    ),
)


def directions_section(
    region: Region,
    scenario: Scenario,
    replications: int,
    *,
    workers: int = 1,
    directions: Sequence[Direction] = DIRECTIONS,
    tell: Callable[[str], None] = lambda _: None,
) -> Section:
    """Run the base year and every change of it, paired by replication.

    Parameters
    ----------
    region : Region
    scenario : Scenario
        The base year, without levers, with the area and the run to use.
    replications : int
        At least 2.
    workers : int
        Replications side by side.
    directions : sequence of Direction
    tell : callable
        Called with the name of every check that is done.

    Returns
    -------
    Section
        Columns `COLUMNS`; the intervals of the paired differences hold all together with 95 % (Bonferroni).
        ``verdict``: ``confirmed`` when the whole interval lies on the expected side of 0, ``contradicted`` when
        it lies on the other, else ``undecided``.
        Problems are certain directions that a replication contradicts.
    """
    with ThreadPoolExecutor(workers) as pool:

        def run(built: CareWorlds) -> pd.DataFrame:
            model, seed = care_model(built), scenario.run.seed
            found = pool.map(
                lambda number: _indicators(run_frames(built, simulate(model, seed, number))),
                range(replications),
            )
            return pd.DataFrame(list(found))

        base = run(care_worlds(region, scenario))
        rows, problems = [], []
        for direction in each_told(directions, lambda each: each.name, tell):
            changed = run(_changed(region, scenario, direction.change))
            name = direction.indicator
            pair = (changed[name].to_numpy(), base[name].to_numpy())
            rows.append(_row(direction, *pair, joint_confidence(len(directions))))
            against = direction.expected * (changed[name] - base[name]) < 0.0
            if direction.certain and against.any():
                problems.append(
                    f"{direction.name}: {name} went the other way in "
                    f"{counted(int(against.sum()), '# replication')}"
                )
    return Section("directions", pd.DataFrame(rows, columns=list(COLUMNS)), tuple(problems))


def _changed(region: Region, scenario: Scenario, change: Change) -> CareWorlds:
    """Build the base year with one change."""
    areas = list(scenario.region.areas)
    base, inputs = Inputs.of(region), Inputs.of(region)
    change(inputs)
    base.cut_to(areas)
    inputs.cut_to(areas)
    return build_care_worlds(base, [(0, inputs)], horizon_of(scenario))


def _indicators(frames: dict[str, pd.DataFrame]) -> dict[str, float]:
    frame, flows = frames["indicators"], frames["flows"]
    shown = frame[(frame["tier"] == "") & (frame["county"] == 0)]
    found = dict(zip(shown["indicator"], shown["value"].astype(float), strict=True))
    found["capability_leaks"] = float(flows.loc[flows["reason"] == "capability", "count"].sum())
    return found


def _row(
    direction: Direction, changed: np.ndarray, base: np.ndarray, confidence: float
) -> tuple[object, ...]:
    found = paired_difference(changed, base, confidence)
    low, high = sorted((direction.expected * found.low, direction.expected * found.high))
    verdict = "confirmed" if low > 0.0 else "contradicted" if high < 0.0 else "undecided"
    return (
        direction.name,
        direction.indicator,
        "up" if direction.expected > 0 else "down",
        direction.by,
        float(np.mean(base)),
        found.mean,
        found.low,
        found.high,
        found.n,
        verdict,
        direction.source,
    )
