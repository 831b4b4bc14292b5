"""A hand-made county, small enough to work out by hand, and one patient to walk through it.

One place, six tiers, seven facilities, one condition. Every number is chosen so that each rule of
the pathway can be tested alone: shares are 0 or 1 unless a test says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from skills import SKILL_SETTINGS, Skill

from sim.chance import log_deviation, patient_key, run_key, stream_key
from sim.engine.model import Epoch, Model
from sim.glossary import AGE_BANDS, TIERS
from sim.lookup import AddressTable
from sim.pathway.care.account import is_full
from sim.pathway.care.capability import decide_stay
from sim.pathway.care.path import new_period, next_step
from sim.pathway.care.stages import Stage
from sim.pathway.care.state import PATIENT, CareState, Event, Work
from sim.pathway.steps import (
    ARRIVED,
    DONE,
    step_action,
    step_group,
    step_keep,
    step_pool,
    step_priority,
)
from sim.subjects.care.model import CARE
from sim.world.care.build.doors import door_fields
from sim.world.care.build.nests import nest_table
from sim.world.care.build.people import mix_guide
from sim.world.care.build.reach import names_of
from sim.world.care.build.resources import GROUPS, wait_row, wait_rows
from sim.world.care.world import (
    BANDS,
    CITY,
    COUNTY,
    LAYERS,
    NESTS,
    NONE,
    OUTSIDE,
    PROFILES,
    PROVINCE,
    REFER,
    SETTINGS,
    SKIP,
    TOWNSHIP,
    VILLAGE,
    Behaviour,
    CareWorld,
    Priority,
    Setting,
)
from sim.world.fields import Ints, Reals, ints, reals
from sim.world.pools import UNLIMITED, Pools, PoolsBuilder

CLINIC, CENTRE, NEAR_HOSPITAL, HOSPITAL, CITY_HOSPITAL, PROVINCIAL, ELSEWHERE = range(7)
"""The facilities; their positions within reach of the only place are the same numbers."""
FACILITY_TIER = (VILLAGE, TOWNSHIP, COUNTY, COUNTY, CITY, PROVINCE, OUTSIDE)
CAPABILITY = (0.3, 0.5, 0.6, 0.8, 0.9, 0.97, 1.0)
MINUTES = (10.0, 20.0, 35.0, 40.0, 90.0, 200.0, 420.0)
WARD_SERVERS = {CENTRE: 2, NEAR_HOSPITAL: 3, HOSPITAL: 10, CITY_HOSPITAL: 10, PROVINCIAL: 10}
DAYS = 28
_MIX = reals(np.linspace(0.2, 1.0, len(AGE_BANDS)))
_FACILITIES = len(FACILITY_TIER)
_DAY = 1440.0

BEHAVIOUR: dict[Behaviour, float] = {
    Behaviour.MODERATE_FROM: 0.6,
    Behaviour.SEVERE_FROM: 0.9,
    Behaviour.BOUND: 0.0,
    Behaviour.BOUND_EXCEPT_CHILDREN: 0.0,
    Behaviour.COMPLY: 1.0,
    Behaviour.REFERRAL_DELAY_MIN: 600.0,
    Behaviour.REVIEW_RETURNED: 0.0,
    Behaviour.STEP_DOWN_DELAY_MIN: 480.0,
    Behaviour.STEP_DOWN_PATIENCE_MIN: 3 * _DAY,
    Behaviour.READMISSION_DELAY_MIN: 12 * _DAY,
    Behaviour.UNREFERRED_RATE_LOSS: 0.25,
    Behaviour.WAIT_WEIGHT_PER_MIN: -0.01,
    Behaviour.EMERGENCY_BED_PATIENCE_MIN: 720.0,
    Behaviour.ROUTINE_BED_PATIENCE_MIN: 5 * _DAY,
    Behaviour.AMBULANCE_SPEED_FACTOR: 2.0,
    Behaviour.TRANSFER_ARRANGING_MIN: 60.0,
    Behaviour.OVERFLOW_WAIT_MIN: _DAY,
    Behaviour.NEST_PRIMARY: 1.0,
    Behaviour.NEST_COUNTY: 1.0,
    Behaviour.NEST_CITY: 1.0,
    Behaviour.NEST_ABOVE: 1.0,
    Behaviour.BED_WAIT_WEIGHT_PER_DAY: 0.0,
    # Who needs a stay takes the bed at hand, unless a test says otherwise.
    Behaviour.PRESENT_HOSPITAL: 100.0,
    Behaviour.SET_OUT_SPREAD_MIN: 90.0,
    Behaviour.MOST_ATTEMPTS: 3.0,
    # Nobody goes nowhere, or to the same place again, unless a test says otherwise.
    Behaviour.NONE_REFERRED: -100.0,
    Behaviour.NONE_REFERRED_STAY: -100.0,
    Behaviour.NONE_AFTER_QUEUE: -100.0,
    Behaviour.NONE_MODERATE: 0.0,
    Behaviour.NONE_SEVERE: 0.0,
    Behaviour.NONE_STAY: 0.0,
    Behaviour.COME_AGAIN: -100.0,
}


def behaviour(changes: dict[Behaviour, float] | None = None) -> Reals:
    """Return the behaviour cells of the hand-made county, some of them changed."""
    values = {**BEHAVIOUR, **(changes or {})}
    return reals([values[cell] for cell in Behaviour])


def pools_of(
    wards: dict[int, int], step_down: dict[int, int], doctors: int = 3
) -> tuple[Pools, Ints]:
    """Return pools that never close, and their numbers by facility and skill.

    Parameters
    ----------
    wards, step_down : dict of int to int
        Beds by facility; one that is missing has no such pool.
    doctors : int
        Of every facility, and as many exam rooms from the township up.
    """
    builder = PoolsBuilder()
    numbers = np.full((_FACILITIES, len(Skill)), NONE, dtype=np.int64)
    for f, tier in enumerate(FACILITY_TIER):
        servers = {Skill.DOCTOR: doctors}
        if TOWNSHIP <= tier < OUTSIDE:
            servers[Skill.EXAM] = doctors
        if f in wards:
            servers[Skill.WARD_GENERAL] = wards[f]
        if f in step_down:
            servers[Skill.STEP_DOWN] = step_down[f]
        if tier == OUTSIDE:
            servers = {Skill.DOCTOR: UNLIMITED, Skill.WARD_GENERAL: UNLIMITED}
        for kind, number in servers.items():
            numbers[f, kind] = builder.add(
                [(0, number, 0)], wait_row=wait_row(tier, kind, len(Skill))
            )
    return builder.build(), numbers.ravel()


def _onset_fields(onsets_per_day: float) -> dict[str, Any]:
    groups = 2 * len(PROFILES) * LAYERS
    rate = np.zeros((groups, DAYS))
    # Base layer only: one onset in ten is an emergency.
    rate[0], rate[LAYERS] = 0.9 * onsets_per_day / _DAY, 0.1 * onsets_per_day / _DAY
    return {
        "stream_name": ints(range(4)),
        "stream_place": ints([0] * 4),
        "stream_profile": ints([0, 0, 1, 1]),
        "stream_layer": ints([0, 1, 0, 1]),
        "stream_onset_group": ints(range(4)),
        "onset_rate": reals(rate),
        "onset_mix": ints(np.zeros(groups * DAYS)),
        "mix": _MIX,
        "mix_guide": mix_guide(_MIX[None]),
        "hours_before": reals(np.tile(np.arange(25), len(PROFILES) * 7)),
        "keep_share": reals(np.ones(2 * len(AGE_BANDS))),
        "place_people": reals([1.0]),
        "place_group": ints([0]),
        "place_county": ints([0]),
        "place_name": ints([1]),
        "person_first": ints(range(0, 10 * len(AGE_BANDS) + 1, 10)),
        "scheme_share": reals([1.0, 1.0]),
        "contract_share": reals([0.5] * len(AGE_BANDS)),
    }


def _condition_fields() -> dict[str, Any]:
    return {
        "seek_share": reals([1.0]),
        "admission_share": reals([0.0]),
        "admission_gradient": reals([0.0]),
        "ambulance_share": reals([0.5]),
        "ambulance_admission": reals([0.0]),
        "ambulance_gradient": reals([0.0]),
        "acute_minutes": reals([4 * _DAY]),
        "acute_sigma": reals([log_deviation(0.5)]),
        "rehabilitation_share": reals([0.0]),
        "rehabilitation_minutes": reals([10 * _DAY]),
        "consultation_factor": reals([1.0]),
        "visit_weight": reals([1.0]),
        "stay_weight": reals([1.0]),
        "readmission_share": reals([0.0]),
        "department": ints([Skill.DOCTOR, Skill.DOCTOR]),
        "condition_ward": ints([Skill.WARD_MATERNAL_CHILD] * len(BANDS)),
        "surgical": ints([1]),
        "step_down_odds": reals([0.0]),
        "contract_weight": reals([2.0]),
        "prevalence": reals([1.0] * len(AGE_BANDS)),
        **one_recipe([Served(Skill.EXAM, 0.0)]),
    }


class Served(NamedTuple):
    """A step of a recipe; `otherwise` is the number of who stands in, or SKIP or REFER."""

    skill: Skill
    share: float = 1.0
    factor: float = 1.0
    otherwise: int = SKIP


def one_recipe(steps: Sequence[Served], stand_in: Sequence[Served] = ()) -> dict[str, Any]:
    """Return fields by which patients of the only condition have the same recipe in all bands."""
    bands, size = len(BANDS), len(steps)
    every = [*steps * bands, *stand_in]
    others = [
        each.otherwise + bands * size if each.otherwise >= 0 else each.otherwise for each in every
    ]
    return {
        "recipe_start": ints(range(0, bands * size + 1, size)),
        "recipe_step": ints([*range(1, size + 1)] * bands + [1] * len(stand_in)),
        "recipe_skill": ints([each.skill for each in every]),
        "recipe_share": reals([each.share for each in every]),
        "recipe_factor": reals([each.factor for each in every]),
        "recipe_otherwise": ints(others),
        "recipe_refers": ints([REFER in [each.otherwise for each in every]] * bands),
    }


def _facility_fields(facility_pool: Ints) -> dict[str, Any]:
    cells = np.arange(len(TIERS) * len(SETTINGS))
    in_county = [0 if tier <= COUNTY else NONE for tier in FACILITY_TIER]
    has_ward = facility_pool.reshape(_FACILITIES, -1)[:, Skill.WARD_GENERAL] != NONE
    own = [f for f, home in enumerate(in_county) if home == 0]
    return {
        "facility_tier": ints(FACILITY_TIER),
        "facility_county": ints(in_county),
        "county_home": ints([NONE]),
        "facility_city": ints([1 if tier == CITY else NONE for tier in FACILITY_TIER]),
        "common_until": ints([1]),
        "facility_destination": ints([max(0, tier - COUNTY) for tier in FACILITY_TIER]),
        "facility_profile": ints(range(_FACILITIES)),
        "facility_pool": facility_pool,
        "takes_emergencies": ints([0, 1, 1, 1, 1, 1, 0]),
        "service_minutes": reals([6.0, 15.0, 0.0, 0.0, 0.0, 9.0, 20.0] * _FACILITIES),
        "service_sigma": reals([log_deviation(0.5)] * _FACILITIES * len(Skill)),
        "over_referral": reals([0.0] * _FACILITIES),
        "formal_referral": reals([1.0] * _FACILITIES),
        "doctor_patience": reals([240.0, 180.0, 150.0]),
        "capability": reals(CAPABILITY),
        "county_capability": reals([max(CAPABILITY[f] for f in own)]),
        "county_ward_capability": reals(
            [max([CAPABILITY[f] for f in own if has_ward[f]], default=0.0)] * len(BANDS)
        ),
        "pay": reals(np.ones(2 * 2 * _FACILITIES)),
        "able": reals(np.tile(np.linspace(1.0, 0.4, _FACILITIES), len(BANDS))),
        "stay_appeal": reals(np.linspace(1.0, 0.4, _FACILITIES)),
        "log_stable": nest_table(np.ones(len(NESTS))),
        # Open at all hours, unless a test says otherwise.
        "facility_calendar": ints([0] * _FACILITIES),
        "night_duty": ints([1] * _FACILITIES),
        **door_fields([[(0, 1.0)]]),
        "price_visit": reals([100_00.0] * _FACILITIES),
        "price_stay": reals([5_000_00.0] * _FACILITIES),
        "daily_share": reals([0.5] * _FACILITIES),
        "service_share": reals([0.3] * _FACILITIES),
        "in_scope_share": reals(0.9 + 0.0 * cells),
        "rate": reals(0.6 + 0.0 * cells),
        "deductible": reals(np.where(cells % 2, 500_00.0, 10_00.0)),
        "ceiling": reals(np.where(cells % 2, 100_000_00.0, 200_00.0)),
        "yearly_deductible": reals([0.0] * len(SETTINGS)),
        "yearly_ceiling": reals([np.inf] * len(SETTINGS)),
        "catastrophic_from": reals([np.inf]),
        "catastrophic_rate": reals([0.0]),
        "assisted_share": reals([0.0]),
        "assistance_rate": reals([0.0]),
    }


def make_world(
    facility_pool: Ints | None = None, onsets_per_day: float = 40.0, **fields: Any
) -> CareWorld:
    """Return the hand-made county with some fields replaced (lists become arrays)."""
    if facility_pool is None:
        facility_pool = pools_of(WARD_SERVERS, {CENTRE: 1})[1]
    values: dict[str, Any] = {
        "settings": settings(),
        "behaviour": behaviour(),
        "reach_start": ints(np.searchsorted(FACILITY_TIER, range(len(TIERS) + 1))),
        "reach_facility": ints(range(_FACILITIES)),
        "reach_profile": ints(range(_FACILITIES)),
        "reach_name": names_of(ints(range(_FACILITIES))),
        "reach_minutes": reals(MINUTES),
        "reach_weight": reals(np.exp(-0.01 * np.asarray(MINUTES))),
        **_onset_fields(onsets_per_day),
        **_condition_fields(),
        **_facility_fields(facility_pool),
    }
    for name, value in fields.items():
        values[name] = ints(value) if values[name].dtype == np.int64 else reals(value)
    return CareWorld(**values)


def settings(changes: dict[Setting, int] | None = None) -> Ints:
    """Return the settings of the hand-made county, some of them changed."""
    values = {
        Setting.START_MINUTE_OF_WEEK: 0,
        Setting.COUNTED_FROM: 0,
        Setting.DAYS: DAYS,
        Setting.CONDITIONS: 1,
        Setting.SCHEMES: 1,
        Setting.FACILITIES: _FACILITIES,
        Setting.COUNTIES: 1,
        Setting.FACILITY_PROFILES: _FACILITIES,
        Setting.ITEMS: _FACILITIES,
        Setting.PERSONS: 0,
        Setting.PLACES: 1,
        Setting.DESTINATIONS: 1 + len(TIERS) - COUNTY,
        **SKILL_SETTINGS,
        **(changes or {}),
    }
    return ints([values[cell] for cell in Setting])


def with_one_field_changed(world: CareWorld, name: str, index: int, value: float) -> CareWorld:
    """Return a world in which one cell differs."""
    array = getattr(world, name).copy()
    array[index] = value
    return replace(world, **{name: array})


def make_model(world: CareWorld, pools: Pools, weeks: int = 4) -> Model:
    """Return a model of the hand-made county that counts from the first week on."""
    return Model(
        pathway=CARE,
        epochs=(Epoch(0.0, world, pools),),
        streams=world.stream_name.size,
        groups=GROUPS,
        wait_rows=wait_rows(len(TIERS), len(Skill)),
        start_minute_of_week=0,
        period_starts=reals(np.arange(weeks + 1) * 7 * _DAY),
        counted_from=0,
    )


class Taken(NamedTuple):
    """A step of a patient, with names."""

    action: int
    pool: int
    priority: int
    group: int
    minutes: float
    keep: int


class Visitors:
    """Patients of a world, moved by hand: no clock, no queue.

    Parameters
    ----------
    world : CareWorld
    count : int
        Patients, in rows 0, 1, ...; patient n has the draws of number n of the first stream.
    seed : int
    """

    def __init__(self, world: CareWorld, count: int = 1, seed: int = 20250106) -> None:
        self.world = world
        run = run_key(seed, 0)
        self.state = CareState(world, run, 1, count)
        self._tables = (AddressTable(world), AddressTable(self.state.arrays))
        self.w, self.s = (table.address for table in self._tables)
        self.rows = self.state.arrays.patient.view(PATIENT)
        stream = stream_key(run, int(world.stream_name[0]))
        self.rows["key"][:count] = [patient_key(stream, number) for number in range(count)]
        self.rows["age"] = AGE_BANDS.index("15_59")
        new_period(self.w, self.s, 0)
        self.start()

    def start(self, row: int | slice = slice(None), **cells: float) -> None:
        """Make patients new; `cells` are columns of `PATIENT`; the need of a stay is drawn if unstated."""
        for column in ("facility", "position", "first_tier", "step_down"):
            self.rows[column][row] = NONE
        for column, value in cells.items():
            self.rows[column][row] = value
        if "stay_needed" not in cells:
            for each in range(self.state.capacity)[row] if isinstance(row, slice) else [row]:
                self.rows["stay_needed"][each] = decide_stay(self.w, self.s, each)

    def next(self, event: int = DONE, waited: float = 0.0, row: int = 0) -> Taken:
        """Tell a patient what happened and return what they do; there is room for it, as in an engine."""
        if is_full(self.s):
            self.state.make_room()
            self._tables[1].refresh()
        code, minutes = next_step(self.w, self.s, row, event, waited)
        return Taken(
            step_action(code),
            step_pool(code),
            step_priority(code),
            step_group(code),
            minutes,
            step_keep(code),
        )

    def through(self, *events: int, row: int = 0) -> Taken:
        """Go through several events, the first from the beginning, and return the last step."""
        step = self.next(ARRIVED, row=row)
        for event in events:
            step = self.next(event, row=row)
        return step

    def cell(self, column: str, row: int = 0) -> int:
        return int(self.rows[column][row])

    def stage(self, row: int = 0) -> Stage:
        return Stage(self.cell("stage", row))

    def facility(self, row: int = 0) -> int:
        return self.cell("facility", row)

    def happened(self, event: Event) -> int:
        return int(self.state.table("events")[:, :, event].sum())

    def worked(self, facility: int, work: Work) -> int:
        return int(self.state.table("work")[facility, work])

    def pool(self, facility: int, kind: Skill) -> int:
        return int(self.world.facility_pool[facility * len(Skill) + kind])


def priorities(steps: Sequence[Taken]) -> list[Priority]:
    """Return the priority classes of some steps."""
    return [Priority(step.priority) for step in steps]
