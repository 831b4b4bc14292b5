"""The indicators that are counted from patients."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.engine.tally import Amount
from sim.glossary import TIERS
from sim.measure.care.totals import (
    DAYS_PER_YEAR,
    FEN_PER_CNY,
    SETTING_OF,
    Row,
    RunTotals,
    histogram_quantile,
    ratio,
)
from sim.measure.care.unmet import unmet_indicators
from sim.measure.care.yearly import yearly_indicators
from sim.pathway.care.state import TICKS_PER_MINUTE, Ambulance, Event, Money, Reason, Visit, Work
from sim.world.care.world import COUNTY, OUTSIDE, PROVINCE, TOWNSHIP
from sim.world.fields import Ints

_NAN = float("nan")
_WORKING_DAYS_PER_YEAR = 251.0
_MINUTES_PER_DAY = 1440.0


def _inside(flow: Ints) -> float:
    return ratio(flow[..., Reason.INSIDE].sum(), flow.sum())


def flow_indicators(run: RunTotals) -> Iterator[Row]:
    """Yield where patients are treated: the in-county rates and the shares of tiers."""
    flow = run.flow
    area = flow[run.in_area]
    seen = flow[..., [Visit.OUTPATIENT, Visit.EMERGENCY], :, :].sum(axis=(0, 1, 3, 4, 5))
    yield "in_county_rate", "", 0, _inside(area)
    yield "in_county_admission_share", "", 0, _inside(area[:, :, :, Visit.ADMISSION])
    if run.is_district.any():
        districts = flow[run.is_district]
        yield "in_county_rate_districts", "", 0, _inside(districts)
        share = _inside(districts[:, :, :, Visit.ADMISSION])
        yield "in_county_admission_share_districts", "", 0, share
    yield "primary_visit_share", "", 0, ratio(seen[: TOWNSHIP + 1].sum(), seen.sum())
    yield "out_of_province_share", "", 0, ratio(flow[:, :, OUTSIDE].sum(), flow.sum())
    yield "visits_per_person", "", 0, ratio(seen.sum(), run.people * run.years)
    stays = flow[:, :, :, Visit.ADMISSION].sum()
    yield "admissions_per_100", "", 0, 100.0 * ratio(stays, run.people * run.years)
    if run.built.catchment.counties.size > 1:
        for index, code in enumerate(run.built.catchment.counties):
            own = flow[index]
            yield "in_county_rate", "", int(code), _inside(own)
            yield "in_county_admission_share", "", int(code), _inside(own[:, :, Visit.ADMISSION])
            visits = own[:, :, [Visit.OUTPATIENT, Visit.EMERGENCY]].sum(axis=(0, 2, 3, 4))
            share = ratio(visits[: TOWNSHIP + 1].sum(), visits.sum())
            yield "primary_visit_share", "", int(code), share


def definition_indicators(run: RunTotals) -> Iterator[Row]:
    """Yield the in-county rates by episode and of common conditions, as the region defines these."""
    events, common = run.events[run.in_area].sum(axis=0), run.common[run.in_area].sum(axis=(0, 1))
    by_episode = ratio(events[Event.TREATED_INSIDE], events[Event.TREATED])
    yield "in_county_rate_episodes", "", 0, by_episode
    yield "in_county_rate_common", "", 0, ratio(common[1], common.sum())
    by_episode = ratio(events[Event.COMMON_TREATED_INSIDE], events[Event.COMMON_TREATED])
    yield "in_county_rate_common_episodes", "", 0, by_episode
    seen = run.flow[:, :, :, [Visit.OUTPATIENT, Visit.EMERGENCY]].sum()
    of_common = run.common[:, [Visit.OUTPATIENT, Visit.EMERGENCY]].sum()
    yield "common_share_of_visits", "", 0, ratio(of_common, seen)
    for indicator, event in (
        ("formal_referrals_per_100", Event.REFERRED_UP),
        ("own_ways_up_per_100", Event.WENT_UP_THEMSELVES),
    ):
        yield indicator, "", 0, 100.0 * ratio(run.event(event), seen)


def money_indicators(run: RunTotals) -> Iterator[Row]:
    """Yield who paid, and where the fund's money went."""
    money = run.money
    price, paid = money[..., Money.PRICE].sum(), money[..., Money.FUND].sum()
    # Without catastrophic cover and medical assistance, which have money of their own.
    fund = money[..., Money.FUND] - money[..., Money.TOP_UP]
    schemes = list(run.built.inputs[-1].schemes["scheme"])
    residents = money[:, schemes.index("residents")] if "residents" in schemes else money[:, :0]
    stays = residents[..., SETTING_OF["inpatient"], :, :].reshape(-1, len(Money)).sum(axis=0)
    by_place = fund[run.in_area].sum(axis=(0, 1, 2, 3))
    yield "out_of_pocket_share", "", 0, 1.0 - ratio(paid, price)
    yield from _own_shares(run)
    yield (
        "inpatient_reimbursement_rate",
        "",
        0,
        ratio(stays[Money.FUND] - stays[Money.TOP_UP], stays[Money.IN_SCOPE]),
    )
    yield "in_county_fund_share", "", 0, ratio(by_place[1], by_place.sum())
    yield "fund_balance", "", 0, _fund_balance(run, residents)
    visits = run.flow[:, :, :, [Visit.OUTPATIENT, Visit.EMERGENCY]].sum()
    for setting, indicator, number in (
        ("outpatient", "cost_per_visit", visits),
        ("inpatient", "cost_per_stay", run.worked(Work.DISCHARGES)),
    ):
        total = money[..., SETTING_OF[setting], :, Money.PRICE].sum() / FEN_PER_CNY
        yield indicator, "", 0, ratio(total, number)


