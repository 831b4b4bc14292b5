"""What the insurance rules of a year do: who pays a ruinous sum, and what catastrophic cover takes over."""

from __future__ import annotations

from collections.abc import Iterator

from sim.lookup import AddressTable
from sim.measure.care.totals import Row, RunTotals, ratio
from sim.pathway.care.account import people_above_threshold
from sim.pathway.care.state import Event, Money
from sim.world.care.world import Setting
from sim.world.horizon import PERIOD_DAYS, WEEKS_PER_YEAR

_NAN = float("nan")


def yearly_indicators(run: RunTotals) -> Iterator[Row]:
    """Yield the share of people with catastrophic spending, and what is paid beside the fund."""
    money = run.money
    more, price = money[..., Money.TOP_UP].sum(), money[..., Money.PRICE].sum()
    begun = run.event(Event.ONSETS) - run.event(Event.PREVENTED) - run.event(Event.NOT_SOUGHT)
    yield "catastrophic_spending_share", "", 0, _share_above_threshold(run)
    yield "top_up_share", "", 0, ratio(more, price)
    yield "protected_episodes_share", "", 0, ratio(run.event(Event.BEGUN_PROTECTED), begun)


def _share_above_threshold(run: RunTotals) -> float:
    """Return the share of people above their scheme's threshold when the last year ends.

    NaN without accounts, and of a run that does not end with a year of accounts: a part of a year says
    nothing of a whole one.
    """
    world = run.built.worlds[-1]
    persons = int(world.settings[Setting.PERSONS])
    weeks = run.built.horizon.counted_days // PERIOD_DAYS
    if persons == 0 or weeks == 0 or weeks % WEEKS_PER_YEAR:
        return _NAN
    tables = AddressTable(world), AddressTable(run.state.arrays)
    return ratio(people_above_threshold(*(table.address for table in tables)), persons)
