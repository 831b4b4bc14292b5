"""Told to go elsewhere, after a queue, stepping down: choices with going nowhere, in closed form."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats
from worlds import (
    CAPABILITY,
    CENTRE,
    CITY_HOSPITAL,
    CLINIC,
    ELSEWHERE,
    FACILITY_TIER,
    HOSPITAL,
    NEAR_HOSPITAL,
    PROVINCIAL,
    WARD_SERVERS,
    Visitors,
    behaviour,
    make_world,
    pools_of,
)

from sim.pathway.care.stages import Stage
from sim.pathway.care.state import End, Event, Reason
from sim.pathway.steps import DONE, HOLD, RENEGED
from sim.world.care.build.nests import nest_table
from sim.world.care.world import NEST_OF_TIER, NESTS, NONE, Behaviour, CareWorld, Priority
from sim.world.fields import Ints, Reals

_MANY = 20_000
_LEVEL = 1e-3
"""Of chi-square tests; seeds are fixed, so that what passes once always does."""
_SCALES = ((1.0, 1.0, 1.0, 1.0), (0.6, 0.5, 0.8, 0.7))
_NOWHERE = len(FACILITY_TIER)
_NEST = np.asarray(NEST_OF_TIER)[np.asarray(FACILITY_TIER)]


def county(
    scales: tuple[float, ...] = _SCALES[0],
    changes: dict[Behaviour, float] | None = None,
    **fields: Any,
) -> CareWorld:
    """Return the hand-made county with nest parameters, behaviour and fields changed."""
    cells = {Behaviour(Behaviour.NEST_PRIMARY + nest): scale for nest, scale in enumerate(scales)}
    rules = behaviour({**cells, Behaviour.PRESENT_HOSPITAL: 0.0, **(changes or {})})
    return make_world(behaviour=rules, log_stable=nest_table(np.asarray(scales)), **fields)


def shares(weight: Reals, scales: tuple[float, ...], none: float = -np.inf) -> Reals:
    """Return the nested logit's shares of the facilities, and last that of an alternative of utility `none`."""
    sums = np.bincount(_NEST, weight, minlength=len(NESTS))
    of_nest = sums ** np.asarray(scales)
    total = of_nest.sum() + np.exp(none)
    within = np.divide(weight, sums[_NEST], out=np.zeros_like(weight), where=weight > 0.0)
    return np.append(within * of_nest[_NEST], np.exp(none)) / total


def raised(weight: Reals, scales: tuple[float, ...], facility: int, utility: float) -> Reals:
    """Return the weights with more utility at one facility."""
    more = weight.copy()
    more[facility] *= np.exp(utility / scales[_NEST[facility]])
    return more


def for_a_visit(world: CareWorld, band: int = 0) -> Reals:
    """Return the weights of all facilities for a visit; nobody has a contract, or pays anything."""
    return np.asarray(world.able.reshape(3, -1)[band] * world.reach_weight)


def gone(visitors: Visitors, event: int) -> Ints:
    """Let something happen to all; return where each goes, or `_NOWHERE`."""
    going = [visitors.next(event, 30.0, row=row).action == HOLD for row in range(_MANY)]
    return np.where(going, visitors.rows["facility"][:_MANY], _NOWHERE)


def assert_shares(found: Ints, share: Reals) -> None:
    counts = np.bincount(found, minlength=share.size)
    assert counts[share == 0.0].sum() == 0
    some = share > 0.0
    if some.sum() > 1:
        assert stats.chisquare(counts[some], found.size * share[some]).pvalue > _LEVEL


def at(world: CareWorld, facility: int, stage: Stage, **cells: float) -> Visitors:
    visitors = Visitors(world, _MANY)
    here = {"stage": stage, "facility": facility, "position": facility, "visits": 1}
    visitors.start(**{**here, "first_tier": FACILITY_TIER[facility], **cells})
    return visitors


# --- told to go elsewhere, or referred -----------------------------------------------------------


