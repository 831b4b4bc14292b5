"""The year's accounts of persons: bills by hand, weeks that do not see each other, years that begin anew."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import CENTRE, HOSPITAL, Visitors, make_world, settings

from sim.glossary import AGE_BANDS, TIERS
from sim.pathway.care.account import account_class, is_full, people_above_threshold, settle
from sim.pathway.care.onset import begin
from sim.pathway.care.path import new_period
from sim.pathway.care.stages import Stage
from sim.pathway.care.state import (
    ACCOUNT,
    BILL,
    MOST_FUND,
    MOST_OWN,
    AccountClass,
    CareState,
    Event,
    Money,
)
from sim.pathway.steps import DONE, GRANTED
from sim.world.care.world import COUNTY, SETTINGS, CareWorld, Setting

_PERSONS = 10 * len(AGE_BANDS)
_CELLS = len(TIERS) * len(SETTINGS)
_VISIT, _STAY = 0, 1
_PERSON = 23


def insured(rate: float = 0.6, counted_from: int = 0, **rules: Any) -> CareWorld:
    """Return the hand-made county with accounts: a visit costs 600 CNY, a stay 5,000, all within scope."""
    return make_world(
        settings=settings({Setting.PERSONS: _PERSONS, Setting.COUNTED_FROM: counted_from}),
        price_visit=np.full(7, 600_00.0),
        in_scope_share=np.ones(_CELLS),
        rate=np.full(_CELLS, rate),
        deductible=np.zeros(_CELLS),
        ceiling=np.full(_CELLS, np.inf),
        **rules,
    )


def see(patient: Visitors, row: int = 0, person: int = _PERSON) -> None:
    """Bill a visit to the county hospital."""
    where = {"facility": HOSPITAL, "position": HOSPITAL, "person": person, "stay_needed": 0}
    patient.start(row, stage=Stage.WAITING_FOR_DOCTOR, **where)
    patient.next(GRANTED, row=row)


def bills(world: CareWorld, weeks: list[int]) -> tuple[list[tuple[int, int, int]], Visitors]:
    """Bill visits, so many a week; return (fund, top up, own) of each, in CNY."""
    patient, found = Visitors(world), []
    money = patient.state.table("money")[0, 0, COUNTY, _VISIT, 1]
    for visits in weeks:
        for _ in range(visits):
            before = money.copy()
            see(patient)
            price, _, paid, more = (money - before).tolist()
            found.append(((paid - more) // 100, more // 100, (price - paid) // 100))
        settle(patient.s)
    return found, patient


def account(patient: Visitors, person: int = _PERSON) -> tuple[int, int, int]:
    row = patient.state.arrays.account.view(ACCOUNT)[person]
    return int(row["own"]), int(row["fund_out"]), int(row["fund_in"])


def test_three_bills_of_a_year_with_a_deductible() -> None:
    # A deductible of 1,000: the first bill's 600 and 400 of the second; 60 % of the rest.
    found, patient = bills(insured(yearly_deductible=[1_000_00.0] * 2), [1, 1, 1])
    assert found == [(0, 0, 600), (120, 0, 480), (360, 0, 240)]
    assert account(patient) == (1_320_00, 480, 0)


def test_bills_of_one_week_do_not_see_each_other() -> None:
    found, patient = bills(insured(yearly_deductible=[1_000_00.0] * 2), [3, 1])
    assert found == [(0, 0, 600)] * 3 + [(360, 0, 240)]
    assert account(patient) == (2_040_00, 360, 0)


def test_the_deductible_of_a_bill_counts_if_it_is_more() -> None:
    world = make_world(
        settings=settings({Setting.PERSONS: _PERSONS}),
        price_visit=np.full(7, 600_00.0),
        in_scope_share=np.ones(_CELLS),
        rate=np.full(_CELLS, 0.5),
        deductible=np.full(_CELLS, 100_00.0),
        ceiling=np.full(_CELLS, np.inf),
        yearly_deductible=[650_00.0] * 2,
    )
    # 600 of 650 are paid; 50 remain, less than the 100 of each bill.
    assert bills(world, [1, 1])[0] == [(0, 0, 600), (250, 0, 350)]


def test_the_fund_stops_at_the_ceiling_of_the_year() -> None:
    found, _ = bills(insured(yearly_ceiling=[500_00.0, np.inf]), [1, 1, 1])
    assert found == [(360, 0, 240), (140, 0, 460), (0, 0, 600)]


def test_a_ceiling_for_stays_leaves_visits_alone() -> None:
    found, _ = bills(insured(yearly_ceiling=[np.inf, 0.0]), [1, 1])
    assert found == [(360, 0, 240)] * 2


def test_catastrophic_cover_pays_of_what_is_above_its_threshold() -> None:
    world = insured(rate=0.0, catastrophic_from=[1_000_00.0], catastrophic_rate=[0.5])
    # 600; then 200 above 1,000, of which 100 are paid; then all 600 are above.
    found, patient = bills(world, [1, 1, 1])
    assert found == [(0, 0, 600), (0, 100, 500), (0, 300, 300)]
    assert account(patient) == (1_400_00, 0, 0)


def test_assistance_pays_of_what_is_left_to_whom_it_helps() -> None:
    rules = {"rate": 0.5, "catastrophic_from": [0.0], "catastrophic_rate": [0.5]}
    # 300 are left by the fund, 150 by catastrophic cover; assistance pays 70 % of these.
    helped = insured(assisted_share=[1.0], assistance_rate=[0.7], **rules)
    assert bills(helped, [1])[0] == [(300, 255, 45)]
    assert bills(insured(assisted_share=[0.0], assistance_rate=[0.7], **rules), [1])[0] == [
        (300, 150, 150)
    ]


def test_assistance_helps_a_share_of_people_and_always_the_same() -> None:
    world = insured(assisted_share=[0.4], assistance_rate=[1.0])
    patient = Visitors(world)
    more = patient.state.table("money")[0, 0, COUNTY, _VISIT, 1]
    helped = []
    for person in [*range(20, 30)] * 2:
        before = int(more[Money.TOP_UP])
        see(patient, person=person)
        settle(patient.s)
        helped.append(int(more[Money.TOP_UP]) > before)
    assert helped[:10] == helped[10:]
    assert 0 < sum(helped[:10]) < 10


def test_a_stay_is_posted_as_one() -> None:
    patient = Visitors(insured())
    patient.start(
        stage=Stage.ACUTE_STAY,
        facility=HOSPITAL,
        position=HOSPITAL,
        acute=4 * 1440.0,
        person=_PERSON,
    )
    patient.next(DONE)
    assert account(patient) == (0, 0, 0)
    settle(patient.s)
    # 60 % of 5,000 CNY, in tens of CNY.
    assert account(patient) == (2_000_00, 0, 300)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_a_weeks_bills_does_not_matter(seed: int) -> None:
    random = np.random.default_rng(seed)
    entries = np.zeros(60, dtype=BILL)
    entries["person"] = random.integers(0, 5, 60)
    # Large ones, so that sums reach the largest numbers that accounts can hold.
    entries["own"] = random.integers(0, MOST_OWN // 4, 60)
    entries["fund_out"] = random.integers(0, MOST_FUND // 4, 60)
    entries["fund_in"] = random.integers(0, 3, 60)
    found = []
    for order in (np.arange(60), random.permutation(60)):
        patient = Visitors(insured(), 60)
        patient.state.arrays.ledger.view(BILL)[:60] = entries[order]
        patient.state.arrays.ledger_cells[0] = 60
        settle(patient.s)
        found.append(patient.state.arrays.account.view(ACCOUNT).copy())
        assert patient.state.arrays.ledger_cells[0] == 0
    assert found[0].tobytes() == found[1].tobytes()
    for column, most in (("own", MOST_OWN), ("fund_out", MOST_FUND), ("fund_in", MOST_FUND)):
        sums = np.bincount(entries["person"], weights=entries[column], minlength=_PERSONS)
        assert found[0][column].tolist() == np.minimum(sums, most).tolist()
    assert (found[0]["own"] == MOST_OWN).any()


def test_parts_share_accounts_and_have_ledgers_of_their_own() -> None:
    whole = CareState(insured(), 1, 1)
    one, two = whole.part(), whole.part()
    assert one.arrays.account is two.arrays.account is whole.arrays.account
    ledgers = [each.arrays.ledger for each in (whole, one, two)]
    assert not any(np.shares_memory(a, b) for i, a in enumerate(ledgers) for b in ledgers[:i])


def test_a_full_ledger_gets_room_and_keeps_its_bills() -> None:
    patient = Visitors(insured(), 2)
    state = patient.state
    posted = 0
    while not is_full(patient.s):
        see(patient)
        posted += 1
    before = state.arrays.ledger.view(BILL)[:posted].copy()
    # There is room for one more bill of both patients.
    assert posted + state.capacity - 1 <= state.arrays.ledger.view(BILL).size
    state.make_room()
    assert state.arrays.ledger_cells[0] == posted <= state.arrays.ledger_cells[1]
    assert state.arrays.ledger.view(BILL)[:posted].tobytes() == before.tobytes()


def test_without_rules_of_a_year_there_are_no_accounts() -> None:
    patient = Visitors(make_world())
    for _ in range(100):
        see(patient)
    assert patient.state.arrays.account.size == 1
    assert patient.state.arrays.ledger_cells.tolist() == [0, 0]
    assert not is_full(patient.s)
    assert not patient.state.arrays.account.any()


@pytest.mark.parametrize(
    ("period", "cleared"), [(3, False), (4, True), (5, False), (55, False), (56, True)]
)
def test_a_year_begins_with_the_counted_time_and_each_52_weeks_later(
    period: int, cleared: bool
) -> None:
    patient = Visitors(insured(counted_from=4))
    see(patient)
    settle(patient.s)
    assert account(patient) == (240_00, 360, 0)
    new_period(patient.w, patient.s, period)
    assert account(patient) == ((0, 0, 0) if cleared else (240_00, 360, 0))


@pytest.mark.parametrize(
    ("own", "fund_out", "fund_in", "reached"),
    [
        (0, 0, 0, AccountClass.FRESH),
        (999_99, 0, 0, AccountClass.FRESH),
        (1_000_00, 0, 0, AccountClass.DEDUCTIBLE_MET),
        (5_000_00, 0, 0, AccountClass.ABOVE_THRESHOLD),
        (5_000_00, 800, 0, AccountClass.CEILING_REACHED),
        (0, 799, 0, AccountClass.FRESH),
        (0, 0, 2_000, AccountClass.CEILING_REACHED),
    ],
)
def test_how_far_a_person_is_in_the_year(
    own: int, fund_out: int, fund_in: int, reached: AccountClass
) -> None:
    world = insured(
        yearly_deductible=[1_000_00.0, 0.0],
        yearly_ceiling=[800_00.0, 20_000_00.0],
        catastrophic_from=[5_000_00.0],
    )
    patient = Visitors(world)
    patient.state.arrays.account.view(ACCOUNT)[:] = (own, fund_out, fund_in)
    begin(patient.w, patient.s, 0, 0, 0)
    person, first = patient.cell("person"), world.person_first[patient.cell("age")]
    assert first <= person < first + 10
    assert account_class(patient.w, patient.s, 0, person) == reached
    protected = reached >= AccountClass.ABOVE_THRESHOLD
    assert patient.happened(Event.BEGUN_PROTECTED) == protected


def test_people_above_the_threshold_are_counted_by_their_own_scheme() -> None:
    world = make_world(
        settings=settings({Setting.PERSONS: _PERSONS, Setting.SCHEMES: 2}),
        scheme_share=[0.5, 1.0] * 2,
        pay=np.ones(2 * 2 * 7),
        yearly_deductible=[0.0] * 4,
        yearly_ceiling=[np.inf] * 4,
        catastrophic_from=[1_000_00.0, 2_000_00.0],
    )
    patient = Visitors(world)
    own = patient.state.arrays.account.view(ACCOUNT)["own"]
    found = []
    for amount in (999_99, 1_000_00, 1_999_99, 2_000_00):
        own[:] = amount
        found.append(people_above_threshold(patient.w, patient.s))
    assert found[0] == 0
    assert found[3] == _PERSONS
    # About half of 50 people are in the first scheme: standard deviation 3.5.
    assert found[1] == found[2]
    assert abs(found[1] - 25) <= 4 * 3.5


def test_the_first_bill_is_seen_at_the_centre_as_well() -> None:
    """The account is the person's, whichever facility bills."""
    patient = Visitors(insured(yearly_deductible=[1_000_00.0] * 2))
    see(patient)
    settle(patient.s)
    patient.start(stage=Stage.WAITING_FOR_DOCTOR, facility=CENTRE, position=CENTRE, person=_PERSON)
    patient.next(GRANTED)
    paid = patient.state.table("money")[0, 0, :, _VISIT, 1, Money.FUND]
    assert paid.tolist() == [0, 120_00, 0, 0, 0, 0]
