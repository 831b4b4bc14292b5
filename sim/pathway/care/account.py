"""What a person and the fund have paid this year, and what the rules of a year make of the next bill.

Several partitions may bill one person at a time, so nobody sees a bill before the week is over: each keeps a
ledger, and at the end of the week all ledgers are added to the accounts. Sums do not depend on the order.
"""

from __future__ import annotations

from sim.chance import Purpose, draw
from sim.glossary import AGE_BANDS
from sim.kernel import entry_kernel, kernel, open_kernel
from sim.pathway.care import state, view
from sim.pathway.care.person import person_key, scheme_of
from sim.pathway.care.state import (
    FEN_PER_FUND_IN,
    FEN_PER_FUND_OUT,
    MOST_FUND,
    MOST_OWN,
    AccountClass,
)
from sim.world.care.world import SETTINGS, Setting
from sim.world.horizon import WEEKS_PER_YEAR

_AGES, _SETTINGS = len(AGE_BANDS), len(SETTINGS)
_OUTPATIENT, _INPATIENT = 0, 1
_ASSISTED = 1
"""Occasion of the draw of a scheme that tells who is helped; the scheme itself is 0."""


@kernel
def are_kept(w: int) -> bool:
    """Tell whether there are accounts."""
    return view.settings(w, Setting.PERSONS) > 0


@kernel
def paid_by_fund(s: int, person: int, setting: int) -> int:
    """Return what the fund has paid for a person's visits, or stays, this year, in fen."""
    if setting == _OUTPATIENT:
        return state.account_fund_out(s, person) * FEN_PER_FUND_OUT
    return state.account_fund_in(s, person) * FEN_PER_FUND_IN


@open_kernel
def account_class(w: int, s: int, scheme: int, person: int) -> int:
    """Return how far a person of a scheme is in the year's account, an `AccountClass`."""
    own, fresh = state.account_own(s, person), False
    for setting in range(_SETTINGS):
        cell = scheme * _SETTINGS + setting
        if paid_by_fund(s, person, setting) >= view.yearly_ceiling(w, cell):
            return AccountClass.CEILING_REACHED + 0
        fresh = fresh or own < view.yearly_deductible(w, cell)
    if own >= view.catastrophic_from(w, scheme):
        return AccountClass.ABOVE_THRESHOLD + 0
    return AccountClass.FRESH + 0 if fresh else AccountClass.DEDUCTIBLE_MET + 0


@kernel
def is_assisted(w: int, s: int, row: int) -> bool:
    """Tell whether medical assistance helps the patient: it helps always the same people."""
    share = view.assisted_share(w, state.get_scheme(s, row))
    if share <= 0.0:
        return False
    place, age = state.get_place(s, row), state.get_age(s, row)
    index = state.get_person(s, row) - view.person_first(w, place * _AGES + age)
    return draw(person_key(s, place, age, index), Purpose.SCHEME, _ASSISTED) < share


@kernel
def top_up(w: int, s: int, row: int, left: int, own: int) -> int:
    """Return what catastrophic cover and medical assistance pay of a bill, in fen.

    Parameters
    ----------
    left : int
        What the fund leaves to the patient within scope, in fen.
    own : int
        Own payments of the year before it, in fen.
    """
    scheme = state.get_scheme(s, row)
    above = min(float(left), max(0.0, own + left - view.catastrophic_from(w, scheme)))
    covered = int(above * view.catastrophic_rate(w, scheme) + 0.5)
    if is_assisted(w, s, row):
        covered += int((left - covered) * view.assistance_rate(w, scheme) + 0.5)
    return covered


@kernel
def post(s: int, person: int, setting: int, own: int, fund: int) -> None:
    """Write a bill into this week's ledger: own and the fund's payment within scope, in fen."""
    entry = state.ledger_cell(s, 0)
    visit, stay = (fund, 0) if setting == _OUTPATIENT else (0, fund)
    state.set_bill_person(s, entry, person)
    state.set_bill_own(s, entry, min(own, MOST_OWN))
    state.set_bill_fund_out(s, entry, min(_rounded(visit, FEN_PER_FUND_OUT), MOST_FUND))
    state.set_bill_fund_in(s, entry, min(_rounded(stay, FEN_PER_FUND_IN), MOST_FUND))
    state.set_ledger_cell(s, 0, entry + 1)


@kernel
def _rounded(fen: int, unit: int) -> int:
    return (fen + unit // 2) // unit


@entry_kernel
def is_full(s: int) -> int:
    """Return 1 if the ledger might not have room for a bill of every patient inside."""
    return 1 if state.ledger_cell(s, 0) > state.ledger_cell(s, 1) else 0


@entry_kernel
def settle(s: int) -> None:
    """Add the ledger to the accounts, and empty it; called of each partition when all have stopped."""
    for entry in range(state.ledger_cell(s, 0)):
        person = state.bill_person(s, entry)
        own = state.account_own(s, person) + state.bill_own(s, entry)
        visits = state.account_fund_out(s, person) + state.bill_fund_out(s, entry)
        stays = state.account_fund_in(s, person) + state.bill_fund_in(s, entry)
        state.set_account_own(s, person, min(own, MOST_OWN))
        state.set_account_fund_out(s, person, min(visits, MOST_FUND))
        state.set_account_fund_in(s, person, min(stays, MOST_FUND))
    state.set_ledger_cell(s, 0, 0)


@kernel
def begin_year(w: int, s: int, period: int) -> None:
    """Clear the accounts if a year begins: with the counted time, and each 52 weeks later."""
    weeks = period - view.settings(w, Setting.COUNTED_FROM)
    if weeks < 0 or weeks % WEEKS_PER_YEAR != 0:
        return
    for person in range(view.settings(w, Setting.PERSONS)):
        state.set_account_own(s, person, 0)
        state.set_account_fund_out(s, person, 0)
        state.set_account_fund_in(s, person, 0)


@entry_kernel
def people_above_threshold(w: int, s: int) -> int:
    """Return how many people's own payments of the year have reached their scheme's threshold."""
    schemes, found = view.settings(w, Setting.SCHEMES), 0
    lowest = view.catastrophic_from(w, 0)
    for scheme in range(schemes):
        lowest = min(lowest, view.catastrophic_from(w, scheme))
    for band in range(view.settings(w, Setting.PLACES) * _AGES):
        first = view.person_first(w, band)
        for person in range(first, view.person_first(w, band + 1)):
            own = state.account_own(s, person)
            if own >= lowest and own >= _threshold_of(w, s, band, person - first):
                found += 1
    return found


@kernel
def _threshold_of(w: int, s: int, band: int, index: int) -> float:
    place, age = band // _AGES, band % _AGES
    scheme = scheme_of(w, view.place_group(w, place), person_key(s, place, age, index))
    return view.catastrophic_from(w, scheme)
