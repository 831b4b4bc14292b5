"""Who pays what: every bill is split into fund and patient by the rules of the scheme."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import CENTRE, CITY_HOSPITAL, HOSPITAL, PROVINCIAL, Visitors, make_world, settings

from sim.glossary import TIERS
from sim.pathway.care.stages import Stage
from sim.pathway.care.state import Money, Work
from sim.pathway.steps import DONE, GRANTED
from sim.world.care.world import COUNTY, SETTINGS, CareWorld, Setting

_VISIT, _STAY = 0, 1


def bill(world: CareWorld, facility: int, **cells: float) -> tuple[int, int, int]:
    """See a patient once; return price, part in scope and fund's part, in fen."""
    patient = Visitors(world)
    patient.start(stage=Stage.WAITING_FOR_DOCTOR, facility=facility, position=facility, **cells)
    patient.next(GRANTED)
    tier = int(world.facility_tier[facility])
    money = patient.state.table("money")[0, 0, tier, _VISIT].sum(axis=0)
    return tuple(money[: Money.FUND + 1].tolist())


def stay_bill(world: CareWorld, days: float, **cells: float) -> Visitors:
    """Discharge a patient of the county hospital after some days."""
    patient = Visitors(world)
    patient.start(
        stage=Stage.ACUTE_STAY, facility=HOSPITAL, position=HOSPITAL, acute=days * 1440.0, **cells
    )
    patient.next(DONE)
    return patient


def rules(column: str, value: float) -> CareWorld:
    """Return the county with one rule the same for all tiers and settings."""
    return make_world(**{column: np.full(len(TIERS) * len(SETTINGS), value)})


def test_the_fund_pays_its_rate_of_what_is_in_scope_above_the_deductible() -> None:
    # 100 yuan, 90 % in scope, 10 yuan deductible, 60 %: (90 - 10) x 0.6 = 48.
    assert bill(make_world(), HOSPITAL) == (100_00, 90_00, 48_00)


def test_the_price_follows_the_condition() -> None:
    assert bill(make_world(visit_weight=[1.5]), HOSPITAL) == (150_00, 135_00, 75_00)


def test_below_the_deductible_the_fund_pays_nothing() -> None:
    assert bill(rules("deductible", 95_00.0), HOSPITAL) == (100_00, 90_00, 0)


def test_the_fund_stops_at_its_ceiling() -> None:
    assert bill(rules("ceiling", 30_00.0), HOSPITAL) == (100_00, 90_00, 30_00)


@pytest.mark.parametrize(
    ("facility", "cells", "fund"),
    [
        # Unreferred above the county 0.25 of the rate is lost: 80 x 0.35.
        (CITY_HOSPITAL, {}, 28_00),
        (PROVINCIAL, {}, 28_00),
        (CITY_HOSPITAL, {"referred": 1}, 48_00),
        (CITY_HOSPITAL, {"emergency": 1}, 48_00),
        (HOSPITAL, {}, 48_00),
        (CENTRE, {}, 48_00),
    ],
)
def test_going_above_the_county_without_referral_loses_part_of_the_rate(
    facility: int, cells: dict[str, float], fund: int
) -> None:
    assert bill(make_world(), facility, **cells)[Money.FUND] == fund


def test_the_loss_never_makes_the_rate_negative() -> None:
    assert bill(rules("rate", 0.2), CITY_HOSPITAL)[Money.FUND] == 0


