"""The checks of a run find what is wrong with it, and nothing in a run that is right."""

from __future__ import annotations

import copy
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from care_runs import Ran
from skills import Skill

from sim.engine.tally import Amount, Count, Tally
from sim.measure.care.invariants import broken_in_log, broken_in_tally
from sim.measure.care.stretches import Stretches, servers_at
from sim.pathway.care.state import ACCOUNT, Ambulance, End, Event, Money, Need, Work
from sim.pathway.steps import ARRIVED, DONE, GRANTED, HOLD, LEAVE, RENEGED, SEIZE
from sim.world.care.world import COUNTY, PROVINCE


def test_nothing_is_wrong_with_a_run(ran: Ran) -> None:
    assert broken_in_tally(ran.built, ran.tally) == []
    assert broken_in_log(ran.model, ran.tally, ran.log) == []


def _lose_a_patient(tally: Tally) -> None:
    tally.left -= 1


def _leave_a_queue_twice(tally: Tally) -> None:
    tally.counts[0, 0, :, Count.RENEGED] = tally.counts[0, 0, :, Count.JOINED] + 1


def _wait_without_service(tally: Tally) -> None:
    tally.counts[1, 3, 2, Count.WAITED] = tally.counts[1, 3, 2, Count.GRANTED] + 1


def _lose_queueing_time(tally: Tally) -> None:
    tally.amounts[1, :, :, Amount.QUEUE_AREA] *= 0.99


def _invent_queueing_time(tally: Tally) -> None:
    tally.amounts[1, :, :, Amount.QUEUE_AREA] += 1e6


def _turn_time_back(tally: Tally) -> None:
    tally.amounts[0, 0, 0, Amount.BUSY_AREA] = -1.0


def _pay_more_than_the_price(tally: Tally) -> None:
    money = tally.state.table("money")
    money[0, 1, COUNTY, 1, 1, Money.FUND] = money[0, 1, COUNTY, 1, 1, Money.PRICE] + 1


def _put_more_in_scope_than_there_is(tally: Tally) -> None:
    money = tally.state.table("money")
    money[0, 1, COUNTY, 1, 1, Money.IN_SCOPE] = money[0, 1, COUNTY, 1, 1, Money.PRICE] + 1


def _pay_more_beside_the_fund_than_there_is(tally: Tally) -> None:
    money = tally.state.table("money")
    money[0, 1, COUNTY, 1, 1, Money.TOP_UP] = money[0, 1, COUNTY, 1, 1, Money.FUND] + 1


def _lose_a_fen_of_an_account(tally: Tally) -> None:
    own = tally.state.arrays.account.view(ACCOUNT)["own"]
    own[np.argmax(own)] -= 1


def _post_visits_as_stays(tally: Tally) -> None:
    account = tally.state.arrays.account.view(ACCOUNT)
    account["fund_in"] += account["fund_out"]


def _lose_what_the_fund_paid_for_visits(tally: Tally) -> None:
    tally.state.arrays.account.view(ACCOUNT)["fund_out"] //= 2


def _forget_a_week(tally: Tally) -> None:
    tally.state.table("weekly")[1, 0, COUNTY, 0, 0] -= 1


def _leave_without_a_reason(tally: Tally) -> None:
    tally.state.table("flow")[0, PROVINCE, PROVINCE, 0, 0, 0] += 1


def _stay_for_a_reason(tally: Tally) -> None:
    flow = tally.state.table("flow")
    flow[0, COUNTY, COUNTY, 0, 0, 1] += 1
    flow[0, COUNTY, COUNTY, 0, 0, 0] -= 1


def _work_without_patients(work: Work) -> Callable[[Tally], None]:
    def add(tally: Tally) -> None:
        tally.state.table("work")[0, work] += 1

    return add


def _give_servers_that_are_not_there(tally: Tally) -> None:
    tally.amounts[..., Amount.BUSY_AREA] *= 3.0


def _events_without_work(tally: Tally) -> None:
    tally.state.table("events")[1, 0, Event.REFERRED_UP] += 1


def _let_an_episode_vanish(tally: Tally) -> None:
    tally.state.table("events")[1, 0, Event.UNMET] -= 1


