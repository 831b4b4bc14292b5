"""The choice among facilities: whose draws they are, and what a patient expects to pay."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from counties import shipped, small_worlds
from scipy import stats
from worlds import (
    CENTRE,
    CITY_HOSPITAL,
    CLINIC,
    ELSEWHERE,
    FACILITY_TIER,
    HOSPITAL,
    NEAR_HOSPITAL,
    PROVINCIAL,
    Visitors,
    make_world,
    settings,
)

from sim.glossary import TIERS
from sim.pathway.care.choice import Fork, choose
from sim.pathway.care.stages import Stage
from sim.pathway.care.state import Money
from sim.pathway.steps import GRANTED
from sim.region import Region
from sim.world.care.build.assemble import CareWorlds
from sim.world.care.world import OUTSIDE, VILLAGE, CareWorld, Setting
from sim.world.fields import Ints, Reals

_MANY = 20_000
_LEVEL = 1e-4
_EVERYWHERE = tuple(range(len(FACILITY_TIER)))


def within(facilities: tuple[int, ...], **fields: Any) -> CareWorld:
    """Return the hand-made county whose place reaches some of the facilities."""
    whole = make_world()
    here = np.asarray(facilities)
    names = ("reach_facility", "reach_profile", "reach_name", "reach_minutes", "reach_weight")
    changed = {name: getattr(whole, name)[here] for name in names}
    tiers = np.asarray(FACILITY_TIER)[here]
    return make_world(
        **changed,
        reach_start=np.searchsorted(tiers, range(len(TIERS) + 1)),
        settings=settings({Setting.ITEMS: here.size}),
        **fields,
    )


def chosen(visitors: Visitors, fork: int = Fork.FIRST_CONTACT) -> Ints:
    """Return the facility that each patient chooses at a fork."""
    found = [
        choose(visitors.w, visitors.s, row, int(fork), VILLAGE, OUTSIDE)
        for row in range(visitors.state.capacity)
    ]
    return np.asarray(visitors.world.reach_facility[np.asarray(found)])


def weights(visitors: Visitors) -> Reals:
    """Return the weight of each facility of the hand-made county for somebody who feels mildly ill."""
    world = visitors.world
    return world.able.reshape(3, -1)[0] * world.pay.reshape(2, -1)[0] * world.reach_weight


# --- draws ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("gone", [CENTRE, NEAR_HOSPITAL, CITY_HOSPITAL, ELSEWHERE])
def test_a_facility_more_leaves_the_draws_of_all_others(gone: int) -> None:
    rest = tuple(facility for facility in _EVERYWHERE if facility != gone)
    with_it = chosen(Visitors(within(_EVERYWHERE), _MANY))
    without = chosen(Visitors(within(rest), _MANY))
    moved = with_it != without
    assert moved.any()
    assert (with_it[moved] == gone).all()


@pytest.mark.parametrize("better", _EVERYWHERE)
def test_who_moves_goes_to_the_facility_that_improved(better: int) -> None:
    before = Visitors(make_world(), _MANY)
    improved = make_world().able.reshape(3, -1).copy()
    improved[:, better] *= np.exp(0.5)
    after = Visitors(make_world(able=improved.ravel()), _MANY)
    for fork in Fork:
        old, new = chosen(before, fork), chosen(after, fork)
        moved = old != new
        assert moved.any()
        assert (new[moved] == better).all()


def test_two_forks_and_two_visits_have_draws_of_their_own() -> None:
    visitors = Visitors(make_world(), _MANY)
    found = [chosen(visitors, fork) for fork in Fork]
    visitors.rows["visits"] = 1
    found.append(chosen(visitors))
    share = weights(visitors) / weights(visitors).sum()
    # Independent choices agree as often as chance says: 5 standard deviations.
    agree = float((share**2).sum())
    for i, one in enumerate(found):
        for other in found[:i]:
            assert abs((one == other).mean() - agree) < 5 * (agree * (1 - agree) / _MANY) ** 0.5


# --- price ---------------------------------------------------------------------------------------


def test_the_own_payment_repels_by_its_weight_by_scheme_and_by_exemption() -> None:
    pay = np.exp(-np.random.default_rng(1).uniform(0.0, 2.0, (2, 2, len(FACILITY_TIER))))
    world = make_world(
        pay=pay.ravel(),
        settings=settings({Setting.SCHEMES: 2}),
        scheme_share=[0.5, 1.0] * 2,
        in_scope_share=np.ones(24),
        rate=np.ones(24),
        deductible=np.zeros(24),
        ceiling=np.ones(24),
    )
    plain = world.able.reshape(3, -1)[0] * world.reach_weight
    for emergency in (0, 1):
        for scheme in (0, 1):
            visitors = Visitors(world, _MANY)
            visitors.start(scheme=scheme, emergency=emergency)
            counts = np.bincount(chosen(visitors), minlength=len(FACILITY_TIER))
            expected = plain * pay[emergency, scheme]
            expected *= _MANY / expected.sum()
            assert stats.chisquare(counts, expected).pvalue > _LEVEL


@pytest.fixture(scope="module")
def built(whole_fujian: Region) -> CareWorlds:
    return small_worlds(whole_fujian, shipped("baseline-2020", 7, 7), townships=1)


@pytest.mark.parametrize("emergency", [0, 1])
def test_the_price_at_first_contact_is_the_bill_of_the_visit_alone(
    built: CareWorlds, emergency: int
) -> None:
    """By scheme, condition and profile: what a visit costs, and nothing of a stay that may follow."""
    world, slope = built.worlds[0], built.inputs[0].behaviour["cost_visit_per_100_cny"]
    s = world.settings
    shape = (s[Setting.SCHEMES], s[Setting.CONDITIONS], s[Setting.FACILITY_PROFILES])
    own_cny = 100.0 * np.log(world.pay.reshape(2, *shape)[emergency]) / slope
    for profile in range(shape[2]):
        facility = int(np.flatnonzero(world.facility_profile == profile)[0])
        for scheme, condition in np.ndindex(*shape[:2]):
            if (scheme + condition + profile) % 5:
                continue
            patient = Visitors(world)
            patient.state.arrays.clock[1] = 1  # the first week is not counted
            cells = {"scheme": scheme, "condition": condition, "emergency": emergency}
            patient.start(
                stage=Stage.WAITING_FOR_DOCTOR,
                facility=facility,
                position=0,
                stay_needed=1,
                **cells,
            )
            patient.next(GRANTED)
            money = patient.state.table("money").sum(axis=(0, 1, 2, 3))
            bill = (money[Money.PRICE] - money[Money.FUND]) / 100.0
            # Bills are in whole fen.
            assert own_cny[scheme, condition, profile] == pytest.approx(bill, abs=0.011)


def test_the_clinic_is_priced_as_dearly_for_who_will_need_a_stay() -> None:
    mild, stay = (Visitors(make_world(), _MANY) for _ in range(2))
    mild.start(stay_needed=0)
    stay.start(stay_needed=1)
    assert (chosen(mild) == chosen(stay)).all()
    assert {CLINIC, HOSPITAL, PROVINCIAL} <= set(chosen(mild).tolist())
