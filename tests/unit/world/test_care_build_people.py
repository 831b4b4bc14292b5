"""Onsets, reach and choice weights as the tables say."""

from __future__ import annotations

import numpy as np
import pytest
from counties import shipped, small_worlds

from sim.chance import run_key
from sim.glossary import AGE_BANDS, TIERS
from sim.lookup import AddressTable
from sim.pathway.care.onset import next_gap
from sim.pathway.care.state import CareState
from sim.region import Region
from sim.scenario.care.inputs import Inputs
from sim.scenario.care.inputs_at import inputs_at
from sim.subjects.care.model import horizon_of
from sim.world.care.build.assemble import CareWorlds, build_care_worlds
from sim.world.care.build.money import Rules, own_payment
from sim.world.care.build.preference import perceived_inability
from sim.world.care.build.reach import distance_km, travel_minutes
from sim.world.care.world import HOURS, LAYERS, MIX_STEPS, PROFILES, CareWorld, Setting
from sim.world.fields import Reals

_MINUTES_PER_YEAR = 365 * 1440


@pytest.fixture(scope="module")
def built(whole_fujian: Region) -> CareWorlds:
    return small_worlds(whole_fujian, shipped("baseline-2020", 7, 7), townships=1)


@pytest.fixture(scope="module")
def twice(whole_fujian: Region) -> CareWorlds:
    """The same people, who fall ill twice as often with the first condition, half with the second."""

    def change(inputs: Inputs) -> None:
        rates = [f"rate_{band}" for band in AGE_BANDS]
        inputs.conditions.loc[0, rates] *= 2.0
        inputs.conditions.loc[1, rates] *= 0.5

    return small_worlds(whole_fujian, shipped("baseline-2020", 7, 7), 1, change)


def test_the_mix_is_a_cumulative_distribution(built: CareWorlds) -> None:
    rows = built.worlds[0].mix.reshape(-1, len(AGE_BANDS) * len(built.inputs[0].conditions))
    used = rows[np.unique(built.worlds[0].onset_mix)]
    some = used[:, -1] > 0.0
    assert some.any()
    np.testing.assert_allclose(used[some, -1], 1.0, rtol=1e-12)
    assert (np.diff(used, axis=1) >= 0.0).all()


def test_epochs_change_who_falls_ill_only_where_people_do(whole_fujian: Region) -> None:
    scenario = shipped("baseline-2020", 7, 21)
    region, first = whole_fujian, scenario.run.first_day

    def worlds(*illness: float) -> list[CareWorld]:
        """Return the worlds of weeks in which the old fall ill more often by some share."""
        epochs = []
        for week, more in enumerate(illness):
            inputs = inputs_at(region, scenario, first)
            inputs.conditions["rate_80_plus"] *= 1.0 + more
            epochs.append((7 * week, inputs))
        base = Inputs.of(region)
        base.cut_to(list(scenario.region.areas))
        return list(build_care_worlds(base, epochs, horizon_of(scenario)).worlds)

    (plain,) = worlds(0.0)
    fields = ("onset_rate", "onset_mix", "mix", "mix_guide")
    for name in fields:
        np.testing.assert_array_equal(getattr(worlds(0.0, 0.0)[0], name), getattr(plain, name))
    # Each week has what a run has that is like it throughout.
    mixed, ill = worlds(0.0, 0.5, 0.0, 0.5)[0], worlds(0.5)[0]
    for week, like in enumerate((plain, ill, plain, ill)):
        days = slice(7 * week, 7 * week + 7)
        np.testing.assert_array_equal(_rates(mixed)[:, days], _rates(like)[:, days])
        np.testing.assert_array_equal(_mixes(mixed)[:, days], _mixes(like)[:, days])


def _rates(world: CareWorld) -> Reals:
    return world.onset_rate.reshape(-1, world.settings[Setting.DAYS])


