"""Who pays: the price of a visit or stay, split into fund and patient."""

from __future__ import annotations

from sim.glossary import TIERS
from sim.kernel import kernel
from sim.pathway.care import state, view
from sim.pathway.care.account import are_kept, paid_by_fund, post, top_up
from sim.pathway.care.record import count_payment, count_work
from sim.pathway.care.state import BILLED_BY, Money, Work
from sim.world.care.world import CITY, NONE, SETTINGS, Behaviour

_OUTPATIENT, _INPATIENT = 0, 1
_GRADE_FOUR_FROM = 0.8
"""Surgical stays above this complexity count as grade-four surgery (assumed: the top fifth)."""


@kernel
def fund_share(
    w: int, scheme: int, tier: int, setting: int, price: float, loss: float, own: int, paid: int
) -> float:
    """Return what the fund pays of a price, in fen.

    In-scope part above the deductible, times the rate less `loss` points, up to the ceiling. What is left of
    the year's deductible replaces that of the bill if it is more, what is left of its ceiling if it is less.

    Parameters
    ----------
    own, paid : int
        The patient's own payments of the year before this bill, and the fund's for the setting, in fen.
    """
    cell = (scheme * len(TIERS) + tier) * len(SETTINGS) + setting
    year = scheme * len(SETTINGS) + setting
    deductible = max(view.deductible(w, cell), view.yearly_deductible(w, year) - own)
    base = price * view.in_scope_share(w, cell) - deductible
    if base <= 0.0:
        return 0.0
    rate = max(0.0, view.rate(w, cell) - loss)
    return min(base * rate, view.ceiling(w, cell), max(0.0, view.yearly_ceiling(w, year) - paid))


@kernel
def rate_loss(w: int, tier: int, referred: int, emergency: int) -> float:
    """Return the points of reimbursement lost by going above the county without a referral."""
    if tier >= CITY and referred == 0 and emergency == 0:
        return view.behaviour(w, Behaviour.UNREFERRED_RATE_LOSS)
    return 0.0


@kernel
def forget_bill(s: int) -> None:
    """Begin a step, of which there is no bill yet."""
    if state.patient_bill(s, BILLED_BY) != NONE:
        _remember_bill(s, NONE, 0, 0, 0, 0)


@kernel
def _remember_bill(s: int, facility: int, price: int, in_scope: int, fund: int, more: int) -> None:
    """Keep what a log shows of the bill of this step."""
    state.set_patient_bill(s, BILLED_BY, facility)
    state.set_patient_bill(s, Money.PRICE, price)
    state.set_patient_bill(s, Money.IN_SCOPE, in_scope)
    state.set_patient_bill(s, Money.FUND, fund)
    state.set_patient_bill(s, Money.TOP_UP, more)


@kernel
def _pay(w: int, s: int, row: int, setting: int, price: float) -> None:
    facility = state.get_facility(s, row)
    tier, scheme = view.facility_tier(w, facility), state.get_scheme(s, row)
    loss = rate_loss(w, tier, state.get_referred(s, row), state.get_emergency(s, row))
    cell = (scheme * len(TIERS) + tier) * len(SETTINGS) + setting
    kept, own, paid = are_kept(w), 0, 0
    if kept:
        own = state.account_own(s, state.get_person(s, row))
        paid = paid_by_fund(s, state.get_person(s, row), setting)
    whole = int(price + 0.5)
    fund = min(whole, int(fund_share(w, scheme, tier, setting, price, loss, own, paid) + 0.5))
    in_scope = int(price * view.in_scope_share(w, cell) + 0.5)
    service = int(price * view.service_share(w, facility) + 0.5)
    more = 0
    if kept:
        more = top_up(w, s, row, in_scope - fund, own)
        post(s, state.get_person(s, row), setting, in_scope - fund - more, fund)
    _remember_bill(s, facility, whole, in_scope, fund + more, more)
    count_payment(w, s, row, setting, whole, in_scope, fund, more, service)


@kernel
def pay_visit(w: int, s: int, row: int) -> None:
    """Bill an outpatient or emergency visit."""
    weight = view.visit_weight(w, state.get_condition(s, row))
    _pay(w, s, row, _OUTPATIENT, view.price_visit(w, state.get_facility(s, row)) * weight)


@kernel
def pay_stay(w: int, s: int, row: int, minutes: float, continued: bool) -> None:
    """Bill `minutes` in a bed (waiting for a step-down bed is not billed).

    ``continued``: a stay that goes on in a step-down bed, which is billed by the day only; otherwise the
    discharge, and the surgery, are counted.
    """
    facility, condition = state.get_facility(s, row), state.get_condition(s, row)
    daily = view.daily_share(w, facility)
    length = daily * minutes / view.acute_minutes(w, condition)
    if not continued:
        length += 1.0 - daily
    price = view.price_stay(w, facility) * view.stay_weight(w, condition) * length
    _pay(w, s, row, _INPATIENT, price)
    if continued:
        return
    count_work(s, facility, Work.DISCHARGES, 1)
    if view.surgical(w, condition) == 1:
        count_work(s, facility, Work.SURGICAL_STAYS, 1)
        if state.get_complexity(s, row) >= _GRADE_FOUR_FROM:
            count_work(s, facility, Work.GRADE_FOUR_STAYS, 1)