def _own_shares(run: RunTotals) -> Iterator[Row]:
    """Yield what patients pay themselves of visits and of stays, all of them and by scheme."""
    schemes = run.built.inputs[-1].schemes["scheme"].to_numpy()
    # (scheme, setting, Money)
    paid = run.money.sum(axis=(0, 2, 4))
    for indicator, setting, scheme in (
        ("out_of_pocket_share_visits", "outpatient", ""),
        ("out_of_pocket_share_visits_employees", "outpatient", "employees"),
        ("out_of_pocket_share_visits_residents", "outpatient", "residents"),
        ("out_of_pocket_share_stays", "inpatient", ""),
        ("out_of_pocket_share_stays_employees", "inpatient", "employees"),
        ("out_of_pocket_share_stays_residents", "inpatient", "residents"),
    ):
        theirs = paid[(schemes == scheme) | (not scheme), SETTING_OF[setting]].sum(axis=0)
        yield indicator, "", 0, 1.0 - ratio(theirs[Money.FUND], theirs[Money.PRICE])


def _fund_balance(run: RunTotals, residents: Ints) -> float:
    """Return the residents' fund's yearly income less its yearly payments, CNY."""
    inputs = run.built.inputs[-1]
    table = inputs.region.statistics
    income = table.loc[table["indicator"] == "urrbmi_funding_per_person", "value"]
    scheme = inputs.schemes[inputs.schemes["scheme"] == "residents"]
    if income.empty or scheme.empty:
        return _NAN
    places = run.built.catchment.places
    share = np.where(
        places["urban"].to_numpy(dtype=bool),
        float(scheme["urban_share"].iloc[0]),
        float(scheme["rural_share"].iloc[0]),
    )
    insured = float((places["population"].to_numpy(dtype=float) * share).sum())
    fund = residents[..., Money.FUND] - residents[..., Money.TOP_UP]
    paid = float(fund.sum()) / FEN_PER_CNY
    return insured * float(income.iloc[0]) - paid / run.years


def hospital_indicators(run: RunTotals) -> Iterator[Row]:
    """Yield what public hospitals earn by and how complex provincial surgery is."""
    facilities = run.built.reach.facilities
    hospital = (run.facility_tier >= COUNTY) & (run.facility_tier <= PROVINCE)
    public = hospital & (facilities["owner"] == "public").to_numpy()
    work = run.work
    service, income = work[public, Work.SERVICE_INCOME].sum(), work[public, Work.INCOME].sum()
    yield "service_income_share", "", 0, ratio(service, income)
    if run.people == run.built.inputs[-1].region.population:
        # Those who come from a single county are the severe ones: no picture of a provincial hospital.
        surgery = run.worked(Work.SURGICAL_STAYS, PROVINCE)
        complex_surgery = run.worked(Work.GRADE_FOUR_STAYS, PROVINCE)
        yield "grade_four_surgery_share", "", 0, ratio(complex_surgery, surgery)


def event_indicators(run: RunTotals) -> Iterator[Row]:
    """Yield what happened on the way: referrals, diversions, travel, emergencies."""
    for indicator, event in (
        ("referrals_up", Event.REFERRED_UP),
        ("referrals_down", Event.REFERRED_DOWN),
        ("diverted", Event.DIVERTED),
        ("stays_elsewhere", Event.STAYED_ELSEWHERE),
        ("abandoned", Event.ABANDONED),
        ("left_closed", Event.LEFT_CLOSED),
        ("came_again", Event.CAME_AGAIN),
        ("exams_put_off", Event.EXAM_PUT_OFF),
        ("exams_missed", Event.EXAM_MISSED),
        ("went_elsewhere", Event.WENT_ELSEWHERE),
    ):
        yield indicator, "", 0, run.event(event) / run.years
    yield "travel_time_mean", "", 0, run.mean_minutes(Event.TRAVEL_TICKS, Event.TRIPS)
    yield (
        "emergency_time_to_care",
        "",
        0,
        run.mean_minutes(Event.EMERGENCY_TICKS, Event.EMERGENCIES_SEEN),
    )