def _mixes(world: CareWorld) -> Reals:
    """Return the row of the mix by group and day."""
    size = len(AGE_BANDS) * world.settings[Setting.CONDITIONS]
    rows = world.onset_mix.reshape(-1, world.settings[Setting.DAYS])
    return world.mix.reshape(-1, size)[rows]


def hourly(world: CareWorld) -> Reals:
    """Return the factor of each profile and hour of the week."""
    sums = world.hours_before.reshape(len(PROFILES), 7, HOURS + 1)
    return np.diff(sums, axis=2).reshape(len(PROFILES), 7 * HOURS)


def test_hour_factors_have_mean_one(built: CareWorlds) -> None:
    np.testing.assert_allclose(hourly(built.worlds[0]).mean(axis=1), 1.0, rtol=1e-12)


def test_the_guide_leads_to_the_first_cell_above(built: CareWorlds) -> None:
    world = built.worlds[0]
    rows = world.mix.reshape(-1, len(AGE_BANDS) * len(built.inputs[0].conditions))
    guide = world.mix_guide.reshape(len(rows), MIX_STEPS)
    for row, first in zip(rows, guide, strict=True):
        for step, cell in enumerate(first):
            assert cell == 0 or row[cell - 1] <= step / MIX_STEPS
            assert row[cell] > step / MIX_STEPS or cell == row.size - 1


def test_more_illness_is_a_layer_and_less_is_thinned(built: CareWorlds, twice: CareWorlds) -> None:
    shape = (2, len(PROFILES), LAYERS, built.horizon.days)
    before, after = (b.worlds[0].onset_rate.reshape(shape) for b in (built, twice))
    # The base layer never changes; without levers the other is empty.
    assert (before[:, :, 0] == after[:, :, 0]).all()
    assert (before[:, :, 1] == 0.0).all()
    keep = twice.worlds[0].keep_share.reshape(2, len(AGE_BANDS), -1)
    ill = built.inputs[0].conditions.loc[1, [f"rate_{b}" for b in AGE_BANDS]].to_numpy(float) > 0
    assert (keep[:, ill, 1] == 0.5).all()
    assert (keep[:, :, [0, *range(2, keep.shape[2])]] == 1.0).all()
    # What is added is as much as the first condition had, month by month.
    table = built.inputs[0].conditions.iloc[0]
    shares = built.inputs[0].counties.iloc[0]
    yearly = sum(shares[f"share_{band}"] * table[f"rate_{band}"] for band in AGE_BANDS)
    seasons = built.inputs[0].seasons
    factors = seasons[seasons["season"] == table["season"]].set_index("month")["factor"]
    months = built.horizon.months + 1
    expected = yearly * (factors / factors.mean()).loc[months].to_numpy() / _MINUTES_PER_YEAR
    added = after[0, :, 1].sum(axis=0)
    np.testing.assert_allclose(added, expected, rtol=1e-12)


def test_onsets_follow_the_rate_by_hour(built: CareWorlds) -> None:
    """The integral of the rate between two onsets is exponential with mean 1."""
    world = built.worlds[0]
    state = CareState(world, run_key(3, 0), 2)
    tables = AddressTable(world), AddressTable(state.arrays)
    stream = int(np.flatnonzero((world.stream_place == 0) & (world.stream_profile == 0))[0])
    days = built.horizon.days
    group = world.stream_onset_group[stream]
    rate = world.onset_rate.reshape(-1, days)[group].repeat(24) * world.place_people[0]
    hours = np.arange(days * 24) + built.horizon.start_minute_of_week // 60
    rate = rate * hourly(world)[0][hours % 168]
    whole = np.concatenate([[0.0], (rate * 60.0).cumsum()])
    times, now = [0.0], 0.0
    while (gap := next_gap(tables[0].address, tables[1].address, stream, now)) < np.inf:
        now += gap
        times.append(now)
    used = np.diff(np.interp(np.array(times) / 60.0, np.arange(whole.size), whole))
    count = used.size
    assert count > 100
    # Mean and variance of exponential variables: 1 +- 1 / sqrt(n), 1 +- sqrt(8 / n); four of them.
    assert abs(used.mean() - 1.0) < 4.0 / np.sqrt(count)
    assert abs(used.var() - 1.0) < 4.0 * np.sqrt(8.0 / count)


