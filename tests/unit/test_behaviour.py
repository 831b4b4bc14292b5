"""A behaviour parameter is declared once; the table's check and the world's cells follow from it."""

from __future__ import annotations

import math

import pytest

from sim.behaviour import NEUTRAL_VALUES, PARAMETERS, Behaviour


def test_cells_are_numbered_in_the_order_of_their_declarations() -> None:
    assert [int(cell) for cell in Behaviour] == list(range(len(Behaviour)))
    names = [cell.parameter.name for cell in Behaviour]
    assert names == list(PARAMETERS)[: len(names)]


def test_minutes_of_the_pathway_are_named_and_reckoned() -> None:
    for cell in Behaviour:
        factor = {"hours": 60.0, "days": 1440.0}.get(cell.parameter.unit, 1.0)
        assert cell.parameter.pathway_factor == factor
        assert (
            cell.name.endswith("_MIN") == (factor != 1.0 or cell.parameter.unit == "minutes")
            or cell is Behaviour.WAIT_WEIGHT_PER_MIN
        )


def test_only_rules_and_habits_of_nobody_or_of_everybody_have_a_neutral_value() -> None:
    # Where nothing is said of it, whoever a doctor sends on has a letter of referral.
    whole = {name for name, value in NEUTRAL_VALUES.items() if value == 1.0}
    assert whole == {name for name in NEUTRAL_VALUES if name.startswith("formal_referral_")}
    assert {value for name, value in NEUTRAL_VALUES.items() if name not in whole} == {0.0}
    assert {"first_contact_bound", "review_returned", "over_referral_city"} <= set(NEUTRAL_VALUES)
    assert "referral_comply" not in NEUTRAL_VALUES


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("referral_comply", 1.0, True),
        ("referral_comply", 1.01, False),
        ("referral_comply", -0.01, False),
        ("ambulance_speed_factor", 0.0, False),
        ("ambulance_speed_factor", 0.5, True),
        ("wait_per_minute", 0.001, False),
        ("travel_per_minute", -1e300, False),
        ("step_down_patience_days", math.inf, True),
        ("travel_fixed_min", math.nan, False),
    ],
)  # fmt: skip
def test_a_value_is_allowed_where_it_has_a_meaning(name: str, value: float, allowed: bool) -> None:
    assert PARAMETERS[name].allows(value) is allowed


def test_what_is_allowed_is_said_in_words() -> None:
    assert PARAMETERS["referral_comply"].allowed == "0 or more, at most 1"
    assert PARAMETERS["ambulance_speed_factor"].allowed == "above 0"
    assert PARAMETERS["wait_per_minute"].allowed == "-1 or more, at most 0"