@pytest.mark.parametrize("scales", _SCALES)
@pytest.mark.parametrize(("band", "less"), [(0, 0.0), (1, -0.7), (2, -1.5)])
def test_who_is_told_chooses_among_the_able_and_going_nowhere(
    scales: tuple[float, ...], band: int, less: float
) -> None:
    none = {
        Behaviour.NONE_REFERRED: -1.0,
        Behaviour.NONE_MODERATE: -0.7,
        Behaviour.NONE_SEVERE: -1.5,
    }
    world = county(scales, none, formal_referral=[0.0] * 7)
    visitors = at(world, CENTRE, Stage.CONSULTATION, complexity=0.55, band=band)
    found = gone(visitors, DONE)
    weight = for_a_visit(world, band)
    weight[[CLINIC, CENTRE]] = 0.0
    share = shares(weight, scales, -1.0 + less)
    assert_shares(found, share)
    nowhere = (found == _NOWHERE).sum()
    assert visitors.state.table("ends")[..., End.REFERRAL_NOT_FOLLOWED].sum() == nowhere
    assert visitors.happened(Event.REFERRED_UP) == 0
    assert visitors.happened(Event.WENT_UP_THEMSELVES) == _MANY - nowhere
    assert not visitors.rows["referred"][:_MANY][found != _NOWHERE].any()
    outside = (found > HOSPITAL) & (found != _NOWHERE)
    assert (visitors.rows["reason"][:_MANY][outside] == Reason.PREFERENCE).all()


@pytest.mark.parametrize("scales", _SCALES)
@pytest.mark.parametrize("comply", [0.5, 0.8])
def test_who_is_referred_weighs_the_place_named_by_the_odds(
    scales: tuple[float, ...], comply: float
) -> None:
    """The doctor names a place of the lowest able tier as patients would choose it; then patients choose."""
    cells = {Behaviour.COMPLY: comply, Behaviour.NONE_REFERRED: -1.0}
    world = county(scales, cells)
    visitors = at(world, CENTRE, Stage.CONSULTATION, complexity=0.55)
    found = gone(visitors, DONE)
    weight = for_a_visit(world)
    weight[[CLINIC, CENTRE]] = 0.0
    lowest = weight.copy()
    lowest[CITY_HOSPITAL:] = 0.0
    share, followed = np.zeros(_NOWHERE + 1), 0.0
    for named, part in enumerate(shares(lowest, scales)[:-1]):
        if part > 0.0:
            bonus = np.log(comply / (1.0 - comply))
            then = shares(raised(weight, scales, named, bonus), scales, -1.0)
            share += part * then
            followed += part * then[named]
    assert_shares(found, share)
    complied = visitors.happened(Event.REFERRED_UP)
    assert abs(complied / _MANY - followed) < 4.0 * np.sqrt(followed * (1.0 - followed) / _MANY)
    referred = visitors.rows["referred"][:_MANY] == 1
    assert referred[found != _NOWHERE].sum() == complied
    assert set(found[referred & (found != _NOWHERE)].tolist()) == {NEAR_HOSPITAL, HOSPITAL}


def test_a_part_is_referred_and_the_others_are_told() -> None:
    cells = {Behaviour.COMPLY: 1.0}
    formal = [0.0, 0.3, 0.0, 0.0, 0.0, 0.0, 0.0]
    visitors = at(
        county(changes=cells, formal_referral=formal), CENTRE, Stage.CONSULTATION, complexity=0.95
    )
    gone(visitors, DONE)
    share = visitors.happened(Event.REFERRED_UP) / _MANY
    assert abs(share - 0.3) < 4.0 * np.sqrt(0.3 * 0.7 / _MANY)


def test_the_referred_come_before_others_and_the_told_do_not() -> None:
    for formal, priority in ((1.0, Priority.REFERRED), (0.0, Priority.ROUTINE)):
        world = county(changes={Behaviour.COMPLY: 1.0}, formal_referral=[formal] * 7)
        visitors = at(world, CENTRE, Stage.CONSULTATION, complexity=0.95)
        visitors.next(DONE)
        assert visitors.next(DONE).priority == priority


def test_who_could_be_treated_is_sent_up_by_referral_only() -> None:
    world = county(
        changes={Behaviour.COMPLY: 1.0}, formal_referral=[0.0] * 7, over_referral=[1.0] * 7
    )
    visitors = at(world, CENTRE, Stage.CONSULTATION, complexity=0.4)
    gone(visitors, DONE)
    # Nearly all: odds of a million to one.
    assert visitors.happened(Event.REFERRED_UP) > 0.999 * _MANY


