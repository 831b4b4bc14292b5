"""The choice among facilities: whose draws they are, and what a patient expects to pay."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from counties import shipped, small_worlds
from scipy import stats
from skills import Skill
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
    Taken,
    Visitors,
    behaviour,
    make_world,
    settings,
)

from sim.chance import Purpose, draw
from sim.glossary import TIERS
from sim.pathway.care.choice import Fork, choose, nest_noise
from sim.pathway.care.path import new_period
from sim.pathway.care.stages import Stage
from sim.pathway.care.state import Event, Money, Reason
from sim.pathway.steps import DONE, GRANTED, HOLD, RENEGED, SEIZE
from sim.region import Region
from sim.scenario.care.inputs import Inputs
from sim.world.care.build.assemble import CareWorlds
from sim.world.care.build.nests import log_stable, nest_table
from sim.world.care.world import (
    COUNTY,
    NEST_CELLS,
    NEST_OF_TIER,
    NESTS,
    NONE,
    OUTSIDE,
    SETTINGS,
    VILLAGE,
    Behaviour,
    CareWorld,
    Priority,
    Setting,
)
from sim.world.fields import Ints, Reals, reals

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


VISITS = (Fork.FIRST_CONTACT, Fork.REFERRED, Fork.AFTER_QUEUE)
STAYS = (Fork.PLACE_OF_STAY, Fork.AFTER_BED)


def chosen(visitors: Visitors, fork: int = Fork.FIRST_CONTACT) -> Ints:
    """Return the facility that each patient chooses at a fork."""
    found = [
        choose(visitors.w, visitors.s, row, int(fork), 0, VILLAGE, OUTSIDE)
        for row in range(visitors.state.capacity)
    ]
    return np.asarray(visitors.world.reach_facility[np.asarray(found)])


def weights(visitors: Visitors, fork: int = Fork.FIRST_CONTACT) -> Reals:
    """Return the weight of each facility of the hand-made county for somebody who feels mildly ill."""
    world = visitors.world
    pay = world.pay.reshape(2, 2, -1)
    if fork in VISITS:
        return world.able.reshape(3, -1)[0] * pay[0, 0] * world.reach_weight
    ward = world.facility_pool.reshape(-1, len(Skill))[:, Skill.WARD_GENERAL] != NONE
    return np.asarray(ward * pay[1, 0] * world.stay_appeal * world.reach_weight)


def assert_shares(found: Ints, share: Reals) -> None:
    """Hold the facilities chosen by many against their shares."""
    counts = np.bincount(found, minlength=share.size)
    assert counts[share == 0.0].sum() == 0
    assert stats.chisquare(counts[share > 0.0], found.size * share[share > 0.0]).pvalue > _LEVEL


# --- draws ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("gone", [CENTRE, NEAR_HOSPITAL, CITY_HOSPITAL, ELSEWHERE])
def test_a_facility_more_leaves_the_draws_of_all_others(gone: int) -> None:
    rest = tuple(facility for facility in _EVERYWHERE if facility != gone)
    with_it = chosen(Visitors(within(_EVERYWHERE), _MANY))
    without = chosen(Visitors(within(rest), _MANY))
    moved = with_it != without
    assert moved.any()
    assert (with_it[moved] == gone).all()


def improved(facility: int) -> dict[str, Reals]:
    """Return the fields of a world in which one facility is better by half a unit of utility."""
    able = make_world().able.reshape(3, -1).copy()
    stays = make_world().stay_appeal.copy()
    able[:, facility] *= np.exp(0.5)
    stays[facility] *= np.exp(0.5)
    return {"able": able.ravel(), "stay_appeal": stays}


@pytest.mark.parametrize("better", _EVERYWHERE)
def test_who_moves_goes_to_the_facility_that_improved(better: int) -> None:
    before = Visitors(make_world(), _MANY)
    after = Visitors(make_world(**improved(better)), _MANY)
    for fork in (*VISITS, *STAYS):
        old, new = chosen(before, fork), chosen(after, fork)
        moved = old != new
        # The clinic has no beds.
        assert moved.any() == (fork in VISITS or better != CLINIC)
        assert (new[moved] == better).all()


def test_two_forks_and_two_visits_have_draws_of_their_own() -> None:
    visitors = Visitors(make_world(), _MANY)
    found = [chosen(visitors, fork) for fork in VISITS]
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


@pytest.mark.parametrize("fork", [*VISITS, *STAYS])
@pytest.mark.parametrize("scales", _SCALES)
def test_shares_are_those_of_the_nested_logit(scales: tuple[float, ...], fork: Fork) -> None:
    visitors = Visitors(nested(scales), _MANY)
    assert_shares(chosen(visitors, fork), nested_shares(weights(visitors, fork), scales))


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


@pytest.mark.parametrize("nest", range(len(NESTS)))
def test_the_pathway_reads_the_noise_of_a_nest_far_into_both_ends(nest: int) -> None:
    visitors, scale = Visitors(nested(_SCALES[2])), _SCALES[2][nest]
    low = np.concatenate([np.geomspace(1.0 / 60_000, 0.004, 50), np.linspace(0.005, 0.5, 50)])
    u = np.concatenate([low, 1.0 - low])
    found = [nest_noise(visitors.w, nest, float(each)) for each in u]
    # Linear between cells, of which the quantile's logarithm is ln(2) / scale wide at most.
    wanted = log_stable(scale, u, 1.0 - u)
    np.testing.assert_allclose(found, wanted, atol=0.1 / scale)


@pytest.mark.parametrize("scales", _SCALES[1:])
@pytest.mark.parametrize("better", _EVERYWHERE)
def test_with_nests_too_who_moves_goes_to_the_facility_that_improved(
    better: int, scales: tuple[float, ...]
) -> None:
    before = Visitors(nested(scales), _MANY)
    old = chosen(before)
    new = chosen(Visitors(nested(scales, **improved(better)), _MANY))
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
    positions = [choose(nobody.w, nobody.s, row, 0, 0, VILLAGE, OUTSIDE) for row in range(500)]
    assert positions == [NONE] * 500


# --- price ---------------------------------------------------------------------------------------


def test_the_own_payment_repels_by_its_weight_by_scheme_and_by_exemption() -> None:
    pay = np.exp(-np.random.default_rng(1).uniform(0.0, 2.0, (2, 2, 2, len(FACILITY_TIER))))
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
    for emergency, scheme in np.ndindex(2, 2):
        visitors = Visitors(world, _MANY)
        visitors.start(scheme=scheme, emergency=emergency)
        weight = plain * pay[0, emergency, scheme]
        assert_shares(chosen(visitors), weight / weight.sum())


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
    half = values["travel_scale_min"]
    way = values["travel_per_minute"] * half * np.log(1.0 + world.reach_minutes / half)
    facilities = built.reach.facilities.iloc[world.reach_facility]
    home = built.catchment.counties[0]
    prefecture = facilities.loc[facilities["county"] == home, "prefecture"].iloc[0]
    next_door = (facilities["tier"] == "county") & (facilities["county"] != home)
    next_door |= (facilities["tier"] == "city") & (facilities["prefecture"] != prefecture)
    way += values["other_county"] * next_door.to_numpy()
    np.testing.assert_allclose(
        np.log(world.reach_weight) * scale[world.reach_profile], way, rtol=1e-12
    )
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
    found = np.log(visitors.state.arrays.wait_appeal).reshape(-1, len(Skill))
    scale = np.asarray(_SCALES[2])[np.asarray(NEST_OF_TIER)[np.asarray(FACILITY_TIER)]]
    np.testing.assert_allclose(found, np.tile(-0.01 * 30.0 / scale[:, None], len(Skill)))


def scale_of(built: CareWorlds) -> Reals:
    """Return the nest parameter of each profile's kind."""
    world, kinds = built.worlds[0], built.inputs[0].kinds.set_index("kind")["tier"]
    tier = built.reach.facilities["kind"].map(kinds)
    nests = [NESTS[NEST_OF_TIER[TIERS.index(each)]] for each in tier]
    first = [
        int(np.argmax(world.facility_profile == q)) for q in range(max(world.facility_profile) + 1)
    ]
    return np.array([built.inputs[0].behaviour[f"nest_{nests[f]}"] for f in first])


