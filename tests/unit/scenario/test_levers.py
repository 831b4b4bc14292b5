"""Every lever moves what it says and nothing else."""

from __future__ import annotations

from dataclasses import fields

import pandas as pd
import pytest

from sim.errors import InputError
from sim.region import Region
from sim.scenario.care.inputs import Inputs
from sim.scenario.care.levers import LEVERS, Lever, lever_called, overlap
from sim.scenario.care.levers.contact import raised_to_mean

from .conftest import make_region


def lever(name: str, **parameters: object) -> Lever:
    return lever_called(name).model_validate(parameters)


def applied(region: Region, *levers: Lever) -> Inputs:
    inputs = Inputs.of(region)
    for one in levers:
        one.apply(inputs)
    return inputs


def moved(region: Region, inputs: Inputs) -> set[str]:
    """Return every column and behaviour parameter that differs from the region."""
    before = Inputs.of(region)
    found = set()
    for name in (field.name for field in fields(Inputs)):
        old, new = getattr(before, name), getattr(inputs, name)
        if isinstance(old, pd.DataFrame):
            if len(old) != len(new):
                found.add(name)
                continue
            assert list(old.columns) == list(new.columns)
            found |= {
                f"{name}.{column}" for column in old if list(old[column]) != list(new[column])
            }
        elif name == "behaviour":
            assert old.keys() == new.keys()
            found |= {f"behaviour.{key}" for key in old if old[key] != new[key]}
        elif name == "catchment_share":
            pd.testing.assert_series_equal(old, new)
    return found


MOVES = {
    "ageing": {
        *(f"counties.share_{band}" for band in ("0_4", "5_14", "15_59", "60_79", "80_plus"))
    },
    "bed_plan": {"facilities.beds"},
    "physicians": {
        "facilities.physicians",
        "facilities.general_practitioners",
        "facilities.staff",
    },
    "staffed_beds": {"kinds.staff_per_bed", "facilities.staff"},
    "family_doctor": {
        *(
            f"behaviour.contract_coverage_{band}"
            for band in ("0_4", "5_14", "15_59", "60_79", "80_plus")
        )
    },
    "first_contact": {
        "behaviour.first_contact_bound",
        "behaviour.first_contact_except_children",
    },
    "two_way_referral": {
        "behaviour.step_down_accept",
        "behaviour.step_down_delay_hours",
        "behaviour.review_returned",
        "behaviour.referral_comply",
        "behaviour.over_referral_township",
        "behaviour.over_referral_county",
    },
    "county_capability": {"capability_gain"},
    "tiered_reimbursement": {"reimbursement.rate", "behaviour.unreferred_rate_loss"},
    "extra": set(),
}


@pytest.mark.parametrize("name", [lever.name for lever in LEVERS])
def test_moves_its_own_values_and_nothing_else(region: Region, name: str) -> None:
    untouched = make_region()
    assert moved(region, applied(region, lever(name))) == MOVES[name]
    for field in fields(Region):
        frame = getattr(untouched, field.name)
        if isinstance(frame, pd.DataFrame):
            pd.testing.assert_frame_equal(getattr(region, field.name), frame)


# Ageing adds years on purpose: see TestAgeing.
@pytest.mark.parametrize("name", [lever.name for lever in LEVERS if lever.name != "ageing"])
def test_acting_twice_on_the_same_values_changes_nothing_more(region: Region, name: str) -> None:
    once, twice = applied(region, lever(name)), applied(region, lever(name), lever(name))
    for field in fields(Inputs):
        value = getattr(once, field.name)
        if isinstance(value, pd.DataFrame):
            pd.testing.assert_frame_equal(value, getattr(twice, field.name))
    assert once.behaviour == pytest.approx(twice.behaviour)


@pytest.mark.parametrize("one", LEVERS)
@pytest.mark.parametrize("other", LEVERS)
def test_claims_meet_only_within_one_lever(one: type[Lever], other: type[Lever]) -> None:
    meets = any(overlap(mine, theirs) for mine in one().claims() for theirs in other().claims())
    assert meets == (one is other)