def test_the_scheme_decides() -> None:
    cells = len(TIERS) * len(SETTINGS)
    world = make_world(
        settings=settings({Setting.SCHEMES: 2}),
        scheme_share=[0.5, 1.0] * 2,
        pay=np.ones(2 * 2 * 7),
        in_scope_share=np.ones(2 * cells),
        rate=np.repeat([0.9, 0.0], cells),
        deductible=np.zeros(2 * cells),
        ceiling=np.full(2 * cells, 1e9),
        yearly_deductible=[0.0] * 4,
        yearly_ceiling=[np.inf] * 4,
        catastrophic_from=[np.inf] * 2,
        catastrophic_rate=[0.0] * 2,
        assisted_share=[0.0] * 2,
        assistance_rate=[0.0] * 2,
    )
    for scheme, fund in ((0, 90_00), (1, 0)):
        patient = Visitors(world)
        patient.start(
            stage=Stage.WAITING_FOR_DOCTOR, facility=HOSPITAL, position=HOSPITAL, scheme=scheme
        )
        patient.next(GRANTED)
        money = patient.state.table("money")
        assert money[0, scheme, COUNTY, _VISIT, 1].tolist() == [100_00, 100_00, fund, 0]
        assert money.sum() == 200_00 + fund


def test_a_stay_of_mean_length_costs_the_mean() -> None:
    # 5,000 yuan: (4,500 - 500) x 0.6 = 2,400.
    patient = stay_bill(make_world(), days=4.0)
    found = patient.state.table("money")[0, 0, COUNTY, _STAY, 1]
    assert found.tolist() == [5_000_00, 4_500_00, 2_400_00, 0]
    assert patient.worked(HOSPITAL, Work.INCOME) == 5_000_00
    assert patient.worked(HOSPITAL, Work.SERVICE_INCOME) == 1_500_00


@pytest.mark.parametrize(("daily", "price"), [(0.0, 5_000), (0.5, 7_500), (1.0, 10_000)])
def test_a_stay_of_twice_the_length_costs_more_as_far_as_it_is_paid_by_the_day(
    daily: float, price: int
) -> None:
    patient = stay_bill(make_world(daily_share=[daily] * 7), days=8.0)
    assert patient.state.table("money")[0, 0, COUNTY, _STAY, 1, Money.PRICE] == price * 100


def test_a_step_down_bed_is_paid_by_the_day_only() -> None:
    patient = Visitors(make_world())
    patient.start(
        stage=Stage.STEP_DOWN_STAY, facility=CENTRE, position=HOSPITAL, rehabilitation=8 * 1440.0
    )
    patient.next(DONE)
    tier = int(patient.world.facility_tier[CENTRE])
    # Half of 5,000 yuan grows with the days: 8 of 4.
    assert patient.state.table("money")[0, 0, tier, _STAY, 1, Money.PRICE] == 5_000_00
    assert patient.worked(CENTRE, Work.DISCHARGES) == 0


@pytest.mark.parametrize(("complexity", "grade_four"), [(0.79, 0), (0.8, 1)])
def test_complex_surgery_is_grade_four(complexity: float, grade_four: int) -> None:
    patient = stay_bill(make_world(), days=4.0, complexity=complexity)
    assert patient.worked(HOSPITAL, Work.SURGICAL_STAYS) == 1
    assert patient.worked(HOSPITAL, Work.GRADE_FOUR_STAYS) == grade_four
    other = stay_bill(make_world(surgical=[0]), days=4.0, complexity=complexity)
    assert other.worked(HOSPITAL, Work.SURGICAL_STAYS) == 0


def test_odd_sums_are_rounded_to_the_fen_and_never_above_the_price() -> None:
    generator = np.random.default_rng(20250106)
    cells = len(TIERS) * len(SETTINGS)
    for _ in range(200):
        world = make_world(
            price_visit=generator.uniform(0.0, 50_000.0, 7),
            in_scope_share=generator.uniform(0.0, 1.0, cells),
            rate=generator.uniform(0.0, 1.0, cells),
            deductible=generator.uniform(0.0, 5_000.0, cells),
            ceiling=generator.uniform(0.0, 50_000.0, cells),
        )
        price, scope, fund = bill(world, HOSPITAL)
        assert price == int(world.price_visit[HOSPITAL] + 0.5)
        assert 0 <= fund <= scope <= price


def test_nothing_is_billed_before_the_counted_time() -> None:
    world = make_world(settings=settings({Setting.COUNTED_FROM: 3}))
    assert bill(world, HOSPITAL) == (0, 0, 0)
