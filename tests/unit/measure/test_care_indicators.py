"""The main indicators of care, from counters written by hand and from the log of a run."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from care_runs import Ran

from sim.engine.tally import Amount
from sim.measure.care.simulated import simulated_indicators
from sim.measure.care.stretches import Stretches
from sim.measure.care.totals import DAYS_PER_YEAR, SETTING_OF, RunTotals
from sim.measure.care.unmet import unmet_frame
from sim.pathway.care.state import NOWHERE, Ambulance, End, Event, Need, Reason, Visit
from sim.pathway.steps import GRANTED
from sim.world.care.world import CITY, COUNTY, OUTSIDE, TOWNSHIP, VILLAGE

VISITS = {
    # (tier, kind, reason): how many
    (VILLAGE, Visit.OUTPATIENT, Reason.INSIDE): 40,
    (TOWNSHIP, Visit.EMERGENCY, Reason.INSIDE): 10,
    (COUNTY, Visit.OUTPATIENT, Reason.INSIDE): 20,
    (COUNTY, Visit.EMERGENCY, Reason.INSIDE): 5,
    (CITY, Visit.OUTPATIENT, Reason.PREFERENCE): 20,
    (OUTSIDE, Visit.EMERGENCY, Reason.CAPABILITY): 5,
    (COUNTY, Visit.ADMISSION, Reason.INSIDE): 15,
    (CITY, Visit.ADMISSION, Reason.CAPACITY): 4,
    (OUTSIDE, Visit.ADMISSION, Reason.CAPABILITY): 1,
}


def indicators(ran: Ran) -> dict[tuple[str, str], float]:
    rows = simulated_indicators(RunTotals(ran.built, ran.tally))
    return {(name, tier): value for name, tier, county, value in rows if county == 0}


def test_shares_of_tiers_by_hand(spoiled: Ran) -> None:
    flow = spoiled.tally.state.table("flow")
    flow[:] = 0
    for (tier, kind, reason), count in VISITS.items():
        flow[0, tier, tier, kind, 0, reason] = count
    found = indicators(spoiled)
    assert found["in_county_rate", ""] == 90 / 120
    assert found["in_county_admission_share", ""] == 15 / 20
    assert found["primary_visit_share", ""] == 50 / 100
    assert found["out_of_province_share", ""] == 6 / 120
    people = RunTotals(spoiled.built, spoiled.tally).people
    years = 7 / DAYS_PER_YEAR
    assert found["visits_per_person", ""] == pytest.approx(100 / people / years)
    assert found["admissions_per_100", ""] == pytest.approx(100 * 20 / people / years)


def test_who_pays_by_hand(spoiled: Ran) -> None:
    flow, money = (spoiled.tally.state.table(name) for name in ("flow", "money"))
    money[:] = 0
    outpatient, inpatient = SETTING_OF["outpatient"], SETTING_OF["inpatient"]
    residents = spoiled.built.inputs[-1].schemes["scheme"].to_list().index("residents")
    # (price, in scope, paid for the patient, by catastrophic cover and assistance) in fen;
    # inside or outside by definition, whatever the tier.
    money[0, residents, TOWNSHIP, outpatient, 1] = (10_000, 8_000, 4_000, 0)
    money[0, residents, COUNTY, inpatient, 0] = (20_000, 10_000, 5_000, 0)
    money[0, residents, COUNTY, inpatient, 1] = (40_000, 40_000, 25_000, 0)
    money[0, residents, CITY, inpatient, 1] = (30_000, 25_000, 7_000, 1_000)
    found = indicators(spoiled)
    assert found["out_of_pocket_share", ""] == pytest.approx(1 - 41_000 / 100_000)
    assert found["top_up_share", ""] == 1_000 / 100_000
    assert found["inpatient_reimbursement_rate", ""] == 36_000 / 75_000
    assert found["in_county_fund_share", ""] == 35_000 / 40_000
    assert found["out_of_pocket_share_visits", ""] == 1 - 4_000 / 10_000
    assert found["out_of_pocket_share_visits_residents", ""] == 1 - 4_000 / 10_000
    assert np.isnan(found["out_of_pocket_share_visits_employees", ""])
    assert found["out_of_pocket_share_stays_residents", ""] == 1 - 37_000 / 90_000
    seen = flow[:, :, :, [Visit.OUTPATIENT, Visit.EMERGENCY]].sum()
    assert found["cost_per_visit", ""] == pytest.approx(100.0 / seen)


def test_rates_by_episode_and_of_common_conditions_by_hand(spoiled: Ran) -> None:
    state = spoiled.tally.state
    flow, events, common = (state.table(name) for name in ("flow", "events", "common"))
    flow[:], events[:], common[:] = 0, 0, 0
    # Two episodes, of which one was referred from the township to the county: three visits, two inside.
    flow[0, TOWNSHIP, TOWNSHIP, Visit.OUTPATIENT, 0, Reason.INSIDE] = 1
    flow[0, TOWNSHIP, COUNTY, Visit.OUTPATIENT, 0, Reason.INSIDE] = 1
    flow[0, CITY, CITY, Visit.OUTPATIENT, 0, Reason.PREFERENCE] = 1
    events[1, 0, [Event.TREATED, Event.TREATED_INSIDE]] = 2, 1
    events[1, 0, [Event.COMMON_TREATED, Event.COMMON_TREATED_INSIDE]] = 4, 3
    events[1, 0, [Event.REFERRED_UP, Event.WENT_UP_THEMSELVES]] = 1, 2
    common[0, Visit.OUTPATIENT] = 1, 1
    common[0, Visit.ADMISSION] = 1, 5
    found = indicators(spoiled)
    assert found["in_county_rate", ""] == 2 / 3
    assert found["in_county_rate_episodes", ""] == 1 / 2
    assert found["in_county_rate_common", ""] == 6 / 8
    assert found["in_county_rate_common_episodes", ""] == 3 / 4
    assert found["common_share_of_visits", ""] == 2 / 3
    assert found["formal_referrals_per_100", ""] == pytest.approx(100 / 3)
    assert found["own_ways_up_per_100", ""] == pytest.approx(200 / 3)


def test_hospitals_and_primary_institutions_are_occupied_apart(spoiled: Ran) -> None:
    run = RunTotals(spoiled.built, spoiled.tally)
    amounts = spoiled.tally.amounts
    for tier, share in ((TOWNSHIP, 0.25), (COUNTY, 0.5), (CITY, 0.75)):
        pools = run.pools("ward", tier)
        amounts[:, pools, :, Amount.BUSY_AREA] = 0.0
        amounts[:, pools, 0, Amount.BUSY_AREA] = share * amounts[:, pools, 0, Amount.SERVER_AREA]
    found = indicators(spoiled)
    assert found["primary_occupancy", ""] == pytest.approx(0.25)
    assert 0.5 < found["hospital_occupancy", ""] < 1.0
    assert found["bed_occupancy", "county"] == pytest.approx(0.5)


def test_events_by_hand(spoiled: Ran) -> None:
    events = spoiled.tally.state.table("events")
    events[:] = 0
    # The week of the warm-up, and the counted one.
    events[0, 0, Event.REFERRED_UP], events[1, 0, Event.REFERRED_UP] = 100, 7
    found = indicators(spoiled)
    assert found["referrals_up", ""] == pytest.approx(7 * DAYS_PER_YEAR / 7)
    assert found["referrals_down", ""] == 0.0


def test_ambulances_by_hand(spoiled: Ran) -> None:
    table = spoiled.tally.state.table("ambulance")
    table[:] = 0
    conditions = spoiled.built.inputs[-1].conditions
    row = {name: number for number, name in enumerate(conditions["emergency_group"])}
    table[0, row["stroke"], [Ambulance.CALLS, Ambulance.ADMITTED]] = 10, 7
    table[0, row["major_trauma"], [Ambulance.CALLS, Ambulance.ADMITTED]] = 4, 3
    table[0, row["none"], [Ambulance.CALLS, Ambulance.ADMITTED]] = 6, 1
    found = indicators(spoiled)
    people = RunTotals(spoiled.built, spoiled.tally).people
    calls = found["ambulance_calls_per_1000", ""]
    assert calls == pytest.approx(20 / people * 1_000 * DAYS_PER_YEAR / 7)
    assert found["ambulance_admission_share", ""] == 11 / 20
    assert found["ambulance_admission_share_stroke", ""] == 0.7
    assert found["ambulance_admission_share_major_trauma", ""] == 0.75
    assert np.isnan(found["ambulance_admission_share_chest_pain", ""])


def test_unmet_need_by_hand(spoiled: Ran) -> None:
    ends, events = (spoiled.tally.state.table(name) for name in ("ends", "events"))
    ends[:], events[:] = 0, 0
    ends[0, COUNTY, Need.VISIT, 0, End.TREATED] = 90
    ends[0, COUNTY, Need.VISIT, 1, End.LEFT_UNSEEN] = 6
    ends[0, VILLAGE, Need.VISIT, 0, End.NOBODY_ABLE] = 4
    ends[0, COUNTY, Need.STAY, 0, End.TREATED] = 15
    ends[0, NOWHERE, Need.STAY, 2, End.NO_WARD] = 5
    ends[0, NOWHERE, Need.VISIT, 0, End.NOT_SOUGHT] = 60
    # The week of the warm-up, and the counted one.
    events[0, 0, Event.ONSETS] = 1_000
    events[1, 0, [Event.ONSETS, Event.PREVENTED, Event.NOT_SOUGHT]] = 260, 20, 60
    found = indicators(spoiled)
    assert found["met_share", ""] == 105 / 120
    assert found["unmet_visits", ""] == pytest.approx(10 * DAYS_PER_YEAR / 7)
    assert found["unmet_visit_share", ""] == 10 / 100
    assert found["unmet_admissions", ""] == pytest.approx(5 * DAYS_PER_YEAR / 7)
    assert found["unmet_admission_share", ""] == 5 / 20
    assert found["not_sought_share", ""] == 60 / 240
    rows = unmet_frame(RunTotals(spoiled.built, spoiled.tally))
    conditions = list(spoiled.built.inputs[0].conditions["condition"])
    county = int(spoiled.built.catchment.counties[0])
    assert rows.to_numpy().tolist() == [
        [county, "visit", conditions[0], "village", "nobody_able", 4],
        [county, "visit", conditions[1], "county", "left_unseen", 6],
        [county, "visit", conditions[0], "", "not_sought", 60],
        [county, "stay", conditions[2], "", "no_ward", 5],
    ]


def test_nobody_who_sought_care_leaves_shares_undefined(spoiled: Ran) -> None:
    spoiled.tally.state.table("ends")[:] = 0
    spoiled.tally.state.table("events")[:] = 0
    found = indicators(spoiled)
    assert found["unmet_visits", ""] == found["unmet_admissions", ""] == 0.0
    shares = ("met_share", "unmet_visit_share", "unmet_admission_share", "not_sought_share")
    assert all(np.isnan(found[share, ""]) for share in shares)
    assert unmet_frame(RunTotals(spoiled.built, spoiled.tally)).empty


def counted_share(begins: pd.Series, ends: pd.Series, ran: Ran) -> float:
    """The minutes of stretches that lie in the counted time."""
    first, last = ran.tally.starts[ran.tally.counted_from], ran.tally.starts[-1]
    return float((ends.clip(first, last) - begins.clip(first, last)).sum())


@pytest.mark.parametrize(
    ("role", "name"),
    [("doctor", "doctor_utilisation"), ("ward", "bed_occupancy")],
)
def test_use_is_time_held_over_time_on_duty(ran: Ran, role: str, name: str) -> None:
    pools = RunTotals(ran.built, ran.tally).pools(role)
    held = Stretches.of(ran.log, float(ran.tally.starts[-1])).held
    held = held[held["pool"].isin(pools)]
    on_duty = ran.tally.amounts[ran.tally.counted_from :, pools, 0, Amount.SERVER_AREA].sum()
    expected = counted_share(held["begins"], held["ends"], ran) / on_duty
    assert 0.0 < expected < 1.0
    assert indicators(ran)[name, ""] == pytest.approx(expected, rel=1e-9)


def test_beds_are_on_duty_all_the_time(ran: Ran) -> None:
    table = ran.built.resources[0].table
    pools = RunTotals(ran.built, ran.tally).pools("ward")
    minutes = ran.tally.starts[-1] - ran.tally.starts[ran.tally.counted_from]
    area = ran.tally.amounts[ran.tally.counted_from :, pools, 0, Amount.SERVER_AREA].sum(axis=0)
    assert area == pytest.approx(table["servers"].to_numpy(float)[pools] * minutes)


@pytest.mark.parametrize(("role", "name"), [("doctor", "doctor"), ("ward", "bed")])
def test_waits_are_those_of_the_log(ran: Ran, role: str, name: str) -> None:
    pools = RunTotals(ran.built, ran.tally).pools(role)
    log = ran.log.sort_values("patient", kind="stable")
    # A server is given to who asked for it in the step before.
    asked = log["pool"].shift().where(log["patient"] == log["patient"].shift())
    given = log[(log["event"] == GRANTED) & asked.notna()].assign(pool=asked)
    given = given[given["time"] >= ran.tally.starts[ran.tally.counted_from]]
    waits = given.loc[given["pool"].isin(pools), "waited"]
    found = indicators(ran)
    assert len(waits) >= 10
    assert found[f"{name}_wait_mean", ""] == pytest.approx(waits.mean(), rel=1e-9)
    # The histogram's bins are 2 % wide.
    exact = np.quantile(waits, 0.9, method="inverted_cdf")
    assert found[f"{name}_wait_p90", ""] == pytest.approx(exact, rel=0.011)