def _begin_without_entering(tally: Tally) -> None:
    tally.state.table("events")[0, 0, Event.ONSETS] += 1


def _end_more_stays_than_began(tally: Tally) -> None:
    events = tally.state.table("events")
    events[0, 0, Event.STAYS_TREATED] = events[..., Event.STAYS_BEGUN].sum() + 1


def _never_end_a_stay(tally: Tally) -> None:
    tally.state.table("events")[0, 0, Event.STAYS_BEGUN] += tally.inside + 1_000_000


def _end_untold(tally: Tally) -> None:
    tally.state.table("ends")[0, COUNTY, Need.VISIT, 0, End.LEFT_UNSEEN] += 1


def _call_untold(tally: Tally) -> None:
    tally.state.table("ambulance")[0, 0, Ambulance.CALLS] += 1


def _admit_who_never_called(tally: Tally) -> None:
    # In the warm-up, so that nothing but the sum over the whole run is wrong.
    tally.state.table("events")[0, 0, Event.AMBULANCE_ADMITTED] += 1_000_000


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_let_an_episode_vanish, "episodes began, but"),
        (_begin_without_entering, "episodes began, but"),
        (_end_more_stays_than_began, "patients inside need a stay"),
        (_never_end_a_stay, "patients inside need a stay"),
        (_end_untold, "the table of ends has"),
        (_call_untold, "the conditions have"),
        (_admit_who_never_called, "who called an ambulance were admitted"),
        (_lose_a_patient, "patients entered, but"),
        (_leave_a_queue_twice, "more patients left a queue than had joined it"),
        (_wait_without_service, "served after a wait than were served"),
        (_lose_queueing_time, "not the sum of its waits"),
        (_invent_queueing_time, "not the sum of its waits"),
        (_turn_time_back, "a time is below 0"),
        (_pay_more_than_the_price, "the fund paid more than the price"),
        (_put_more_in_scope_than_there_is, "more of a price is in scope"),
        (_pay_more_beside_the_fund_than_there_is, "catastrophic cover and assistance paid more"),
        (_lose_a_fen_of_an_account, "are in their accounts"),
        (_lose_what_the_fund_paid_for_visits, "are in the accounts (fund_out)"),
        (_post_visits_as_stays, "are in the accounts (fund_in)"),
        (_forget_a_week, "the weeks do not add up"),
        (_leave_without_a_reason, " have no reason to leave"),
        (_stay_for_a_reason, " took place inside, but "),
        (_work_without_patients(Work.VISITS), "visits, facilities"),
        (_work_without_patients(Work.EMERGENCIES), "emergencies, facilities"),
        (_work_without_patients(Work.ADMISSIONS), "admissions, facilities"),
        (_work_without_patients(Work.INCOME), "fen of price, facilities"),
        (_work_without_patients(Work.DIVERTED), "diversions, facilities"),
        (_work_without_patients(Work.ABANDONED), "queues left, facilities"),
        (_events_without_work, "referrals up, facilities"),
        (_give_servers_that_are_not_there, "was busier than its"),
    ],
)
def test_what_is_spoiled_in_a_tally_is_found(
    spoiled: Ran, spoil: Callable[[Tally], None], words: str
) -> None:
    spoil(spoiled.tally)
    found = broken_in_tally(spoiled.built, spoiled.tally)
    assert any(words in sentence for sentence in found), found


def test_a_missing_row_of_the_log_is_found(spoiled: Ran) -> None:
    last = spoiled.log.index[spoiled.log["action"] == LEAVE][-1]
    found = broken_in_log(spoiled.model, spoiled.tally, spoiled.log.drop(index=last))
    assert any("by the log" in sentence for sentence in found)


@pytest.mark.parametrize(
    ("amount", "words"),
    [(Amount.BUSY_AREA, "the occupied time is"), (Amount.QUEUE_AREA, "the queue area is")],
)
def test_a_minute_too_much_is_found(spoiled: Ran, amount: Amount, words: str) -> None:
    spoiled.tally.amounts[1, 5, 2, amount] += 1.0
    found = broken_in_log(spoiled.model, spoiled.tally, spoiled.log)
    assert [s for s in found if s.startswith(f"pool 5, period 1: {words}")] == found
    assert len(found) == 1


