"""Random pools of the facilities of a random world: shifts, closed wards, reserved servers, small rooms."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from luck import Luck
from skills import WARDS, Skill

from sim.world.care.build.resources import wait_row
from sim.world.care.world import NONE, OUTSIDE, Priority
from sim.world.fields import Ints
from sim.world.pools import UNLIMITED, Pools, PoolsBuilder, Segment

_OFFERED = {
    Skill.EXAM: 0.6,
    Skill.WARD_GENERAL: 0.6,
    Skill.WARD_MATERNAL_CHILD: 0.3,
    Skill.STEP_DOWN: 0.5,
    Skill.SURGEONS: 0.5,
    Skill.IMAGING: 0.5,
}
"""Share of the facilities that have such a pool."""


class Offer(NamedTuple):
    """A pool that a facility has in some epoch."""

    facility: int
    skill: Skill
    tier: int
    levels: int


def offered_pools(luck: Luck, tiers: Ints) -> list[Offer]:
    """Return all pools of a run; every epoch has them, closed or open."""
    return [
        Offer(facility, skill, int(tier), luck.one_of([0, 0, 2, 5]))
        for facility, tier in enumerate(tiers)
        for skill in Skill
        if skill == Skill.DOCTOR or luck.chance(_OFFERED[skill])
    ]


def epoch_pools(luck: Luck, facilities: int, offered: list[Offer]) -> tuple[Pools, Ints]:
    """Return one epoch's pools, and their numbers by facility and skill: NONE for a closed one."""
    builder = PoolsBuilder()
    numbers = np.full((facilities, len(Skill)), NONE, dtype=np.int64)
    for offer in offered:
        closed = offer.skill != Skill.DOCTOR and luck.chance(0.2)
        number = builder.add(
            [(0, 0, 0)] if closed else _servers(luck, offer),
            wait_row=wait_row(offer.tier, offer.skill, len(Skill)),
            reserved_for=luck.number(0, len(Priority)),
            room=luck.room(),
            levels=offer.levels,
            served_every=luck.one_of([0, 0, 1, 2, 5]),
        )
        if not closed:
            numbers[offer.facility, offer.skill] = number
    return builder.build(), numbers.ravel()


def _servers(luck: Luck, offer: Offer) -> list[Segment]:
    if offer.tier == OUTSIDE and luck.chance(0.5):
        return [(0, UNLIMITED, 0)]
    return luck.week(most=4 if offer.skill in WARDS else 2, reserves=luck.chance(0.3))
