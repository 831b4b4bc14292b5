"""What a region's patient log says of people and bills, against what the run counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from counties import run_logged, shipped, small_worlds

from sim.engine import compiled
from sim.engine.tally import Tally
from sim.pathway.care.state import Money
from sim.region import Region
from sim.world.care.build.assemble import CareWorlds
from sim.world.care.world import NONE

_BILL = ("price", "in_scope", "fund", "top_up")
_OF_A_PERSON = ("place", "person", "age", "scheme", "contract", "condition", "band", "complexity")


@pytest.fixture(scope="module")
def logged(whole_fujian: Region) -> tuple[CareWorlds, Tally, pd.DataFrame]:
    built = small_worlds(whole_fujian, shipped("baseline-2020", 7, 21))
    return (built, *run_logged(built, 3, compiled.simulate))


def test_the_bills_of_the_log_are_the_money_of_the_run(
    logged: tuple[CareWorlds, Tally, pd.DataFrame],
) -> None:
    built, tally, log = logged
    counted = log[(log["time"] >= 7 * 1440.0) & (log["billed_by"] != NONE)]
    money = tally.state.table("money").sum(axis=(0, 4))
    tier = built.worlds[0].facility_tier[counted["billed_by"]]
    for name, column in zip(_BILL, Money, strict=True):
        found = np.zeros(money.shape[:2], dtype=np.int64)
        np.add.at(found, (counted["scheme"].to_numpy(), tier), counted[name].to_numpy())
        np.testing.assert_array_equal(found, money[:, :, :, column].sum(axis=2), err_msg=name)
        assert found.sum() > 0, name


def test_who_a_patient_is_does_not_change_on_the_way(
    logged: tuple[CareWorlds, Tally, pd.DataFrame],
) -> None:
    _, _, log = logged
    different = log.groupby("patient")[list(_OF_A_PERSON)].nunique()
    assert (different == 1).all(axis=None)
    assert log["complexity"].between(0.0, 1.0, inclusive="neither").all()


def test_nobody_pays_less_than_nothing_or_more_than_the_price(
    logged: tuple[CareWorlds, Tally, pd.DataFrame],
) -> None:
    _, _, log = logged
    bills = log[log["billed_by"] != NONE]
    assert len(bills) < len(log)
    assert (log.loc[log["billed_by"] == NONE, list(_BILL)] == 0).all(axis=None)
    assert (bills["top_up"] >= 0).all()
    assert (bills["top_up"] <= bills["fund"]).all()
    assert (bills["fund"] <= bills["in_scope"]).all()
    assert (bills["in_scope"] <= bills["price"]).all()