def test_a_pool_above_its_servers_is_found(spoiled: Ran) -> None:
    # Half the beds of the fullest ward are taken out of the model, but were there in the run.
    table = spoiled.built.resources[0].table
    wards = np.flatnonzero((table["skill"] == Skill.WARD_GENERAL) & (table["servers"] < 99))
    busy = spoiled.tally.amounts[..., Amount.BUSY_AREA].sum(axis=(0, 2))[wards]
    servers = spoiled.tally.amounts[:, :, 0, Amount.SERVER_AREA].sum(axis=0)[wards]
    fullest = wards[np.argmax(busy / servers)]
    pools = copy.deepcopy(spoiled.model.epochs[0].pools)
    segment = pools.pattern_start[pools.pattern[fullest]]
    pools.segment_servers[segment] //= 2
    epoch = spoiled.model.epochs[0]
    model = copy.copy(spoiled.model)
    object.__setattr__(model, "epochs", (type(epoch)(0.0, epoch.world, pools),))
    found = broken_in_log(model, spoiled.tally, spoiled.log)
    assert any(s.startswith(f"pool {fullest} gave a server at minute") for s in found)


def _log(*rows: tuple[float, int, int, int, int, int]) -> pd.DataFrame:
    return pd.DataFrame(
        rows, columns=["time", "patient", "event", "action", "pool", "keep"]
    ).sort_values("time", kind="stable")


def test_stretches_follow_what_is_kept_and_released() -> None:
    log = _log(
        # Waits 2 minutes for pool 0, is served for 5, keeps it while waiting 3 for pool 1.
        (0.0, 7, ARRIVED, SEIZE, 0, 0),
        (2.0, 7, GRANTED, HOLD, -1, 1),
        (7.0, 7, DONE, SEIZE, 1, 1),
        (10.0, 7, GRANTED, HOLD, -1, 1),
        (14.0, 7, DONE, LEAVE, -1, 0),
        # Reneges after 4 minutes.
        (1.0, 8, ARRIVED, SEIZE, 0, 0),
        (5.0, 8, RENEGED, LEAVE, -1, 0),
        # Served at once, gives back when going on a trip, and is still waiting at the end.
        (3.0, 9, ARRIVED, SEIZE, 2, 0),
        (3.0, 9, GRANTED, HOLD, -1, 1),
        (4.0, 9, DONE, HOLD, -1, 0),
        (6.0, 9, DONE, SEIZE, 1, 0),
        # Still served at the end.
        (8.0, 10, ARRIVED, SEIZE, 2, 0),
        (8.0, 10, GRANTED, HOLD, -1, 1),
    )
    found = Stretches.of(log, end=20.0)
    assert found.waited.to_numpy().tolist() == [
        [7, 0, 0, 2],
        [7, 1, 7, 10],
        [8, 0, 1, 5],
        [9, 2, 3, 3],
        [9, 1, 6, 20],
        [10, 2, 8, 8],
    ]
    assert found.held.to_numpy().tolist() == [
        [7, 0, 2, 10],
        [7, 1, 10, 14],
        [9, 2, 3, 4],
        [10, 2, 8, 20],
    ]


def test_servers_at_follows_the_calendar(ran: Ran) -> None:
    table = ran.built.resources[0].table
    clinic = int(np.flatnonzero(table["skill"] == Skill.DOCTOR)[0])
    pools = ran.model.epochs[0].pools
    pattern = pools.pattern[clinic]
    part = slice(pools.pattern_start[pattern], pools.pattern_start[pattern + 1])
    minutes, servers = pools.segment_minute[part], pools.segment_servers[part]
    assert len(minutes) > 1
    shift = ran.model.start_minute_of_week
    middles = (minutes[:-1] + minutes[1:]) / 2 - shift
    found = servers_at(ran.model, clinic, middles + 7 * 1440)
    assert found.tolist() == servers[:-1].tolist()
    # At the change itself, either side may serve.
    edges = servers_at(ran.model, clinic, minutes[1:] - shift + 7.0 * 1440)
    assert edges.tolist() == np.maximum(servers[:-1], servers[1:]).tolist()