def test_declarations_are_complete() -> None:
    for one in LEVERS:
        assert "Mechanism:" in (one.__doc__ or "")
        assert "Units:" in (one.__doc__ or "")
        assert "Source:" in (one.__doc__ or "")
        assert one.moves
        assert one.title.zh
        assert one.title.en
        for field in one.model_fields.values():
            assert field.description
            assert isinstance(field.json_schema_extra, dict)
            assert {"unit", "source"} <= field.json_schema_extra.keys()


class TestBedPlan:
    def test_totals_are_the_planned_ratios_of_the_whole_region(self, region: Region) -> None:
        beds = applied(region, lever("bed_plan")).facilities.set_index("facility")["beds"]
        assert beds[[5, 7, 8, 9]].sum() == 1800
        assert beds[6] == 750
        assert beds[[3, 4]].sum() == 500

    def test_scales_every_facility_alike(self, region: Region) -> None:
        beds = applied(region, lever("bed_plan", public=6.4)).facilities.set_index("facility")[
            "beds"
        ]
        assert beds[[5, 7, 8, 9]].to_list() == [1400, 200, 1000, 600]

    def test_null_leaves_a_group_alone(self, region: Region) -> None:
        plan = lever("bed_plan", public=None, private=None, primary=0.6)
        beds = applied(region, plan).facilities.set_index("facility")["beds"]
        assert beds[[3, 4]].to_list() == [200, 100]
        assert beds[[5, 6, 7, 8, 9]].to_list() == [700, 200, 100, 500, 300]

    def test_no_beds_to_scale(self, region: Region) -> None:
        facilities = region.facilities[region.facilities["facility"] != 6]
        with pytest.raises(InputError, match="no private beds to scale"):
            applied(make_region(facilities=facilities), lever("bed_plan"))


class TestStaffedBeds:
    def test_hires_up_to_the_standard_and_takes_nobody_away(self, region: Region) -> None:
        standard = {"county": 1.0, "province": 1.6}
        one = lever("staffed_beds", staff_per_bed=standard, technical_share=1.0)
        staff = applied(region, one).facilities.set_index("facility")["staff"]
        # 300 beds need 480; 200 private beds need 200; 700 and 100 beds have more than they need.
        assert staff[[5, 6, 7, 9]].to_list() == [900, 200, 150, 480]
        assert staff[[3, 4, 8]].to_list() == [150, 100, 700]

    def test_closing_beds_only_writes_the_standard(self, region: Region) -> None:
        inputs = applied(region, lever("staffed_beds", hire=False))
        assert moved(region, inputs) == {"kinds.staff_per_bed"}
        kinds = inputs.kinds.set_index("kind")["staff_per_bed"]
        assert kinds["provincial_general"] == pytest.approx(1.28)
        assert kinds["city_general"] == 0.9

    def test_a_whole_product_asks_for_no_extra_person(self, region: Region) -> None:
        one = lever("staffed_beds", staff_per_bed={"city": 1.45}, technical_share=1.0)
        staff = applied(region, one).facilities.set_index("facility")["staff"]
        assert staff[8] == 725


