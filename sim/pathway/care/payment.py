"""Who pays: the price of a visit or stay, split into fund and patient."""

from __future__ import annotations

from sim.glossary import TIERS
from sim.kernel import kernel
from sim.pathway.care import state, view
from sim.pathway.care.record import count_payment, count_work
from sim.pathway.care.state import Work
from sim.world.care.world import CITY, SETTINGS, Behaviour

_OUTPATIENT, _INPATIENT = 0, 1
_GRADE_FOUR_FROM = 0.8
"""Surgical stays above this complexity count as grade-four surgery (assumed: the top fifth)."""


@kernel
def fund_share(w: int, scheme: int, tier: int, setting: int, price: float, loss: float) -> float:
    """Return what the fund pays of a price, in the price's unit (fen).

    In-scope part above the deductible, times the rate less `loss` points, up to the ceiling.
    """
    cell = (scheme * len(TIERS) + tier) * len(SETTINGS) + setting
    base = price * view.in_scope_share(w, cell) - view.deductible(w, cell)
    if base <= 0.0:
        return 0.0
    rate = max(0.0, view.rate(w, cell) - loss)
    return min(base * rate, view.ceiling(w, cell))


@kernel
def rate_loss(w: int, tier: int, referred: int, emergency: int) -> float:
    """Return the points of reimbursement lost by going above the county without a referral."""
    if tier >= CITY and referred == 0 and emergency == 0:
        return view.behaviour(w, Behaviour.UNREFERRED_RATE_LOSS)
    return 0.0


@kernel
def _pay(w: int, s: int, row: int, setting: int, price: float) -> None:
    facility = state.get_facility(s, row)
    tier, scheme = view.facility_tier(w, facility), state.get_scheme(s, row)
    loss = rate_loss(w, tier, state.get_referred(s, row), state.get_emergency(s, row))
    cell = (scheme * len(TIERS) + tier) * len(SETTINGS) + setting
    whole = int(price + 0.5)
    fund = min(whole, int(fund_share(w, scheme, tier, setting, price, loss) + 0.5))
    in_scope = int(price * view.in_scope_share(w, cell) + 0.5)
    service = int(price * view.service_share(w, facility) + 0.5)
    count_payment(w, s, row, setting, whole, in_scope, fund, service)


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