@pytest.mark.parametrize("spared", [0, 1])
@pytest.mark.parametrize("setting", ["visit", "stay"])
def test_the_price_at_a_fork_is_the_bill_that_follows(
    built: CareWorlds, setting: str, spared: int
) -> None:
    """By scheme, condition and profile: a visit alone at first contact, a stay of mean length at the stay.

    What the covers of a year add is not foreseen.
    """
    world, number = built.worlds[0], SETTINGS.index("inpatient") if setting == "stay" else 0
    slope = built.inputs[0].behaviour[f"cost_{setting}_per_100_cny"]
    s = world.settings
    shape = (s[Setting.SCHEMES], s[Setting.CONDITIONS], s[Setting.FACILITY_PROFILES])
    weight = world.pay.reshape(2, 2, *shape)[number, spared]
    own_cny = 100.0 * scale_of(built) * np.log(weight) / slope
    for profile in range(shape[2]):
        facility = int(np.flatnonzero(world.facility_profile == profile)[0])
        for scheme, condition in np.ndindex(*shape[:2]):
            if (scheme + condition + profile) % 5:
                continue
            patient = Visitors(world)
            patient.state.arrays.clock[1] = 1  # the first week is not counted
            place = {"facility": facility, "position": 0, "referred": spared, "stay_needed": 1}
            cells = {"scheme": scheme, "condition": condition, **place}
            if setting == "visit":
                patient.start(stage=Stage.WAITING_FOR_DOCTOR, **cells)
                patient.next(GRANTED)
            else:
                acute = float(world.acute_minutes[condition])
                patient.start(stage=Stage.ACUTE_STAY, acute=acute, readmitted=1, **cells)
                patient.next(DONE)
            money = patient.state.table("money").sum(axis=(0, 1, 2, 3, 4))
            bill = (money[Money.PRICE] - money[Money.FUND] + money[Money.TOP_UP]) / 100.0
            # Bills are in whole fen.
            assert own_cny[scheme, condition, profile] == pytest.approx(bill, abs=0.011)