class TestPhysicians:
    def test_published_ratio_counts_those_outside_the_model(self, region: Region) -> None:
        inputs = applied(region, lever("physicians"))
        assert inputs.physicians_elsewhere == 20
        assert inputs.facilities["physicians"].sum() + 20 == 3.05 * 500
        assert inputs.facilities["general_practitioners"].sum() == 150

    def test_general_practitioners_are_new_posts_at_primary_care(self, region: Region) -> None:
        inputs = applied(region, lever("physicians", physicians_per_1000=None))
        new = inputs.facilities.set_index("facility")
        old = region.facilities.set_index("facility")
        assert new["general_practitioners"][[3, 4]].to_list() == [90, 60]
        added = (new["physicians"] - old["physicians"])[lambda change: change != 0]
        assert added.to_dict() == {3: 80, 4: 50}
        assert ((new["staff"] - old["staff"])[[3, 4]] == [80, 50]).all()

    def test_weights_send_the_new_ones_to_their_tiers(self, region: Region) -> None:
        one = lever(
            "physicians",
            general_practitioners_per_10000=None,
            physicians_per_1000=1.99,
            new_by_tier={"county": 3, "city": 1},
        )
        change = applied(region, one).facilities["physicians"] - region.facilities["physicians"]
        by_tier = change.groupby(region.facilities["tier"]).sum()
        assert by_tier[by_tier != 0].to_dict() == {"county": 37, "city": 13}

    def test_fewer_than_now_takes_in_proportion(self, region: Region) -> None:
        one = lever("physicians", physicians_per_1000=1.0, general_practitioners_per_10000=None)
        inputs = applied(region, one)
        assert inputs.facilities["physicians"].sum() == 480
        assert (inputs.facilities["physicians"] <= region.facilities["physicians"]).all()

    def test_too_few_for_the_general_practitioners(self, region: Region) -> None:
        with pytest.raises(InputError, match="leaves no physicians beside general practitioners"):
            applied(region, lever("physicians", physicians_per_1000=0.1))

    def test_weights_for_tiers_without_physicians(self, region: Region) -> None:
        facilities = region.facilities[region.facilities["tier"] != "city"]
        with pytest.raises(InputError, match="needs a weight above 0"):
            applied(
                make_region(facilities=facilities), lever("physicians", new_by_tier={"city": 1})
            )


class TestFamilyDoctor:
    def test_coverage_of_all_and_of_the_elderly(self, region: Region) -> None:
        inputs = applied(region, lever("family_doctor", coverage=0.5, coverage_elderly=0.9))
        people = {
            band: (inputs.counties["population"] * inputs.counties[f"share_{band}"]).sum()
            for band in ("0_4", "5_14", "15_59", "60_79", "80_plus")
        }
        covered = sum(
            people[band] * inputs.behaviour[f"contract_coverage_{band}"] for band in people
        )
        assert covered / 500_000 == pytest.approx(0.5)
        assert inputs.behaviour["contract_coverage_60_79"] == pytest.approx(0.9)
        # Young children were ahead of their elders and stay so.
        assert (
            inputs.behaviour["contract_coverage_0_4"] > inputs.behaviour["contract_coverage_15_59"]
        )

    def test_bonus(self, region: Region) -> None:
        assert applied(region, lever("family_doctor", bonus=1.5)).behaviour["contract_bonus"] == 1.5

    def test_impossible_pair_names_what_is_possible(self, region: Region) -> None:
        with pytest.raises(InputError, match=r"coverage: .*allowed: 0\.16 to 0\.96"):
            applied(region, lever("family_doctor", coverage=0.1, coverage_elderly=0.8))

    @pytest.mark.parametrize("mean", [0.0, 0.2, 0.5, 0.9, 1.0])
    def test_shares_stay_shares(self, mean: float) -> None:
        people = [10.0, 30.0, 60.0]
        shares = raised_to_mean([0.0, 0.5, 0.7], people, mean)
        weighted = sum(p * s for p, s in zip(people, shares, strict=True)) / 100
        assert weighted == pytest.approx(mean)
        assert all(0 <= share <= 1 for share in shares)

    def test_nobody_lives_in_the_group(self) -> None:
        assert raised_to_mean([0.1, 0.2], [0.0, 0.0], 0.4) == [0.4, 0.4]


def test_first_contact_exceptions(region: Region) -> None:
    behaviour = applied(region, lever("first_contact", bound=0.7, exceptions=[])).behaviour
    assert behaviour["first_contact_bound"] == 0.7
    assert behaviour["first_contact_except_children"] == 0


