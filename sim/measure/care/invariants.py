"""What must hold in every run of tiered care, whatever the scenario.

`broken_in_tally` needs nothing but a run's result. `broken_in_log` also needs its patient log and
checks the engine's sums against each patient's own way. Both return what is violated in words, and
an empty list when all is well. What holds in any model is in `sim.engine.invariants`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.engine.invariants import broken_in_counts, slack
from sim.engine.model import Model
from sim.engine.tally import Amount, Tally
from sim.measure.care.stretches import Stretches, servers_at
from sim.measure.care.totals import RunTotals
from sim.pathway.care.state import (
    ACCOUNT,
    FEN_PER_FUND_IN,
    FEN_PER_FUND_OUT,
    MOST_FUND,
    MOST_OWN,
    Ambulance,
    End,
    Event,
    Money,
    Reason,
    Visit,
    Work,
)
from sim.pathway.steps import ARRIVED, LEAVE
from sim.world.care.build.assemble import CareWorlds
from sim.world.care.build.definitions import inside_of
from sim.world.care.world import Setting
from sim.world.horizon import PERIOD_DAYS, WEEKS_PER_YEAR


def broken_in_tally(built: CareWorlds, tally: Tally) -> list[str]:
    """Return the invariants that a run's counters violate.

    Parameters
    ----------
    built : CareWorlds
        What was run.
    tally : Tally
        What the engine counted, with the pathway's own counters in it.

    Returns
    -------
    list of str
        One sentence per violation.
    """
    run = RunTotals(built, tally)
    return [
        *broken_in_counts([each.pools for each in built.resources], tally),
        *_money(run),
        *_weeks(run),
        *_reasons(run),
        *_residents_and_facilities(run),
        *_ends_of_episodes(run),
        *_ambulances(run),
    ]


def broken_in_log(model: Model, tally: Tally, log: pd.DataFrame) -> list[str]:
    """Return the invariants that a run violates by its complete patient log.

    Parameters
    ----------
    model : Model
        What was run.
    tally : Tally
        What the engine counted.
    log : DataFrame
        Every step of every patient, in the order of the run, with the columns of
        `sim.engine.log.LOG_COLUMNS`.

    Returns
    -------
    list of str
        One sentence per violation.
    """
    end = float(tally.starts[-1])
    stretches = Stretches.of(log, end)
    return [
        *_patients_by_log(tally, log),
        *_areas(tally, stretches.held, Amount.BUSY_AREA, "occupied time", "stays"),
        *_areas(tally, stretches.waited, Amount.QUEUE_AREA, "queue area", "waits"),
        *_servers(model, stretches.held),
    ]


# --- from the tally ----------------------------------------------------------------------------


def _money(run: RunTotals) -> Iterator[str]:
    money = run.money
    price, scope, fund, more = (money[..., cell] for cell in Money)
    if (money < 0).any():
        yield "a bill is below 0"
    if (fund > price).any():
        yield "the fund paid more than the price"
    if (scope > price).any():
        yield "more of a price is in scope than there is"
    if (more > fund).any():
        yield "catastrophic cover and assistance paid more than everybody who pays for patients"
    if int(run.built.worlds[0].settings[Setting.PERSONS]):
        yield from _accounts(run)


def _accounts(run: RunTotals) -> Iterator[str]:
    """Yield where persons' accounts are not what was paid for care within scope since the year began.

    What the fund paid is rounded bill by bill, by half a unit at most. Of a run of more than a year only the
    last year's bills are in the accounts; of one beyond what accounts can hold, not all of them.
    """
    account = run.state.arrays.account.view(ACCOUNT)
    full = (account["own"] == MOST_OWN) | (account["fund_out"] == MOST_FUND)
    full |= account["fund_in"] == MOST_FUND
    if run.built.horizon.counted_days > PERIOD_DAYS * WEEKS_PER_YEAR or full.any():
        return
    by_setting = run.money.sum(axis=(0, 1, 2, 4))
    own = int((by_setting[:, Money.IN_SCOPE] - by_setting[:, Money.FUND]).sum())
    in_accounts = int(account["own"].astype(np.int64).sum())
    if own != in_accounts:
        yield f"patients paid {own} fen within scope, {in_accounts} are in their accounts"
    work = run.work.sum(axis=0)
    # Who went down to a step-down bed, perhaps in the warm-up, has a second bill.
    second = run.state.table("events").sum(axis=(0, 1))[Event.REFERRED_DOWN]
    for setting, column, unit, bills in (
        (0, "fund_out", FEN_PER_FUND_OUT, work[Work.VISITS]),
        (1, "fund_in", FEN_PER_FUND_IN, work[Work.DISCHARGES] + second),
    ):
        fund = int(by_setting[setting, Money.FUND] - by_setting[setting, Money.TOP_UP])
        posted = int(account[column].astype(np.int64).sum()) * unit
        if abs(fund - posted) > bills * unit / 2:
            yield f"the fund paid {fund} fen, {posted} are in the accounts ({column})"


def _weeks(run: RunTotals) -> Iterator[str]:
    weekly = run.state.table("weekly")[run.built.horizon.counted_from :].sum(axis=0)
    # (county, tier, visit kind, reason) of both
    if not np.array_equal(weekly, run.flow.sum(axis=(1, 4))):
        yield "the weeks do not add up to the flows of the counted time"


def _reasons(run: RunTotals) -> Iterator[str]:
    """Yield where a reason to leave is missing or too many, and where the two reasons do not add up."""
    world = run.built.worlds[0]
    # (county, destination): of one destination all facilities are inside, or none.
    inside = np.zeros(run.destinations.shape[:2], dtype=bool)
    inside[:, world.facility_destination] = inside_of(vars(world))
    seen = (run.destinations * inside[:, :, None]).sum(axis=1)
    without = run.flow[..., Reason.INSIDE].sum(axis=(1, 2, 4))
    for index, code in enumerate(run.built.catchment.counties):
        if not np.array_equal(seen[index], without[index]):
            yield (
                f"{seen[index].sum()} visits of county {code} took place inside, but "
                f"{without[index].sum()} have no reason to leave"
            )
    if not np.array_equal(run.destinations.sum(axis=1), run.flow.sum(axis=(1, 2, 4, 5))):
        yield "where patients were treated does not add up to the flows"
    # (county, tier, visit kind, reason they left)
    left = run.flow.sum(axis=(1, 4))
    left[..., Reason.INSIDE] = 0
    if not np.array_equal(left, run.far.sum(axis=-1)):
        yield "the visits outside by why they went so far do not add up to those by why they left"
    if run.far[..., Reason.INSIDE].any():
        yield "visits outside have no reason why they went so far"


def _residents_and_facilities(run: RunTotals) -> Iterator[str]:
    """Yield what the counties' residents and the facilities disagree on."""
    visits = run.flow.sum(axis=(0, 1, 2, 4, 5))
    pairs = {
        "visits": (visits[[Visit.OUTPATIENT, Visit.EMERGENCY]].sum(), Work.VISITS),
        "emergencies": (visits[Visit.EMERGENCY], Work.EMERGENCIES),
        "admissions": (visits[Visit.ADMISSION], Work.ADMISSIONS),
        "fen of price": (run.money[..., Money.PRICE].sum(), Work.INCOME),
        "referrals up": (run.events[:, Event.REFERRED_UP].sum(), Work.REFERRED_UP),
        "diversions": (run.events[:, Event.DIVERTED].sum(), Work.DIVERTED),
        "queues left": (run.events[:, Event.ABANDONED].sum(), Work.ABANDONED),
    }
    for what, (of_residents, work) in pairs.items():
        of_facilities = run.work[:, work].sum()
        if of_residents != of_facilities:
            yield f"residents have {of_residents} {what}, facilities {of_facilities}"


