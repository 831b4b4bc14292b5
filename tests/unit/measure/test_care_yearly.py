"""What rules of a year do, in a year of a township: tables to worlds, accounts to indicators."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from counties import shipped, small_worlds, written

from sim.engine import compiled
from sim.engine.tally import Tally
from sim.measure.care.invariants import broken_in_tally
from sim.measure.care.totals import RunTotals
from sim.measure.care.yearly import yearly_indicators
from sim.pathway.care.state import ACCOUNT, Event, Money
from sim.region import Region
from sim.scenario.care.inputs import Inputs
from sim.subjects.care.model import care_model
from sim.world.care.build.assemble import CareWorlds
from sim.world.care.world import SETTINGS, Setting

_YEAR = 52 * 7
_NO_RULES = {
    "yearly_ceiling_inpatient_cny": np.nan,
    "catastrophic_from_cny": np.nan,
    "assisted_share": 0.0,
}


def without_rules(inputs: Inputs) -> None:
    """Take all rules of a year away."""
    inputs.schemes = inputs.schemes.assign(**_NO_RULES)


def indicators(built: CareWorlds, tally: Tally) -> dict[str, float]:
    return {name: value for name, _, _, value in yearly_indicators(RunTotals(built, tally))}


@pytest.fixture(scope="module")
def year(whole_fujian: Region) -> tuple[CareWorlds, Tally]:
    """A year of one township after a week of warm-up."""
    built = small_worlds(whole_fujian, shipped("baseline-2020", 7, _YEAR), townships=1)
    return built, compiled.simulate(care_model(built), 1, 0)


def test_a_year_of_bills_is_in_the_accounts(year: tuple[CareWorlds, Tally]) -> None:
    built, tally = year
    assert broken_in_tally(built, tally) == []
    money = tally.state.table("money").sum(axis=(0, 1, 2, 3, 4))
    own = tally.state.arrays.account.view(ACCOUNT)["own"].astype(np.int64).sum()
    assert own == money[Money.IN_SCOPE] - money[Money.FUND] > 0


def test_indicators_of_the_year_by_hand(year: tuple[CareWorlds, Tally]) -> None:
    built, tally = year
    account = tally.state.arrays.account.view(ACCOUNT)
    kept = account.copy()
    # All schemes of the shipped tables have the same threshold, 18,000 CNY.
    account["own"] = 17_999_99
    account["own"][:7] = 18_000_00
    found = indicators(built, tally)
    account[:] = kept
    persons = int(built.worlds[0].settings[Setting.PERSONS])
    assert found["catastrophic_spending_share"] == 7 / persons
    money = tally.state.table("money").sum(axis=(0, 1, 2, 3, 4))
    assert found["top_up_share"] == money[Money.TOP_UP] / money[Money.PRICE] > 0.0
    run = RunTotals(built, tally)
    begun = run.event(Event.ONSETS) - run.event(Event.PREVENTED) - run.event(Event.NOT_SOUGHT)
    assert found["protected_episodes_share"] == run.event(Event.BEGUN_PROTECTED) / begun > 0.0


def test_a_part_of_a_year_has_no_share_of_people(whole_fujian: Region) -> None:
    built = small_worlds(whole_fujian, shipped("baseline-2020", 7, 14), townships=1)
    tally = compiled.simulate(care_model(built), 1, 0)
    assert np.isnan(indicators(built, tally)["catastrophic_spending_share"])


def test_rules_of_a_year_leave_where_patients_go_as_it_is(
    whole_fujian: Region, year: tuple[CareWorlds, Tally]
) -> None:
    scenario = shipped("baseline-2020", 7, _YEAR)
    built = small_worlds(whole_fujian, scenario, 1, without_rules)
    assert int(built.worlds[0].settings[Setting.PERSONS]) == 0
    tally = compiled.simulate(care_model(built), 1, 0)
    for name in ("flow", "ends", "work"):
        np.testing.assert_array_equal(tally.state.table(name), year[1].state.table(name))
    fewer, more = (each.state.table("money").sum(axis=(0, 1, 2, 3, 4)) for each in (tally, year[1]))
    assert fewer[Money.PRICE] == more[Money.PRICE]
    assert fewer[Money.FUND] < more[Money.FUND]
    assert np.isnan(indicators(built, tally)["catastrophic_spending_share"])


def test_what_is_not_stated_is_no_rule(whole_fujian: Region) -> None:
    scenario = shipped("baseline-2020", 7, 7)
    world = small_worlds(whole_fujian, scenario, 1, without_rules).worlds[0]
    assert (world.yearly_deductible == 0.0).all()
    for name in ("yearly_ceiling", "catastrophic_from"):
        assert np.isposinf(getattr(world, name)).all()


def test_rules_are_set_from_a_date_on_by_columns(whole_fujian: Region, tmp_path: Path) -> None:
    lines = """
- set: schemes.yearly_deductible_outpatient_cny
  to: 500
  where: {scheme: employees}
- set: schemes.catastrophic_rate
  to: 0.8
  where: {scheme: residents}
  from: 2020-01-13
"""
    first, second = small_worlds(whole_fujian, written(tmp_path, lines, 7, 14), 1).worlds
    schemes = list(whole_fujian.schemes["scheme"])
    employees, residents = schemes.index("employees"), schemes.index("residents")
    for world in (first, second):
        deductible = world.yearly_deductible.reshape(-1, len(SETTINGS))
        assert deductible[employees].tolist() == [500_00.0, 0.0]
        assert not deductible[residents].any()
        assert (world.settings == first.settings).all()
    assert first.catastrophic_rate[residents] == 0.6
    assert second.catastrophic_rate[residents] == 0.8