def test_facilities_within_reach_are_sorted_by_tier(built: CareWorlds) -> None:
    world = built.worlds[0]
    for place in range(world.place_people.size):
        part = slice(*world.reach_start[[place * len(TIERS), (place + 1) * len(TIERS)]])
        tiers = world.facility_tier[world.reach_facility[part]]
        assert (np.diff(tiers) >= 0).all()
        assert set(tiers) == set(range(len(TIERS)))
        own = tiers < TIERS.index("county")
        assert (world.facility_county[world.reach_facility[part]][own] == 0).all()
        above = tiers > TIERS.index("county")
        assert (world.facility_county[world.reach_facility[part]][above] == -1).all()


def test_distances_and_travel_times(built: CareWorlds) -> None:
    # A degree of latitude on a sphere of 6371.0088 km.
    km = distance_km(*(np.array([x]) for x in (118.0, 26.0, 118.0, 27.0)))
    assert km[0] == pytest.approx(np.pi * 6371.0088 / 180.0, rel=1e-12)
    inputs = built.inputs[0]
    values = inputs.behaviour
    minutes = travel_minutes(inputs, ["county", "outside"], np.array([20.0, 900.0]))
    road = 20.0 * values["travel_detour_factor"]
    county = values["travel_fixed_min"] + 60.0 * road / values["travel_speed_county_kmh"]
    outside = 60.0 * 900.0 * values["travel_detour_factor"] / values["travel_speed_outside_kmh"]
    outside += values["out_of_province_fixed_min"]
    assert minutes.tolist() == pytest.approx([county, outside])


def test_inability_is_the_part_of_a_band_beyond_the_capability(built: CareWorlds) -> None:
    inputs = built.inputs[0]
    severe = inputs.behaviour["severity_severe_from"]
    found = perceived_inability(inputs, np.array([0.0, (1.0 + severe) / 2.0, 1.0]))
    np.testing.assert_allclose(found, [[1, 1, 1], [0, 0, 0.5], [0, 0, 0]], atol=1e-12)


def test_patients_expect_the_bill_they_get(built: CareWorlds) -> None:
    inputs = built.inputs[0]
    rules, prices = Rules.of(inputs), np.array([200.0, 20_000.0])
    row = inputs.reimbursement.set_index(["scheme", "tier", "setting"])
    for scheme, name in enumerate(inputs.schemes["scheme"]):
        rule = row.loc[(name, "city", "inpatient")]
        for referred in (True, False):
            loss = 0.0 if referred else inputs.behaviour["unreferred_rate_loss"]
            base = np.maximum(prices * rule["in_scope_share"] - rule["deductible_cny"], 0.0)
            fund = np.minimum(base * max(rule["rate"] - loss, 0.0), rule["ceiling_cny"])
            found = own_payment(rules, TIERS.index("city"), "inpatient", prices, referred=referred)
            np.testing.assert_allclose(found[scheme], prices - fund)


def test_people_of_a_place_are_the_same_whatever_else_is_simulated(whole_fujian: Region) -> None:
    scenario = shipped("baseline-2020", 7, 7)
    one, two = (small_worlds(whole_fujian, scenario, townships=n).worlds[0] for n in (1, 2))
    ages = len(AGE_BANDS)
    people = [np.diff(world.person_first).reshape(-1, ages) for world in (one, two)]
    place = {int(name): row for row, name in enumerate(two.place_name)}
    assert one.place_name.size < two.place_name.size
    for row, name in enumerate(one.place_name):
        there = place[int(name)]
        np.testing.assert_array_equal(people[0][row], people[1][there])
        assert people[0][row].sum() == round(float(one.place_people[row]))