def _ends_of_episodes(run: RunTotals) -> Iterator[str]:
    """Yield where episodes begun are not those treated, those unmet and those inside.

    Over the whole run, warm-up included. Who is inside is known for all together, so of those who need
    a stay, or only a visit, there can be no fewer than none.
    """
    tally = run.tally
    happened = run.state.table("events").sum(axis=(0, 1))
    begun = happened[Event.ONSETS] - happened[Event.PREVENTED] - happened[Event.NOT_SOUGHT]
    ended = happened[Event.TREATED] + happened[Event.UNMET]
    stays_ended = happened[Event.STAYS_TREATED] + happened[Event.STAYS_UNMET]
    if begun != tally.entered:
        yield f"{begun} episodes began, but {tally.entered} patients entered"
    if begun != ended + tally.inside:
        yield (
            f"{begun} episodes began, but {happened[Event.TREATED]} were treated, "
            f"{happened[Event.UNMET]} unmet and {tally.inside} are inside"
        )
    stays_inside = happened[Event.STAYS_BEGUN] - stays_ended
    if not 0 <= stays_inside <= tally.inside:
        yield f"{stays_inside} of {tally.inside} patients inside need a stay"
    by_end = run.ends.sum(axis=(0, 1, 2, 3))
    for end, event in (
        (by_end[End.TREATED], Event.TREATED),
        (by_end[End.NOT_SOUGHT], Event.NOT_SOUGHT),
        (by_end.sum() - by_end[End.TREATED] - by_end[End.NOT_SOUGHT], Event.UNMET),
    ):
        if end != run.events[:, event].sum():
            name = event.name.lower()
            yield f"the table of ends has {end} {name}, the weeks {run.events[:, event].sum()}"