def test_the_clinic_is_priced_as_dearly_for_who_will_need_a_stay() -> None:
    mild, stay = (Visitors(make_world(), _MANY) for _ in range(2))
    mild.start(stay_needed=0)
    stay.start(stay_needed=1)
    assert (chosen(mild) == chosen(stay)).all()
    assert {CLINIC, HOSPITAL, PROVINCIAL} <= set(chosen(mild).tolist())


# --- place of stay -------------------------------------------------------------------------------


def no_bonus(**fields: Any) -> CareWorld:
    """Return the hand-made county where everybody needs a stay and nothing speaks for the present hospital."""
    rules = behaviour({Behaviour.PRESENT_HOSPITAL: 0.0})
    return make_world(**{"admission_share": [1.0], "behaviour": rules, **fields})


def decided(world: CareWorld, facility: int, **cells: float) -> tuple[Visitors, list[Taken]]:
    """Return patients whose doctor at a facility has just decided, and what they do."""
    visitors = Visitors(world, _MANY)
    here = {"stage": Stage.CONSULTATION, "facility": facility, "position": facility, "visits": 1}
    visitors.start(**{**here, "complexity": 0.4, **cells})
    return visitors, [visitors.next(DONE, row=row) for row in range(_MANY)]


@pytest.mark.parametrize("bonus", [0.0, 1.0])
def test_the_place_of_stay_is_chosen_among_all_able_wards_with_the_present_one(
    bonus: float,
) -> None:
    world = no_bonus(behaviour=behaviour({Behaviour.PRESENT_HOSPITAL: bonus}))
    visitors, steps = decided(world, HOSPITAL, complexity=0.55)
    weight = weights(visitors, Fork.PLACE_OF_STAY)
    weight[CENTRE] = 0.0  # not able
    weight[HOSPITAL] *= np.exp(bonus)
    found = visitors.rows["facility"][:_MANY]
    assert_shares(np.asarray(found), weight / weight.sum())
    stay = np.array([step.action == SEIZE for step in steps])
    assert (stay == (found == HOSPITAL)).all()
    assert visitors.happened(Event.STAYED_ELSEWHERE) == (~stay).sum()
    assert visitors.happened(Event.REFERRED_UP) == 0
    outside = np.asarray(FACILITY_TIER)[found] > COUNTY
    assert (visitors.rows["reason"][:_MANY][outside] == Reason.PREFERENCE).all()


def test_who_chose_the_place_is_admitted_there_without_choosing_again() -> None:
    visitors, steps = decided(no_bonus(), HOSPITAL)
    for row in range(1_000):
        if steps[row].action == HOLD:
            place = visitors.facility(row)
            assert visitors.next(DONE, row=row).pool == visitors.pool(place, Skill.DOCTOR)
            visitors.next(GRANTED, row=row)
            bed = visitors.next(DONE, row=row)
            assert (bed.action, visitors.facility(row)) == (SEIZE, place)
            assert bed.pool == visitors.pool(place, Skill.WARD_GENERAL)
            assert bed.priority == Priority.ROUTINE


def test_emergencies_lie_where_they_are() -> None:
    visitors, steps = decided(no_bonus(), HOSPITAL, emergency=1)
    assert all(step.action == SEIZE for step in steps)
    assert (visitors.rows["facility"][:_MANY] == HOSPITAL).all()


