"""Uncertain numbers of a region, and the region with other values of them."""

from __future__ import annotations

import pandas as pd
import pytest

from sim.errors import InputError
from sim.region import Region
from sim.region.parameters import uncertain_parameters, with_parameters


def test_every_uncertain_number_has_a_range_around_its_value(whole_fujian: Region) -> None:
    found = uncertain_parameters(whole_fujian)
    assert len({each.name for each in found}) == len(found)
    assert all(each.low <= each.value <= each.high and each.low < each.high for each in found)
    names = {each.name for each in found}
    assert {
        "behaviour.travel_per_minute",
        "services.minutes.doctor",
        "capability.county_general",
    } <= names
    # What adds up to published totals, to 1, or is a shape only, has no factor.
    assert not any(name.startswith(("facilities.", "places.", "seasons.")) for name in names)
    assert "services.share_of_beds" not in names


def test_rules_of_reform_and_published_levels_are_no_doubt(whole_fujian: Region) -> None:
    names = {each.name for each in uncertain_parameters(whole_fujian)}
    # Nobody was bound and nothing was reviewed in 2020: what levers may set is no doubt about that.
    assert not names & {"behaviour.first_contact_bound", "behaviour.review_returned"}
    # Scaled to published visits and admissions: a factor on all cells would contradict them.
    assert not any(name.startswith("conditions.rate_") for name in names)
    # Whether people seek care, and who is admitted, is assumed.
    assert {"conditions.seek_share", "conditions.admission_share"} <= names


def test_a_behaviour_parameter_gets_the_value_and_a_column_the_factor(whole_fujian: Region) -> None:
    values = {
        "behaviour.travel_per_minute": -0.03,
        "conditions.acute_days": 1.2,
        "services.minutes.doctor": 1.2,
    }
    other = with_parameters(whole_fujian, values)
    behaviour = other.behaviour.set_index("parameter")["value"]
    assert behaviour["travel_per_minute"] == -0.03
    expected = whole_fujian.conditions["acute_days"] * 1.2
    pd.testing.assert_series_equal(other.conditions["acute_days"], expected)
    # Nothing else: neither other columns nor the minutes of other skills, and nothing in the region itself.
    before, after = whole_fujian.services, other.services
    factor = before["skill"].map({"doctor": 1.2}).fillna(1.0)
    pd.testing.assert_series_equal(after["minutes"], before["minutes"] * factor, check_names=False)
    rest = after.drop(columns="minutes")
    pd.testing.assert_frame_equal(rest, before.drop(columns="minutes"))
    pd.testing.assert_frame_equal(
        other.conditions.drop(columns="acute_days"),
        whole_fujian.conditions.drop(columns="acute_days"),
    )
    pd.testing.assert_frame_equal(other.kinds, whole_fujian.kinds)
    unchanged = whole_fujian.behaviour.set_index("parameter")["value"]
    assert unchanged["travel_per_minute"] == -0.02


def test_the_stated_values_change_nothing(whole_fujian: Region) -> None:
    stated = {each.name: each.value for each in uncertain_parameters(whole_fujian)}
    other = with_parameters(whole_fujian, stated)
    for table in (
        "behaviour",
        "conditions",
        "capability",
        "kinds",
        "services",
        "recipes",
        "reimbursement",
    ):
        one, two = getattr(whole_fujian, table), getattr(other, table)
        pd.testing.assert_frame_equal(one, two, check_dtype=False)


def test_no_share_is_more_than_all(whole_fujian: Region) -> None:
    highest = {each.name: each.high for each in uncertain_parameters(whole_fujian)}
    other = with_parameters(whole_fujian, highest)
    assert other.capability.to_numpy(dtype=float).max() == 1.0
    assert other.conditions["seek_share"].max() <= 1.0
    on_duty = other.services[other.services["basis"] == "doctors"]
    assert on_duty[["ratio", "night"]].to_numpy().max() == 1.0
    # What is no share is not cut.
    factor = highest["conditions.acute_days"]
    expected = whole_fujian.conditions["acute_days"] * factor
    assert other.conditions["acute_days"].to_list() == pytest.approx(expected.to_list())
    assert other.conditions["acute_days"].max() > 1.0


def test_an_unknown_number_is_refused_with_the_nearest(whole_fujian: Region) -> None:
    with pytest.raises(InputError, match=r"'conditions.acute_day'.*conditions.acute_days"):
        with_parameters(whole_fujian, {"conditions.acute_day": 1.0})


def test_a_number_that_moved_is_refused_with_where_it_is(whole_fujian: Region) -> None:
    with pytest.raises(InputError, match=r"it is services.minutes, skill: doctor now"):
        with_parameters(whole_fujian, {"kinds.consultation_min": 1.0})