class TestTwoWayReferral:
    def test_listed_conditions_keep_the_rest_as_it_is(self, region: Region) -> None:
        inputs = applied(region, lever("two_way_referral", conditions=["stroke"]))
        assert inputs.behaviour["step_down_accept"] == 0.1
        assert inputs.step_down_acceptance.to_dict("records") == [
            {"condition": "stroke", "accept": 0.6}
        ]

    def test_all_conditions_override_an_earlier_list(self, region: Region) -> None:
        earlier = lever("two_way_referral", conditions=["stroke"], down_acceptance=0.3)
        inputs = applied(region, earlier, lever("two_way_referral"))
        assert inputs.step_down_acceptance.empty
        assert inputs.behaviour["step_down_accept"] == 0.6

    def test_compliance_is_the_odds_that_the_referral_adds(self, region: Region) -> None:
        behaviour = applied(region, lever("two_way_referral", comply=0.8)).behaviour
        assert behaviour["referral_comply"] == 0.8

    def test_factor_is_on_the_regions_own_share(self, region: Region) -> None:
        twice = lever("two_way_referral", over_referral_factor=0.5)
        behaviour = applied(region, twice, twice).behaviour
        assert behaviour["over_referral_township"] == pytest.approx(0.02)

    def test_factor_that_passes_one(self, region: Region) -> None:
        table = region.behaviour.replace({"value": {0.04: 0.5}})
        with pytest.raises(InputError, match=r"over_referral_township 1\.50; at most 2\.00"):
            applied(
                make_region(behaviour=table), lever("two_way_referral", over_referral_factor=3.0)
            )

    def test_unknown_condition(self, region: Region) -> None:
        with pytest.raises(InputError, match="no condition 'strok'; did you mean 'stroke'"):
            applied(region, lever("two_way_referral", conditions=["strok"]))


class TestTieredReimbursement:
    def test_sets_single_cells(self, region: Region) -> None:
        one = lever(
            "tiered_reimbursement",
            inpatient={"employees": {"province": 0.4}},
            outpatient={},
            deductible={"residents": {"county": 200}},
            unreferred_rate_loss=None,
        )
        inputs = applied(region, one)
        now = inputs.reimbursement.set_index(["scheme", "tier", "setting"])
        before = region.reimbursement.set_index(["scheme", "tier", "setting"])
        assert now.loc[("employees", "province", "inpatient"), "rate"] == 0.4
        assert now.loc[("residents", "county", "inpatient"), "deductible_cny"] == 200
        assert (now != before).to_numpy().sum() == 2

    def test_a_tier_the_region_lacks_changes_nothing(self, region: Region) -> None:
        table = region.reimbursement[region.reimbursement["tier"] != "city"]
        one = lever(
            "tiered_reimbursement",
            inpatient={"residents": {"city": 0.4}},
            outpatient={},
            unreferred_rate_loss=None,
        )
        smaller = make_region(reimbursement=table.reset_index(drop=True))
        assert moved(smaller, applied(smaller, one)) == set()


class TestCountyCapability:
    def test_closes_a_share_of_the_gap_in_large_counties(self, region: Region) -> None:
        inputs = applied(region, lever("county_capability", gain=0.5))
        assert set(inputs.capability_gain["county"]) == {350101}
        large = inputs.capability_of("county_general", 350101)
        assert large.to_dict() == pytest.approx(
            {"stroke": 0.80, "cataract": 0.96, "childbirth": 0.90}
        )
        small = inputs.capability_of("county_general", 350102)
        assert small.to_dict() == region.capability["county_general"].to_dict()
        city = inputs.capability_of("city_general", 0)
        assert city.to_dict() == region.capability["city_general"].to_dict()

    def test_districts_are_not_counties(self, region: Region) -> None:
        counties = region.counties.assign(kind="district")
        inputs = applied(make_region(counties=counties), lever("county_capability"))
        assert inputs.capability_gain.empty

    @pytest.mark.parametrize("name", ["xiaoxian", "350102", "小县"])
    def test_counties_by_name(self, region: Region, name: str) -> None:
        inputs = applied(region, lever("county_capability", counties=[name], conditions=["stroke"]))
        assert inputs.capability_gain.to_dict("records") == [
            {"county": 350102, "condition": "stroke", "gain": 0.5}
        ]

    def test_a_later_gain_replaces_the_earlier(self, region: Region) -> None:
        first = lever("county_capability", counties="all", gain=0.2)
        second = lever("county_capability", counties=["daxian"], conditions=["stroke"], gain=0.9)
        table = applied(region, first, second).capability_gain
        assert len(table) == 6
        gains = table.set_index(["county", "condition"])["gain"]
        assert gains[(350101, "stroke")] == 0.9
        assert gains[(350101, "cataract")] == 0.2

    def test_unknown_county(self, region: Region) -> None:
        with pytest.raises(InputError, match="counties: 'daxan' is no county"):
            applied(region, lever("county_capability", counties=["daxan"]))