def test_a_referral_for_a_stay_is_to_a_place_of_choice_at_the_referral_s_rate() -> None:
    pay = np.ones((2, 2, len(FACILITY_TIER)))
    pay[1, 1, PROVINCIAL], pay[1, 0, PROVINCIAL] = 5.0, 0.1
    world = no_bonus(pay=pay.ravel())
    # Only the provincial hospital is able, so it is named; the advice weighs nothing, going nowhere exp(-2).
    rules = behaviour({Behaviour.COMPLY: 0.5, Behaviour.NONE_REFERRED_STAY: -2.0})
    for formal, price in ((1.0, pay[1, 1, PROVINCIAL]), (0.0, pay[1, 0, PROVINCIAL])):
        able = [*CAPABILITY[:PROVINCIAL], 0.97, 0.5]
        case = replace(
            world,
            behaviour=rules,
            capability=reals(able),
            formal_referral=reals([formal] * len(FACILITY_TIER)),
        )
        visitors, steps = decided(case, CENTRE, complexity=0.95)
        weight = world.stay_appeal[PROVINCIAL] * world.reach_weight[PROVINCIAL] * price
        share = weight / (weight + np.exp(-2.0))
        went = np.array([step.action == HOLD for step in steps])
        assert abs(went.mean() - share) < 4.0 * np.sqrt(share * (1.0 - share) / _MANY)
        assert (visitors.rows["referred"][:_MANY][went] == formal).all()


def test_who_finds_no_bed_in_time_chooses_among_those_not_tried() -> None:
    world = no_bonus()
    visitors = Visitors(world, _MANY)
    here = {"stage": Stage.WAITING_FOR_BED, "facility": HOSPITAL, "position": HOSPITAL, "visits": 1}
    visitors.start(complexity=0.55, tried=1 << CITY_HOSPITAL, **here)
    for row in range(_MANY):
        visitors.next(RENEGED, 500.0, row=row)
    weight = weights(visitors, Fork.AFTER_BED)
    weight[[CENTRE, HOSPITAL, CITY_HOSPITAL]] = 0.0
    assert_shares(np.asarray(visitors.rows["facility"][:_MANY]), weight / weight.sum())
    assert (visitors.rows["direct"][:_MANY] == 1).all()


def test_expected_waits_for_a_bed_repel_by_the_day() -> None:
    rules = behaviour({Behaviour.PRESENT_HOSPITAL: 0.0, Behaviour.BED_WAIT_WEIGHT_PER_DAY: -0.5})
    visitors = Visitors(no_bonus(behaviour=rules), _MANY)
    cell = HOSPITAL * len(Skill) + Skill.WARD_GENERAL
    visitors.state.arrays.expected_bed_wait[cell] = 4 * 1440.0
    new_period(visitors.w, visitors.s, 0)
    weight = weights(visitors, Fork.PLACE_OF_STAY)
    # Half of what was expected, for nobody asked: two days.
    weight[HOSPITAL] *= np.exp(-0.5 * 2.0)
    assert_shares(chosen(visitors, Fork.PLACE_OF_STAY), weight / weight.sum())


def test_a_choice_for_a_bed_begins_with_nothing_tried() -> None:
    visitors, _ = decided(no_bonus(), HOSPITAL, tried=-1)
    found = set(visitors.rows["facility"][:_MANY].tolist())
    assert found == {CENTRE, NEAR_HOSPITAL, HOSPITAL, CITY_HOSPITAL, PROVINCIAL, ELSEWHERE}


def test_the_appeal_of_a_place_of_stay_is_its_constant_and_its_size(built: CareWorlds) -> None:
    world, inputs, facilities = built.worlds[0], built.inputs[0], built.reach.facilities
    scale = scale_of(built)[world.facility_profile]
    utility = scale * np.log(world.stay_appeal)
    kinds = inputs.kinds.set_index("kind")
    whole = inputs.region.facilities
    for f in range(len(facilities)):
        row = facilities.loc[f]
        alike = whole[(whole["kind"] == row["kind"]) & (whole["beds"] > 0)]
        size = 0.0
        if row["beds"] > 0:
            usual = (alike["beds"] / alike["institutions"]).median()
            size = np.log(row["beds"] / row["institutions"] / usual)
        wanted = kinds.loc[row["kind"], "constant_stay"] + inputs.behaviour["hospital_size"] * size
        assert utility[f] == pytest.approx(wanted, abs=1e-9)
