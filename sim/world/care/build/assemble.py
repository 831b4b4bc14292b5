"""From tables to a CareWorld: one per epoch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.chance import log_deviation
from sim.glossary import TIERS
from sim.scenario.care.inputs import Inputs
from sim.world.care.build.definitions import definition_fields, inside_of
from sim.world.care.build.doors import calendar_fields
from sim.world.care.build.money import Rules, price_fields
from sim.world.care.build.nests import nest_fields
from sim.world.care.build.partitions import build_partitions
from sim.world.care.build.people import (
    Catchment,
    insurance_fields,
    keep_field,
    onset_fields,
    stream_fields,
)
from sim.world.care.build.persons import person_fields, prevalence_field
from sim.world.care.build.preference import county_best, preference_fields
from sim.world.care.build.reach import Reach, build_reach
from sim.world.care.build.recipes import recipe_fields
from sim.world.care.build.resources import Resources, build_resources
from sim.world.care.build.skills import Skills, condition_wards, departments, service_fields
from sim.world.care.build.stays import stay_odds
from sim.world.care.build.yearly import have_yearly_rules, yearly_fields
from sim.world.care.world import NONE, Behaviour, CareWorld, Priority, Setting
from sim.world.fields import Ints, Reals, ints, reals
from sim.world.horizon import Horizon
from sim.world.partitions import Partition

_MINUTES_PER_DAY = 1440.0
_PATIENCE = {
    Priority.EMERGENCY: "patience_doctor_min_emergency",
    Priority.REFERRED: "patience_doctor_min_referred",
    Priority.ROUTINE: "patience_doctor_min_routine",
}


@dataclass(frozen=True)
class CareWorlds:
    """The worlds of a run and the tables that measures read beside them.

    Attributes
    ----------
    worlds : tuple of CareWorld
        One per epoch.
    resources : tuple of Resources
        One per epoch.
    start_days : tuple of int
        First day of each epoch; the first is 0.
    inputs : tuple of Inputs
        One per epoch.
    catchment : Catchment
    reach : Reach
    horizon : Horizon
    """

    worlds: tuple[CareWorld, ...]
    resources: tuple[Resources, ...]
    start_days: tuple[int, ...]
    inputs: tuple[Inputs, ...]
    catchment: Catchment
    reach: Reach
    horizon: Horizon

    @property
    def skills(self) -> Skills:
        """What pools there can be; the same in every epoch."""
        return Skills.of(self.inputs[0])

    @property
    def partitions(self) -> tuple[Partition, ...]:
        """What can run side by side; one for a single county."""
        pool_facility = self.resources[0].table["facility"].to_numpy()
        return build_partitions(self.reach.homes, pool_facility, self.catchment.place_county)

    @property
    def window(self) -> float:
        """The shortest way sideways or down, minutes.

        From home it is the way to another county's hospital, by ambulance; else the time from the decision
        to setting out (`reach.lead`).
        """
        fastest = max(float(w.behaviour[Behaviour.AMBULANCE_SPEED_FACTOR]) for w in self.worlds)
        return min(
            self.reach.shortest_sideways / max(fastest, 1.0),
            *(float(w.behaviour[Behaviour.TRANSFER_ARRANGING_MIN]) for w in self.worlds),
        )


def _condition_fields(inputs: Inputs) -> dict[str, Any]:
    table, odds = inputs.conditions, stay_odds(inputs)
    return {
        "seek_share": reals(table["seek_share"]),
        "admission_share": odds.other_admission,
        "admission_gradient": odds.other_gradient,
        "ambulance_share": reals(table["ambulance_share"]),
        "ambulance_admission": odds.ambulance_admission,
        "ambulance_gradient": odds.ambulance_gradient,
        "acute_minutes": reals(table["acute_days"] * _MINUTES_PER_DAY),
        "acute_sigma": reals(table["acute_cv"].map(log_deviation)),
        "rehabilitation_share": reals(table["rehabilitation_share"]),
        "rehabilitation_minutes": reals(table["rehabilitation_days"] * _MINUTES_PER_DAY),
        "consultation_factor": reals(table["consultation_factor"]),
        "visit_weight": reals(table["visit_weight"]),
        "stay_weight": reals(table["stay_weight"]),
        "readmission_share": reals(table["readmission_share"]),
        "department": departments(inputs),
        "condition_ward": condition_wards(inputs),
        "surgical": ints(table["surgical"].astype(int)),
        "prevalence": prevalence_field(inputs),
    }


def _facility_fields(inputs: Inputs, facilities: pd.DataFrame, counties: Ints) -> dict[str, Any]:
    kinds = inputs.kinds.set_index("kind").loc[facilities["kind"]]
    index_of = {int(code): index for index, code in enumerate(counties)}
    return {
        "facility_tier": ints([TIERS.index(tier) for tier in facilities["tier"]]),
        "facility_county": ints([index_of.get(int(c), NONE) for c in facilities["county"]]),
        "takes_emergencies": ints(kinds["takes_emergencies"].astype(int)),
    }


def _settings(
    inputs: Inputs,
    profiles: int,
    reach: Reach,
    catchment: Catchment,
    horizon: Horizon,
    persons: int,
) -> Ints:
    values = {
        Setting.START_MINUTE_OF_WEEK: horizon.start_minute_of_week,
        Setting.COUNTED_FROM: horizon.counted_from,
        Setting.DAYS: horizon.days,
        Setting.CONDITIONS: len(inputs.conditions),
        Setting.SCHEMES: len(inputs.schemes),
        Setting.FACILITIES: len(reach.facilities),
        Setting.COUNTIES: catchment.counties.size,
        Setting.FACILITY_PROFILES: profiles,
        Setting.ITEMS: reach.fields["reach_facility"].size,
        Setting.PERSONS: persons,
        Setting.PLACES: len(catchment.places),
        Setting.DESTINATIONS: len(reach.destinations),
    }
    values |= Skills.of(inputs).settings()
    return ints([values[cell] for cell in Setting])


def _behaviour(inputs: Inputs) -> Reals:
    declared = [cell.parameter for cell in Behaviour]
    return reals([inputs.behaviour[cell.name] * cell.pathway_factor for cell in declared])


def _epoch_world(
    inputs: Inputs,
    base: Inputs,
    catchment: Catchment,
    reach: Reach,
    resources: Resources,
    horizon: Horizon,
    shared: dict[str, Any],
    persons: int,
) -> CareWorld:
    facilities = reach.facilities
    rules = Rules.of(inputs)
    preference = preference_fields(inputs, rules, facilities)
    by_profile = preference["capability"].reshape(-1, len(inputs.conditions))
    facility = _facility_fields(inputs, facilities, catchment.counties)
    defined = definition_fields(inputs, facilities, catchment.counties)
    best, with_ward = county_best(
        by_profile[preference["facility_profile"]],
        inside_of(facility | defined),
        resources.facility_pool,
        (condition_wards(inputs), Skills.of(inputs).first("ward")),
    )
    return CareWorld(
        **shared,
        reach_profile=preference["facility_profile"][reach.fields["reach_facility"]],
        settings=_settings(inputs, len(by_profile), reach, catchment, horizon, persons),
        behaviour=_behaviour(inputs),
        keep_share=keep_field(base, inputs, catchment),
        facility_pool=ints(resources.facility_pool),
        doctor_patience=reals([inputs.behaviour[_PATIENCE[p]] for p in Priority]),
        county_capability=reals(best),
        county_ward_capability=reals(with_ward),
        **insurance_fields(inputs, catchment),
        **_condition_fields(inputs),
        **facility,
        **service_fields(inputs, facilities),
        **recipe_fields(inputs),
        **nest_fields(inputs),
        **defined,
        **calendar_fields(inputs, facilities, resources.facility_pool, resources.pools),
        **preference,
        **price_fields(inputs, rules, facilities),
        **yearly_fields(inputs),
    )


def build_care_worlds(
    base: Inputs,
    epochs: Sequence[tuple[int, Inputs]],
    horizon: Horizon,
) -> CareWorlds:
    """Build the worlds of a run.

    Parameters
    ----------
    base : Inputs
        The area without any lever: what onsets of the base layer follow in every scenario.
    epochs : sequence of (first day, Inputs)
        Sorted, the first on day 0.
    horizon : Horizon

    Raises
    ------
    InputError
        If some place cannot reach any facility.
    """
    catchment = Catchment.of(base)
    first = epochs[0][1]
    reach = build_reach(first, catchment)
    inputs = [item for _, item in epochs]
    resources = build_resources(inputs, reach)
    shared = {
        **stream_fields(catchment),
        **person_fields(base, catchment),
        **onset_fields(base, epochs, catchment, horizon),
        **reach.fields,
    }
    persons = int(shared["person_first"][-1]) if have_yearly_rules(inputs) else 0
    worlds = [
        _epoch_world(item, base, catchment, reach, pools, horizon, shared, persons)
        for item, pools in zip(inputs, resources, strict=True)
    ]
    return CareWorlds(
        worlds=tuple(worlds),
        resources=tuple(resources),
        start_days=tuple(day for day, _ in epochs),
        inputs=tuple(inputs),
        catchment=catchment,
        reach=reach,
        horizon=horizon,
    )