def _ambulances(run: RunTotals) -> Iterator[str]:
    """Yield where more are admitted than called an ambulance, or weeks and conditions differ.

    Admissions over the whole run, since who called before the counted time is admitted in it.
    """
    happened = run.state.table("events").sum(axis=(0, 1))
    calls, admitted = happened[Event.AMBULANCE_CALLS], happened[Event.AMBULANCE_ADMITTED]
    if admitted > calls:
        yield f"{admitted} who called an ambulance were admitted, of {calls} who called"
    by_condition = run.ambulance.sum(axis=(0, 1))
    for what, event in (
        (Ambulance.CALLS, Event.AMBULANCE_CALLS),
        (Ambulance.ADMITTED, Event.AMBULANCE_ADMITTED),
    ):
        if by_condition[what] != run.events[:, event].sum():
            name = event.name.lower()
            yield f"the conditions have {by_condition[what]} {name}, the weeks {run.events[:, event].sum()}"


# --- from the log ------------------------------------------------------------------------------


def _patients_by_log(tally: Tally, log: pd.DataFrame) -> Iterator[str]:
    entered = int((log["event"] == ARRIVED).sum())
    left = int((log["action"] == LEAVE).sum())
    inside = int((log.groupby("patient")["action"].last() != LEAVE).sum())
    if (entered, left, inside) != (tally.entered, tally.left, tally.inside):
        yield (
            f"by the log {entered} patients entered, {left} left and {inside} are inside; "
            f"counted were {tally.entered}, {tally.left} and {tally.inside}"
        )


def _areas(
    tally: Tally, stretches: pd.DataFrame, amount: Amount, area_name: str, sum_name: str
) -> Iterator[str]:
    """Yield the pools and periods in which an area is not the sum of its stretches."""
    counted = tally.amounts[..., amount].sum(axis=-1)
    begins, ends = (stretches[name].to_numpy() for name in ("begins", "ends"))
    pools = stretches["pool"].to_numpy()
    for period, (first, last) in enumerate(zip(tally.starts[:-1], tally.starts[1:], strict=True)):
        within = np.clip(ends, first, last) - np.clip(begins, first, last)
        summed = np.bincount(pools, weights=within, minlength=counted.shape[1])
        for pool in np.flatnonzero(np.abs(summed - counted[period]) > slack(summed)):
            yield (
                f"pool {pool}, period {period}: the {area_name} is {counted[period, pool]:.6f} "
                f"minutes, the sum of the {sum_name} {summed[pool]:.6f}"
            )


def _servers(model: Model, held: pd.DataFrame) -> Iterator[str]:
    """Yield the pools that gave a server they did not have.

    A cut of capacity lets those in service finish, so only the moments of giving are looked at.
    """
    pools = held["pool"].to_numpy()
    for pool in np.unique(pools):
        group = held[pools == pool]
        begins, ends = np.sort(group["begins"].to_numpy()), np.sort(group["ends"].to_numpy())
        # Servers given so far less those given back, at each moment one is given; at one instant
        # a server is given back before it is given again.
        busy = np.arange(1, begins.size + 1) - np.searchsorted(ends, begins, side="right")
        over = np.flatnonzero(busy > servers_at(model, int(pool), begins))
        if over.size:
            first = over[0]
            yield (
                f"pool {pool} gave a server at minute {begins[first]:.3f} "
                f"though {busy[first]} were then busy"
            )