class TestAgeing:
    def test_shares_still_add_up(self, region: Region) -> None:
        counties = applied(region, lever("ageing")).counties
        bands = [name for name in counties if name.startswith("share_")]
        assert counties[bands].sum(axis=1).to_list() == pytest.approx([1.0, 1.0])
        assert counties["share_60_79"].to_list() == pytest.approx([0.2025, 0.2025])
        assert counties["population"].to_list() == [400_000, 100_000]

    def test_ageing_at_a_later_date_adds_years(self, region: Region) -> None:
        twice = applied(region, lever("ageing", years=2), lever("ageing", years=3)).counties
        pd.testing.assert_frame_equal(twice, applied(region, lever("ageing", years=5)).counties)

    def test_too_many_years(self, region: Region) -> None:
        with pytest.raises(InputError, match=r"years: 50 years .* below 0 in Daxian"):
            applied(region, lever("ageing", years=50))


class TestExtra:
    def test_adds_to_what_is_there(self, region: Region) -> None:
        one = lever("extra", township_physicians=2, county_physicians=3, village_doctors=1)
        new, old = applied(region, one).facilities, region.facilities
        change = {
            column: (new[column] - old[column]).to_list()
            for column in ("physicians", "general_practitioners", "staff", "village_doctors")
        }
        # The first centre stands for two institutions.
        assert change["general_practitioners"] == [0, 0, 4, 2, 0, 0, 0, 0, 0, 0]
        assert change["physicians"] == change["staff"] == [0, 0, 4, 2, 3, 0, 3, 0, 0, 0]
        assert change["village_doctors"] == [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]

    def test_beds_come_with_their_staff(self, region: Region) -> None:
        one = lever("extra", county_beds=10, township_beds=1)
        new, old = applied(region, one).facilities, region.facilities
        assert (new["beds"] - old["beds"]).to_list() == [0, 0, 2, 1, 10, 0, 10, 0, 0, 0]
        # 0.9 persons per bed, whole persons.
        assert (new["staff"] - old["staff"]).to_list() == [0, 0, 2, 1, 9, 0, 9, 0, 0, 0]

    def test_acts_on_top_of_other_levers_whatever_the_order(self, region: Region) -> None:
        gain = lever("county_capability", gain=0.5, counties="all")
        more = lever("extra", county_capability=0.1, contract_coverage=0.05)
        inputs = applied(region, lever("two_way_referral", down_acceptance=0.6), gain, more)
        assert inputs.capability_gain["gain"].to_list() == pytest.approx([0.6] * 6)
        assert inputs.behaviour["contract_coverage_15_59"] == pytest.approx(0.35)
        assert LEVERS[-1].name == "extra"

    def test_gains_nobody_had_begin_at_nothing(self, region: Region) -> None:
        inputs = applied(region, lever("extra", county_capability=0.1))
        assert inputs.capability_of("county_general", 350101)["stroke"] == pytest.approx(0.72)

    def test_rates_of_stays_in_the_county_rise_for_every_scheme(self, region: Region) -> None:
        table = applied(region, lever("extra", county_inpatient_rate=0.02)).reimbursement
        raised = table[table["rate"] > 0.5]
        assert raised["rate"].to_list() == pytest.approx([0.52] * 3)
        assert set(raised["tier"]) == {"county"}
        assert set(raised["setting"]) == {"inpatient"}

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("county_inpatient_rate", 0.51),
            ("contract_coverage", 0.31),
            ("step_down_accept", 0.95),
            ("county_capability", 1.0),
        ],
    )
    def test_no_share_rises_above_one(self, region: Region, key: str, value: float) -> None:
        first = lever("county_capability", gain=0.1, counties="all")
        with pytest.raises(InputError, match=f"{key}.*at most 1"):
            applied(region, first, lever("extra", **{key: value}))