def test_emergencies_are_transferred_to_the_nearest_able() -> None:
    world = county(formal_referral=[0.0] * 7, changes={Behaviour.NONE_REFERRED: 100.0})
    visitors = at(world, CENTRE, Stage.CONSULTATION, complexity=0.55, emergency=1)
    assert (gone(visitors, DONE) == NEAR_HOSPITAL).all()
    assert visitors.happened(Event.REFERRED_UP) == _MANY


@pytest.mark.parametrize("better", [NEAR_HOSPITAL, HOSPITAL, CITY_HOSPITAL, PROVINCIAL, ELSEWHERE])
def test_who_moves_after_a_word_goes_to_the_facility_that_improved(better: int) -> None:
    """By utility, or by becoming able: nobody moves between two others, or to nowhere."""
    cells = {Behaviour.NONE_REFERRED: -1.0}
    fields: dict[str, Any] = {"formal_referral": [0.0] * 7}
    plain = county(_SCALES[1], cells, **fields)
    able = plain.able.reshape(3, -1).copy()
    able[:, better] *= np.exp(0.5)
    weak = list(CAPABILITY)
    weak[better] = 0.5
    before, after, unable = (
        gone(at(world, CENTRE, Stage.CONSULTATION, complexity=0.55), DONE)
        for world in (
            plain,
            county(_SCALES[1], cells, able=able.ravel(), **fields),
            county(_SCALES[1], cells, capability=weak, **fields),
        )
    )
    for old, new in ((before, after), (unable, before)):
        moved = old != new
        assert moved.any()
        assert (new[moved] == better).all()


# --- after a queue -------------------------------------------------------------------------------


@pytest.mark.parametrize("scales", _SCALES)
@pytest.mark.parametrize("stay", [0, 1])
def test_who_left_a_queue_comes_again_goes_elsewhere_or_gives_up(
    scales: tuple[float, ...], stay: int
) -> None:
    cells = {
        Behaviour.COME_AGAIN: 0.8,
        Behaviour.NONE_AFTER_QUEUE: -0.5,
        Behaviour.NONE_STAY: -1.0,
    }
    world = county(scales, cells)
    visitors = at(world, CENTRE, Stage.WAITING_FOR_DOCTOR, complexity=0.2, stay_needed=stay)
    found = gone(visitors, RENEGED)
    weight = raised(for_a_visit(world), scales, CENTRE, 0.8)
    assert_shares(found, shares(weight, scales, -0.5 - stay))
    assert visitors.happened(Event.ABANDONED) == _MANY
    assert visitors.happened(Event.CAME_AGAIN) == (found == CENTRE).sum()
    elsewhere = ~np.isin(found, (CENTRE, _NOWHERE))
    assert visitors.happened(Event.WENT_ELSEWHERE) == elsewhere.sum()
    assert visitors.happened(Event.WENT_UP_THEMSELVES) == (elsewhere & (found > CENTRE)).sum()
    outside = elsewhere & (found > HOSPITAL)
    assert (visitors.rows["reason"][:_MANY][outside] == Reason.CAPACITY).all()


def test_who_goes_elsewhere_loses_the_referral_and_who_comes_again_keeps_it() -> None:
    pay = np.ones((2, 2, 7))
    pay[0, 0], pay[0, 1] = 0.5, 2.0
    world = county(changes={Behaviour.COME_AGAIN: 0.0}, pay=pay.ravel())
    visitors = at(world, HOSPITAL, Stage.WAITING_FOR_DOCTOR, complexity=0.2, referred=1)
    found = gone(visitors, RENEGED)
    weight = 0.5 * for_a_visit(world)
    weight[HOSPITAL] *= 4.0
    assert_shares(found, shares(weight, _SCALES[0]))
    referred = visitors.rows["referred"][:_MANY] == 1
    assert (referred == (found == HOSPITAL)).all()


