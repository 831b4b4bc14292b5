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
    behaviour,
    make_world,
    settings,
)

from sim.chance import Purpose, draw
from sim.glossary import TIERS
from sim.pathway.care.choice import Fork, choose
from sim.pathway.care.path import new_period
from sim.pathway.care.stages import Stage
from sim.pathway.care.state import Money
from sim.pathway.steps import GRANTED
from sim.region import Region
from sim.scenario.care.inputs import Inputs
from sim.world.care.build.assemble import CareWorlds
from sim.world.care.build.nests import log_stable, nest_table
from sim.world.care.world import (
    NEST_CELLS,
    NEST_OF_TIER,
    NESTS,
    NONE,
    OUTSIDE,
    VILLAGE,
    Behaviour,
    CareWorld,
    Setting,
)
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


# --- nests ---------------------------------------------------------------------------------------

_SCALES = ((1.0, 1.0, 1.0, 1.0), (0.6, 0.6, 0.6, 0.7), (0.2, 0.5, 1.0, 0.3))


def nested(scales: tuple[float, ...], **fields: Any) -> CareWorld:
    """Return the hand-made county with these nest parameters."""
    first = Behaviour.NEST_PRIMARY
    cells = {Behaviour(first + nest): scale for nest, scale in enumerate(scales)}
    return make_world(
        behaviour=behaviour(cells), log_stable=nest_table(np.asarray(scales)), **fields
    )


def nested_shares(weight: Reals, scales: tuple[float, ...]) -> Reals:
    """Return the nested logit's shares in closed form; weights are exp(utility / parameter)."""
    nest = np.asarray(NEST_OF_TIER)[np.asarray(FACILITY_TIER)]
    sums = np.bincount(nest, weight, minlength=len(NESTS))
    of_nest = sums ** np.asarray(scales)
    return np.asarray(weight / sums[nest] * (of_nest / of_nest.sum())[nest])


@pytest.mark.parametrize("fork", [*Fork])
@pytest.mark.parametrize("scales", _SCALES)
def test_shares_are_those_of_the_nested_logit(scales: tuple[float, ...], fork: Fork) -> None:
    visitors = Visitors(nested(scales), _MANY)
    counts = np.bincount(chosen(visitors, fork), minlength=len(FACILITY_TIER))
    expected = _MANY * nested_shares(weights(visitors), scales)
    assert stats.chisquare(counts, expected).pvalue > _LEVEL


@pytest.mark.parametrize("scale", [0.2, 0.3, 0.6, 0.9])
def test_the_noises_of_nest_and_facility_together_are_gumbel(scale: float) -> None:
    """The table as the pathway reads it: linearly, with both ends in finer cells."""
    luck = np.random.default_rng(3)
    u = luck.random(_MANY)
    table = nest_table(np.array([scale])).reshape(3, -1)
    grid = np.arange(table.shape[1]) / NEST_CELLS
    noise = np.interp(u, grid, table[0])
    low, high = u < 1 / NEST_CELLS, u >= 1 - 1 / NEST_CELLS
    noise[low] = np.interp(u[low] * NEST_CELLS, grid, table[1])
    noise[high] = np.interp((1.0 - u[high]) * NEST_CELLS, grid, table[2])
    total = scale * (noise - np.log(-np.log(luck.random(_MANY))))
    assert stats.kstest(total, stats.gumbel_r.cdf).pvalue > _LEVEL


@pytest.mark.parametrize("scale", [0.2, 0.5, 0.7, 0.95])
def test_the_noise_of_a_nest_is_positive_stable(scale: float) -> None:
    """Its Laplace transform, integrated over the quantiles: E exp(-tS) = exp(-t ** scale)."""
    edges = np.concatenate(
        [np.geomspace(1e-6, 0.5, 20_000), 1.0 - np.geomspace(0.5, 1e-6, 20_000)[1:]]
    )
    middle = 0.5 * (edges[1:] + edges[:-1])
    value = np.exp(log_stable(scale, middle, 1.0 - middle))
    for t in (0.1, 1.0, 10.0):
        found = float(np.exp(-t * value) @ np.diff(edges))
        assert found == pytest.approx(np.exp(-(t**scale)), abs=1e-4)


@pytest.mark.parametrize("scales", _SCALES[1:])
@pytest.mark.parametrize("better", _EVERYWHERE)
def test_with_nests_too_who_moves_goes_to_the_facility_that_improved(
    better: int, scales: tuple[float, ...]
) -> None:
    before = Visitors(nested(scales), _MANY)
    improved = make_world().able.reshape(3, -1).copy()
    improved[:, better] *= np.exp(0.5)
    old = chosen(before)
    new = chosen(Visitors(nested(scales, able=improved.ravel()), _MANY))
    moved = old != new
    assert moved.any()
    assert (new[moved] == better).all()
    # Those within the nest give more of theirs than the others do, as substitutes must.
    nest = np.asarray(NEST_OF_TIER)[np.asarray(FACILITY_TIER)]
    same = (nest == nest[better]) & (np.arange(len(nest)) != better)
    if same.any() and scales[nest[better]] < 1.0:
        left = np.bincount(old[moved], minlength=len(nest)) / np.bincount(old, minlength=len(nest))
        assert left[same].min() > left[nest != nest[better]].max()


