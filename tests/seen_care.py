"""What happened in a run of tiered care, in words: so that tests can tell that it happened at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from logs import LogRow

from sim.engine.log import LOG_COLUMNS
from sim.engine.tally import Tally
from sim.pathway.care.path import DESCRIBES
from sim.pathway.care.stages import Stage
from sim.pathway.care.state import (
    ACCOUNT,
    Ambulance,
    End,
    Event,
    Money,
    Need,
    Reason,
    Visit,
    Work,
)
from sim.world.care.world import BANDS, COUNTY, NONE, Behaviour, CareWorld, Setting

_STAGE = len(LOG_COLUMNS) + DESCRIBES.index("stage")
_REASON = len(LOG_COLUMNS) + DESCRIBES.index("reason")
_WHY_FAR = len(LOG_COLUMNS) + DESCRIBES.index("why_far")
_FACILITY = len(LOG_COLUMNS) + DESCRIBES.index("facility")
_CONDITION = len(LOG_COLUMNS) + DESCRIBES.index("condition")
_POOL = LOG_COLUMNS.index("pool")
_NEXT_EXAM = (Stage.EXAM, Stage.WAITING_FOR_EXAM)
_SENT_ON = (Stage.WAITING_FOR_BED, Stage.TRAVELLING)


def count_care(seen: Counter[str], tally: Tally, rows: list[LogRow]) -> None:
    """Add what the care pathway did: stages and reasons of the log, and its own counters."""
    seen.update(f"stage {Stage(stage).name}" for stage in (row[_STAGE] for row in rows))
    seen.update(f"why far {Reason(reason).name}" for reason in (row[_WHY_FAR] for row in rows))
    far = tally.state.table("far").sum(axis=(0, 1, 2))
    seen["went farther for another reason"] += int(far.sum() - far.trace())
    common = tally.state.table("common").sum(axis=(0, 1))
    seen["common outside"] += int(common[0])
    seen["common inside"] += int(common[1])
    seen.update(f"reason {Reason(reason).name}" for reason in (row[_REASON] for row in rows))
    totals = {
        Event: tally.state.table("events").sum(axis=(0, 1)),
        Work: tally.state.table("work").sum(axis=0),
        Money: tally.state.table("money").sum(axis=(0, 1, 2, 3, 4)),
        Visit: tally.state.table("weekly").sum(axis=(0, 1, 2, 4)),
        End: tally.state.table("ends").sum(axis=(0, 1, 2, 3)),
        Ambulance: tally.state.table("ambulance").sum(axis=(0, 1)),
        Need: tally.state.table("ends").sum(axis=(0, 1, 3, 4)),
    }
    own = tally.state.arrays.account.view(ACCOUNT)["own"]
    seen["people with own payments"] += int((own > 0).sum())
    for names, numbers in totals.items():
        for name in names:
            seen[f"{names.__name__.lower()} {name.name}"] += int(numbers[name])


def count_overflow(seen: Counter[str], tally: Tally, rows: list[LogRow], world: CareWorld) -> None:
    """Add where those went on to who found no bed, and the wards that are expected to be full."""
    last: dict[int, LogRow] = {}
    for row in rows:
        before = last.get(row[1])
        last[row[1]] = row
        facility = int(row[_FACILITY])
        above = facility != NONE and world.facility_county[facility] == NONE
        seen["inside in the city"] += (
            above and row[_STAGE] == Stage.TRAVELLING and row[_REASON] == 0
        )
        if before is None or (before[_STAGE], row[_STAGE]) != _SENT_ON:
            continue
        here, there = (int(world.facility_tier[each[_FACILITY]]) for each in (before, row))
        seen["overflow " + ("up" if there > here else "down" if there < here else "beside")] += 1
        sideways = there == COUNTY and world.facility_county[row[_FACILITY]] != NONE
        seen["overflow next door"] += bool(sideways and row[_REASON] > 0)
        seen["overflow back into the county"] += before[_REASON] > 0 and row[_REASON] == 0
        seen["overflow out of the county"] += before[_REASON] == 0 and row[_REASON] > 0
    longest = world.behaviour[Behaviour.OVERFLOW_WAIT_MIN]
    seen["wards known as full"] += int((tally.state.arrays.expected_bed_wait > longest).sum())


def count_epochs(seen: Counter[str], worlds: Sequence[CareWorld]) -> None:
    """Add what changes from one epoch to the next."""
    for before, after in pairwise(worlds):
        was, is_ = before.facility_pool != NONE, after.facility_pool != NONE
        seen["further epochs"] += 1
        seen["pools that open"] += int((is_ & ~was).sum())
        seen["pools that close"] += int((was & ~is_).sum())


def count_exams(seen: Counter[str], rows: list[LogRow], world: CareWorld) -> None:
    """Add exams that follow another, those that stand in, and those who move on where one is missing."""
    last: dict[int, LogRow] = {}
    for row in rows:
        before, stage = last.get(row[1]), row[_STAGE]
        last[row[1]] = row
        if before is None:
            continue
        seen["exams of two steps or more"] += (before[_STAGE], stage) == _NEXT_EXAM
        facility = int(before[_FACILITY])
        cell = int(row[_CONDITION]) * len(BANDS)
        first, end = world.recipe_start[cell], world.recipe_start[cell + len(BANDS)]
        its = {int(skill) for skill in world.recipe_skill[first:end]}
        pool = world.facility_pool.reshape(-1, world.settings[Setting.SKILLS])[facility]
        if stage == Stage.WAITING_FOR_EXAM:
            own = {int(pool[skill]) for skill in its}
            seen["exams that stand in"] += int(row[_POOL]) not in own
        # Whether they were referred for it, or would have been anyway, the log does not say.
        lacks = any(pool[skill] == NONE for skill in its)
        sent_on = before[_STAGE] in (Stage.CONSULTATION, Stage.EXAM) and stage == Stage.TRAVELLING
        must_move = bool(world.recipe_refers[cell : cell + len(BANDS)].any())
        seen["referred where an exam is missing"] += sent_on and lacks and must_move