@pytest.mark.parametrize("cell", [Behaviour.COME_AGAIN, Behaviour.NONE_AFTER_QUEUE])
def test_what_becomes_better_after_a_queue_wins_and_nobody_else_does(cell: Behaviour) -> None:
    base = {Behaviour.COME_AGAIN: 0.5, Behaviour.NONE_AFTER_QUEUE: -0.5}
    old, new = (
        gone(
            at(county(_SCALES[1], each), CENTRE, Stage.WAITING_FOR_DOCTOR, complexity=0.2), RENEGED
        )
        for each in (base, {**base, cell: base[cell] + 0.5})
    )
    moved = old != new
    assert moved.any()
    assert (new[moved] == (CENTRE if cell == Behaviour.COME_AGAIN else _NOWHERE)).all()


def test_an_emergency_that_nobody_saw_goes_to_the_nearest_other_that_takes_it() -> None:
    minutes = make_world().reach_minutes.copy()
    minutes[CITY_HOSPITAL] = 1.0
    visitors = at(
        county(reach_minutes=minutes),
        HOSPITAL,
        Stage.WAITING_FOR_DOCTOR,
        complexity=0.7,
        emergency=1,
    )
    assert (gone(visitors, RENEGED) == CITY_HOSPITAL).all()


# --- stepping down -------------------------------------------------------------------------------


def after_the_acute_stay(scales: tuple[float, ...], odds: float, facility: int) -> Visitors:
    _, numbers = pools_of(WARD_SERVERS, {CENTRE: 1, NEAR_HOSPITAL: 1, CITY_HOSPITAL: 1})
    world = county(scales, facility_pool=numbers, step_down_odds=[odds])
    return at(
        world, facility, Stage.ACUTE_STAY, acute=1440.0, rehabilitation=1440.0, step_down=NONE
    )


@pytest.mark.parametrize("scales", _SCALES)
@pytest.mark.parametrize("facility", [HOSPITAL, CITY_HOSPITAL])
def test_stepping_down_is_a_choice_between_the_present_bed_and_each_lower_one(
    scales: tuple[float, ...], facility: int
) -> None:
    odds = 1.5
    visitors = after_the_acute_stay(scales, odds, facility)
    for row in range(_MANY):
        visitors.next(DONE, row=row)
    found = visitors.rows["step_down"][:_MANY]
    weight = visitors.world.reach_weight * odds ** (1.0 / np.asarray(scales)[_NEST])
    below = [CENTRE] if facility == HOSPITAL else [CENTRE, NEAR_HOSPITAL]
    weight[[f for f in range(_NOWHERE) if f not in below]] = 0.0
    assert_shares(np.where(found == NONE, _NOWHERE, found), shares(weight, scales, 0.0))
    stage = visitors.rows["stage"][:_MANY]
    assert ((stage == Stage.ARRANGING_STEP_DOWN) == (found != NONE)).all()
    assert ((stage == Stage.LONG_STAY) == (found == NONE)).all()


def test_without_a_way_a_single_bed_is_accepted_by_the_share_whose_odds_these_are() -> None:
    accept = 0.6
    _, numbers = pools_of(WARD_SERVERS, {CENTRE: 1})
    world = county(
        _SCALES[1],
        facility_pool=numbers,
        step_down_odds=[accept / (1.0 - accept)],
        reach_weight=[1.0] * 7,
    )
    stay = {"acute": 1440.0, "rehabilitation": 1440.0, "step_down": NONE}
    visitors = at(world, HOSPITAL, Stage.ACUTE_STAY, **stay)
    for row in range(_MANY):
        visitors.next(DONE, row=row)
    share = (visitors.rows["step_down"][:_MANY] == CENTRE).mean()
    assert abs(share - accept) < 4.0 * np.sqrt(accept * (1.0 - accept) / _MANY)


def test_more_odds_move_patients_down_only() -> None:
    old, new = (after_the_acute_stay(_SCALES[1], odds, CITY_HOSPITAL) for odds in (0.5, 1.0))
    for visitors in (old, new):
        for row in range(_MANY):
            visitors.next(DONE, row=row)
    down, then = (each.rows["step_down"][:_MANY] for each in (old, new))
    stayed = down == NONE
    assert (then[~stayed] != NONE).all()
    assert (then[stayed] != NONE).any()