def test_with_all_parameters_1_it_is_the_plain_race() -> None:
    visitors = Visitors(nested(_SCALES[0]), 5_000)
    weight, occasion = weights(visitors), int(Fork.AFTER_QUEUE)
    names = visitors.world.reach_name
    for row, facility in enumerate(chosen(visitors, Fork.AFTER_QUEUE)):
        key = int(visitors.rows["key"][row])
        draws = [draw(key ^ int(name), Purpose.CHOICE, occasion) for name in names]
        assert facility == np.argmin(-np.log(draws) / weight)


@pytest.mark.parametrize("alone", [NEAR_HOSPITAL, CITY_HOSPITAL, ELSEWHERE])
def test_a_nest_may_be_empty_and_weights_nothing(alone: int) -> None:
    able = np.zeros((3, len(FACILITY_TIER)))
    able[:, alone] = 1e-9
    visitors = Visitors(nested(_SCALES[2], able=able.ravel()), 500)
    assert (chosen(visitors) == alone).all()
    nobody = Visitors(nested(_SCALES[2], able=np.zeros(3 * len(FACILITY_TIER))), 500)
    positions = [choose(nobody.w, nobody.s, row, 0, VILLAGE, OUTSIDE) for row in range(500)]
    assert positions == [NONE] * 500


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
    """A small part of the shipped region, where every nest has a parameter of its own."""

    def apart(inputs: Inputs) -> None:
        inputs.behaviour |= {f"nest_{nest}": 0.4 + 0.15 * i for i, nest in enumerate(NESTS)}

    return small_worlds(whole_fujian, shipped("baseline-2020", 7, 7), townships=1, change=apart)


def test_every_term_of_the_utility_is_divided_by_the_parameter_of_its_nest(
    built: CareWorlds,
) -> None:
    world, inputs = built.worlds[0], built.inputs[0]
    values, scale = inputs.behaviour, scale_of(built)
    way = np.log(world.reach_weight) * scale[world.reach_profile]
    np.testing.assert_allclose(way, values["travel_per_minute"] * world.reach_minutes, rtol=1e-12)
    kinds = inputs.kinds.set_index("kind")
    first = [int(np.argmax(world.facility_profile == q)) for q in range(scale.size)]
    kind = built.reach.facilities["kind"].to_numpy()[first]
    able = world.able.reshape(len(inputs.conditions), 3, -1)
    shown = world.capability.reshape(scale.size, -1).T
    for band, name in enumerate(("mild", "moderate", "severe")):
        constant = kinds.loc[kind, f"constant_{name}"].to_numpy(float)
        edge = (0.0, values["severity_moderate_from"], values["severity_severe_from"], 1.0)
        missing = np.clip((edge[band + 1] - shown) / (edge[band + 1] - edge[band]), 0.0, 1.0)
        utility = constant + values["capability_shortfall"] * missing
        seen = able[:, band] > 0.0
        found = scale * np.log(np.where(seen, able[:, band], 1.0))
        np.testing.assert_allclose(found[seen], utility[seen], atol=1e-12)
    chronic = inputs.conditions["chronic"].to_numpy(float)
    bonus = values["contract_bonus"] + values["contract_chronic_bonus"] * chronic
    np.testing.assert_allclose(np.log(world.contract_weight) * values["nest_primary"], bonus)


def test_expected_waits_too_are_divided_by_the_parameter() -> None:
    visitors = Visitors(nested(_SCALES[2]))
    visitors.state.arrays.expected_wait[:] = 30.0
    new_period(visitors.w, visitors.s, 0)
    found = np.log(visitors.state.arrays.item_weight / visitors.world.reach_weight)
    scale = np.asarray(_SCALES[2])[np.asarray(NEST_OF_TIER)[np.asarray(FACILITY_TIER)]]
    np.testing.assert_allclose(found, -0.01 * 30.0 / scale)


def scale_of(built: CareWorlds) -> Reals:
    """Return the nest parameter of each profile's kind."""
    world, kinds = built.worlds[0], built.inputs[0].kinds.set_index("kind")["tier"]
    tier = built.reach.facilities["kind"].map(kinds)
    nests = [NESTS[NEST_OF_TIER[TIERS.index(each)]] for each in tier]
    first = [
        int(np.argmax(world.facility_profile == q)) for q in range(max(world.facility_profile) + 1)
    ]
    return np.array([built.inputs[0].behaviour[f"nest_{nests[f]}"] for f in first])


@pytest.mark.parametrize("emergency", [0, 1])
def test_the_price_at_first_contact_is_the_bill_of_the_visit_alone(
    built: CareWorlds, emergency: int
) -> None:
    """By scheme, condition and profile: what a visit costs, and nothing of a stay that may follow."""
    world, slope = built.worlds[0], built.inputs[0].behaviour["cost_visit_per_100_cny"]
    s = world.settings
    shape = (s[Setting.SCHEMES], s[Setting.CONDITIONS], s[Setting.FACILITY_PROFILES])
    own_cny = 100.0 * scale_of(built) * np.log(world.pay.reshape(2, *shape)[emergency]) / slope
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