def ambulance_indicators(run: RunTotals) -> Iterator[Row]:
    """Yield how many call an ambulance, per 1,000 people and year, and the share of them that is admitted.

    The share also for each group of conditions whose emergencies most often need a stay.
    """
    calls = run.ambulance[:, :, Ambulance.CALLS].sum(axis=0)
    admitted = run.ambulance[:, :, Ambulance.ADMITTED].sum(axis=0)
    yield "ambulance_calls_per_1000", "", 0, 1000.0 * ratio(calls.sum(), run.people * run.years)
    yield "ambulance_admission_share", "", 0, ratio(admitted.sum(), calls.sum())
    group = run.built.inputs[-1].conditions["emergency_group"].to_numpy()
    for indicator, name in (
        ("ambulance_admission_share_chest_pain", "chest_pain"),
        ("ambulance_admission_share_stroke", "stroke"),
        ("ambulance_admission_share_major_trauma", "major_trauma"),
    ):
        here = group == name
        yield indicator, "", 0, ratio(admitted[here].sum(), calls[here].sum())


def load_indicators(run: RunTotals) -> Iterator[Row]:
    """Yield occupancy, stays, waits and utilisation, for all tiers together and by tier."""
    inside = tuple(range(OUTSIDE))
    for indicator, among in (
        ("hospital_occupancy", range(COUNTY, OUTSIDE)),
        ("primary_occupancy", range(COUNTY)),
    ):
        beds = np.concatenate([run.pools("ward", tier) for tier in among])
        if beds.size:
            yield indicator, "", 0, run.utilisation(beds)
    for tier in (None, *inside):
        name = "" if tier is None else TIERS[tier]
        tiers = inside if tier is None else (tier,)
        beds, doctors = run.pools("ward", tier), run.pools("doctor", tier)
        if doctors.size == 0:
            continue
        yield "doctor_utilisation", name, 0, run.utilisation(doctors)
        yield "doctor_wait_mean", name, 0, run.mean_wait(doctors)
        counts = run.wait_counts(run.skills_of("doctor"), run.kinds_of(tiers))
        yield "doctor_wait_p90", name, 0, histogram_quantile(counts, run.tally.wait_edges, 0.9)
        yield "visits_per_doctor_day", name, 0, _visits_per_doctor_day(run, tiers)
        yield "exam_wait_mean", name, 0, run.mean_wait(run.pools("exam", tier))
        counts = run.wait_counts(run.skills_of("exam"), run.kinds_of(tiers))
        yield "exam_wait_p90", name, 0, histogram_quantile(counts, run.tally.wait_edges, 0.9)
        if beds.size == 0:
            continue
        yield "bed_occupancy", name, 0, run.utilisation(beds)
        yield "bed_wait_mean", name, 0, run.mean_wait(beds)
        counts = run.wait_counts(run.skills_of("ward"), run.kinds_of(tiers))
        yield "bed_wait_p90", name, 0, histogram_quantile(counts, run.tally.wait_edges, 0.9)
        discharges = sum(run.worked(Work.DISCHARGES, t) for t in tiers)
        stays = sum(run.worked(Work.STAY_TICKS, t) for t in tiers) / TICKS_PER_MINUTE
        yield "mean_length_of_stay", name, 0, ratio(stays / _MINUTES_PER_DAY, discharges)
        yield "bed_turnover", name, 0, _turnover(run, beds, discharges)


def _visits_per_doctor_day(run: RunTotals, tiers: tuple[int, ...]) -> float:
    """Return visits per doctor (village doctors included) and working day."""
    facilities = run.built.inputs[-1].facilities_in_reach.set_index("facility")
    facilities = facilities.loc[run.built.reach.facilities["facility"]]
    doctors = (facilities["physicians"] + facilities["village_doctors"]).to_numpy(dtype=float)
    here = run.of_tiers(*tiers)
    days = _WORKING_DAYS_PER_YEAR * run.built.horizon.counted_days / DAYS_PER_YEAR
    visits = run.work[here, Work.VISITS].sum()
    return ratio(visits, float((doctors * run.built.reach.slice)[here].sum()) * days)


def _turnover(run: RunTotals, beds: Ints, discharges: float) -> float:
    """Return discharges per staffed bed and year."""
    area = run.pool_amounts[beds][:, 0, Amount.SERVER_AREA].sum()
    return ratio(discharges, float(area) / run.minutes * run.years)


def simulated_indicators(run: RunTotals) -> Iterator[Row]:
    """Yield every simulated indicator of a run."""
    yield from flow_indicators(run)
    yield from definition_indicators(run)
    yield from money_indicators(run)
    yield from hospital_indicators(run)
    yield from event_indicators(run)
    yield from ambulance_indicators(run)
    yield from load_indicators(run)
    yield from unmet_indicators(run)
    yield from yearly_indicators(run)
