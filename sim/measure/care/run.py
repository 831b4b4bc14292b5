"""The tidy frames of one run."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.engine.tally import Count, Tally
from sim.glossary import TIERS
from sim.measure.care.derived import derived_indicators
from sim.measure.care.destinations import destinations_frame
from sim.measure.care.loads import loads_frame
from sim.measure.care.simulated import simulated_indicators
from sim.measure.care.totals import RunTotals, histogram_quantile
from sim.measure.care.unmet import unmet_frame
from sim.pathway.care.state import Reason, Visit, Work
from sim.world.care.build.assemble import CareWorlds
from sim.world.care.build.resources import staffed_beds
from sim.world.care.world import OUTSIDE, Priority
from sim.world.fields import Ints

FRAMES = ("indicators", "flows", "waits", "facilities", "unmet", "far", "destinations", "loads")
"""Names of what `run_frames` returns."""
_RESOURCES = {"doctor": "doctor", "exam": "exam", "bed": "ward", "step_down": "step_down"}
"""What waits are told of, and the role of its pools."""
_WAITED_FOR = ("resource", "skill", "skill_zh", "skill_en")
_WAITS = ("served", "left", "mean", "p50", "p90")
_REASONS = ["", *(reason.name.lower() for reason in Reason if reason)]
_KINDS = [visit.name.lower() for visit in Visit]


def run_frames(built: CareWorlds, tally: Tally) -> dict[str, pd.DataFrame]:
    """Return what one run found, as tidy frames.

    Returns
    -------
    dict
        ``indicators`` (indicator, tier, county, value), ``flows`` (county, first_tier, tier, kind, condition,
        reason, count), ``unmet`` (`sim.measure.care.unmet.unmet_frame`), ``waits`` (tier, resource, skill,
        skill_zh, skill_en, priority, served, left, mean, p50, p90; minutes), ``facilities`` (one row per
        facility; counts per year),
        ``far`` (county, tier, kind, why_left, why_far, count): visits outside, ``destinations``
        (`sim.measure.care.destinations.destinations_frame`) and ``loads``
        (`sim.measure.care.loads.loads_frame`).
    """
    run = RunTotals(built, tally)
    made = (
        *(_indicators, _flows, _waits, _facilities, unmet_frame, _far),
        *(destinations_frame, loads_frame),
    )
    return {name: make(run) for name, make in zip(FRAMES, made, strict=True)}


def _indicators(run: RunTotals) -> pd.DataFrame:
    rows = [*simulated_indicators(run), *derived_indicators(run.built.inputs[-1])]
    return pd.DataFrame(rows, columns=["indicator", "tier", "county", "value"])


def _flows(run: RunTotals) -> pd.DataFrame:
    flow = run.flow
    cells = np.nonzero(flow)
    conditions = run.built.inputs[0].conditions["condition"].to_numpy()
    county, first, tier, kind, condition, reason = cells
    return pd.DataFrame(
        {
            "county": run.built.catchment.counties[county],
            "first_tier": np.asarray(TIERS)[first],
            "tier": np.asarray(TIERS)[tier],
            "kind": np.asarray(_KINDS)[kind],
            "condition": conditions[condition],
            "reason": np.asarray(_REASONS)[reason],
            "count": flow[cells],
        }
    )


def _far(run: RunTotals) -> pd.DataFrame:
    cells = np.nonzero(run.far)
    county, tier, kind, why_left, why_far = cells
    return pd.DataFrame(
        {
            "county": run.built.catchment.counties[county],
            "tier": np.asarray(TIERS)[tier],
            "kind": np.asarray(_KINDS)[kind],
            "why_left": np.asarray(_REASONS)[why_left],
            "why_far": np.asarray(_REASONS)[why_far],
            "count": run.far[cells],
        }
    )


def _waits(run: RunTotals) -> pd.DataFrame:
    """Return waits by role, and by skill where there are several of a role in a tier."""
    table, rows = run.built.inputs[0].skills, []
    for tier in range(OUTSIDE):
        for resource, role in _RESOURCES.items():
            pools = run.pools(role, tier)
            rows += _waits_of(run, tier, pools, (resource, "", "", ""), run.skills_of(role))
            there = np.unique(run.pool_skill[pools])
            for skill in there if there.size > 1 else ():
                named = table.iloc[skill]
                what = (resource, named["skill"], named["name_zh"], named["name_en"])
                own = pools[run.pool_skill[pools] == skill]
                rows += _waits_of(run, tier, own, what, (int(skill),))
    return pd.DataFrame(rows, columns=["tier", *_WAITED_FOR, "priority", *_WAITS])


def _waits_of(
    run: RunTotals, tier: int, pools: Ints, what: tuple[str, ...], skills: tuple[int, ...]
) -> list[tuple[object, ...]]:
    """Return a row per priority class that anybody of waited for some pools."""
    rows: list[tuple[object, ...]] = []
    kinds = run.kinds_of((tier,))
    for priority in Priority:
        counts = run.pool_counts[pools][:, priority].sum(axis=0)
        if counts[Count.JOINED] == 0:
            continue
        waits, edges = run.wait_counts(skills, kinds, (priority,)), run.tally.wait_edges
        rows.append(
            (
                TIERS[tier],
                *what,
                priority.name.lower(),
                int(counts[Count.GRANTED]),
                int(counts[Count.RENEGED] + counts[Count.REFUSED]),
                run.mean_wait(pools, (priority,)),
                histogram_quantile(waits, edges, 0.5),
                histogram_quantile(waits, edges, 0.9),
            )
        )
    return rows


def _facilities(run: RunTotals) -> pd.DataFrame:
    reach, inputs = run.built.reach, run.built.inputs[-1]
    facilities = inputs.facilities_in_reach.set_index("facility").loc[reach.facilities["facility"]]
    frame = facilities.reset_index()[
        ["facility", "name_zh", "name_en", "kind", "tier", "county", "beds"]
    ].copy()
    kinds = inputs.kinds.set_index("kind")
    usable = staffed_beds(facilities.reset_index(), kinds)
    # What serves more counties than these is simulated by their share of it.
    frame["beds"] = frame["beds"] * reach.slice
    frame["staffed_beds"] = usable * reach.slice
    beds, doctors = run.pools_of("ward"), run.pools_of("doctor")
    frame["bed_occupancy"] = run.utilisation_by_facility(beds)
    frame["doctor_utilisation"] = run.utilisation_by_facility(doctors)
    frame["doctor_wait_mean"] = run.mean_wait_by_facility(doctors)
    frame["exam_wait_mean"] = run.mean_wait_by_facility(run.pools_of("exam"))
    frame["bed_wait_mean"] = run.mean_wait_by_facility(beds)
    for name, pools in (("doctor", doctors), ("bed", beds)):
        frame[f"{name}_left"] = run.left_by_facility(pools) / run.years
        frame[f"{name}_wait_hours"] = run.waited_by_facility(pools) / 60.0 / run.years
    frame["visits"] = run.work[:, Work.VISITS] / run.years
    frame["admissions"] = run.work[:, Work.ADMISSIONS] / run.years
    return frame
