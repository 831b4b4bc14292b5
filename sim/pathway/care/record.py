"""What the pathway counts, and by what: flows, money, events of residents, work of facilities."""

from __future__ import annotations

from sim.glossary import TIERS
from sim.kernel import kernel
from sim.pathway.care import state, view
from sim.pathway.care.capability import department_of, ward_cell
from sim.pathway.care.services import service_of
from sim.pathway.care.state import (
    AMBULANCES,
    END_PLACES,
    ENDS,
    EVENTS,
    MONEYS,
    NEEDS,
    NOWHERE,
    REASONS,
    TICKS_PER_MINUTE,
    VISITS,
    WORKS,
    End,
    Event,
    Money,
    Visit,
    Work,
)
from sim.world.care.world import NONE, SETTINGS, Setting

_TIERS, _SETTINGS = len(TIERS), len(SETTINGS)


@kernel
def ticks(minutes: float) -> int:
    """Return minutes as a whole number of ticks."""
    return int(minutes * TICKS_PER_MINUTE + 0.5)


@kernel
def is_inside(w: int, county: int, facility: int) -> bool:
    """Tell whether a facility is inside for residents of a county, by the region's definition.

    It is the county's own, or, where a whole city is inside for its districts, of that city.
    """
    if view.facility_county(w, facility) == county:
        return True
    home = view.county_home(w, county)
    return home != NONE and view.facility_city(w, facility) == home


@kernel
def is_common(w: int, s: int, row: int) -> bool:
    """Tell whether the episode is of a common condition, by the region's definition."""
    return state.get_band(s, row) <= view.common_until(w, state.get_condition(s, row))


@kernel
def count_events(s: int, w: int, county: int, event: int, amount: int) -> None:
    """Add to an event of the county's residents in the present period."""
    period = state.clock(s, 0)
    counties = view.settings(w, Setting.COUNTIES)
    state.add_events(s, (period * counties + county) * EVENTS + event, amount)


@kernel
def count_event(s: int, w: int, county: int, event: int) -> None:
    """Count one event of the county's residents."""
    count_events(s, w, county, event, 1)


@kernel
def count_work(s: int, facility: int, work: int, amount: int) -> None:
    """Add to a facility's work, in counted periods."""
    if state.clock(s, 1) == 1:
        state.add_work(s, facility * WORKS + work, amount)


@kernel
def count_visit(w: int, s: int, row: int, kind: int) -> None:
    """Count an outpatient or emergency visit or an admission where the patient is now."""
    facility = state.get_facility(s, row)
    tier = view.facility_tier(w, facility)
    county = state.get_county(s, row)
    if state.get_first_tier(s, row) == NONE:
        state.set_first_tier(s, row, tier)
    inside = is_inside(w, county, facility)
    if inside:
        state.set_reason(s, row, 0)
        state.set_why_far(s, row, 0)
    reason = state.get_reason(s, row)
    period = state.clock(s, 0)
    counties = view.settings(w, Setting.COUNTIES)
    cell = ((period * counties + county) * _TIERS + tier) * VISITS + kind
    state.add_weekly(s, cell * REASONS + reason, 1)
    if state.clock(s, 1) == 1:
        cell = (county * _TIERS + state.get_first_tier(s, row)) * _TIERS + tier
        cell = (cell * VISITS + kind) * view.settings(w, Setting.CONDITIONS)
        cell += state.get_condition(s, row)
        state.add_flow(s, cell * REASONS + reason, 1)
        if is_common(w, s, row):
            state.add_common(s, (county * VISITS + kind) * 2 + (1 if inside else 0), 1)
        if not inside:
            cell = ((county * _TIERS + tier) * VISITS + kind) * REASONS + reason
            state.add_far(s, cell * REASONS + state.get_why_far(s, row), 1)
        cell = county * view.settings(w, Setting.DESTINATIONS)
        cell += view.facility_destination(w, facility)
        state.add_destinations(s, cell * VISITS + kind, 1)
    if kind == Visit.ADMISSION:
        count_work(s, facility, Work.ADMISSIONS, 1)
    else:
        count_work(s, facility, Work.VISITS, 1)
        if kind == Visit.EMERGENCY:
            count_work(s, facility, Work.EMERGENCIES, 1)


@kernel
def count_wait(w: int, s: int, row: int, waited: float, seen: bool) -> None:
    """Add a wait for a doctor, or for an exam, to what patients learn of the department; `seen`: of its doctor.

    So what is expected of a department is the mean wait for its doctors and, by the share of its patients who
    are sent there, for exams.
    """
    facility = state.get_facility(s, row)
    cell = service_of(w, facility, department_of(w, s, row, facility))
    state.set_wait_ticks(s, cell, state.wait_ticks(s, cell) + ticks(waited))
    state.set_wait_count(s, cell, state.wait_count(s, cell) + (1 if seen else 0))


@kernel
def count_bed_wait(w: int, s: int, row: int, waited: float, given: bool) -> None:
    """Add a wait for a bed that has ended to what hospitals learn of each other's wards.

    The wait of those who left counts as well: of a full ward only the lucky are given a bed.
    """
    ward = ward_cell(w, s, row, state.get_facility(s, row))
    if ward != NONE:
        state.set_bed_wait_ticks(s, ward, state.bed_wait_ticks(s, ward) + ticks(waited))
        state.set_beds_given(s, ward, state.beds_given(s, ward) + (1 if given else 0))


@kernel
def count_payment(
    w: int,
    s: int,
    row: int,
    setting: int,
    price: int,
    in_scope: int,
    fund: int,
    more: int,
    service: int,
) -> None:
    """Count one bill, in fen; `more` is what catastrophic cover and medical assistance pay beside the fund."""
    if state.clock(s, 1) != 1:
        return
    facility = state.get_facility(s, row)
    county, schemes = state.get_county(s, row), view.settings(w, Setting.SCHEMES)
    cell = county * schemes + state.get_scheme(s, row)
    cell = (cell * _TIERS + view.facility_tier(w, facility)) * _SETTINGS + setting
    cell = cell * 2 + (1 if is_inside(w, county, facility) else 0)
    state.add_money(s, cell * MONEYS + Money.PRICE, price)
    state.add_money(s, cell * MONEYS + Money.IN_SCOPE, in_scope)
    state.add_money(s, cell * MONEYS + Money.FUND, fund + more)
    state.add_money(s, cell * MONEYS + Money.TOP_UP, more)
    count_work(s, facility, Work.INCOME, price)
    count_work(s, facility, Work.SERVICE_INCOME, service)


@kernel
def count_end(w: int, s: int, row: int, end: int) -> None:
    """Count how the patient's episode ended, by where the patient is."""
    facility, county = state.get_facility(s, row), state.get_county(s, row)
    need = state.get_stay_needed(s, row)
    treated = end == End.TREATED
    count_event(s, w, county, Event.TREATED + 0 if treated else Event.UNMET + 0)
    if need == 1:
        count_event(s, w, county, Event.STAYS_TREATED + 0 if treated else Event.STAYS_UNMET + 0)
    if treated:
        _count_where_finished(w, s, row, county)
    tier = NOWHERE if facility == NONE else view.facility_tier(w, facility)
    _count_in_table(w, s, row, tier, need, end)


@kernel
def _count_where_finished(w: int, s: int, row: int, county: int) -> None:
    """Count a treated episode once, by where it was finished.

    That is where the treatment ended: days in a step-down bed at home after it change nothing.
    """
    common = is_common(w, s, row)
    if common:
        count_event(s, w, county, Event.COMMON_TREATED)
    if state.get_reason(s, row) == 0:
        count_event(s, w, county, Event.TREATED_INSIDE)
        if common:
            count_event(s, w, county, Event.COMMON_TREATED_INSIDE)


@kernel
def count_not_sought(w: int, s: int, row: int, need: int) -> None:
    """Count an illness that no care was sought for."""
    count_event(s, w, state.get_county(s, row), Event.NOT_SOUGHT)
    _count_in_table(w, s, row, NOWHERE, need, End.NOT_SOUGHT + 0)


@kernel
def _count_in_table(w: int, s: int, row: int, tier: int, need: int, end: int) -> None:
    if state.clock(s, 1) == 1:
        cell = (state.get_county(s, row) * END_PLACES + tier) * NEEDS + need
        cell = cell * view.settings(w, Setting.CONDITIONS) + state.get_condition(s, row)
        state.add_ends(s, cell * ENDS + end, 1)


@kernel
def count_ambulance(w: int, s: int, row: int, what: int, event: int) -> None:
    """Count a call for an ambulance, or what came of it: an `Ambulance`, and the `Event` of the same."""
    county = state.get_county(s, row)
    count_event(s, w, county, event)
    if state.clock(s, 1) == 1:
        cell = county * view.settings(w, Setting.CONDITIONS) + state.get_condition(s, row)
        state.add_ambulance(s, cell * AMBULANCES + what, 1)


@kernel
def count_trip(w: int, s: int, row: int, minutes: float) -> None:
    """Count a trip of the patient."""
    county = state.get_county(s, row)
    count_event(s, w, county, Event.TRIPS)
    count_events(s, w, county, Event.TRAVEL_TICKS, ticks(minutes))


@kernel
def count_first_seen(w: int, s: int, row: int) -> None:
    """Count the time from onset until a doctor was seen first."""
    county = state.get_county(s, row)
    elapsed = ticks(state.get_since_onset(s, row))
    count_event(s, w, county, Event.FIRST_SEEN)
    count_events(s, w, county, Event.FIRST_TICKS, elapsed)
    if state.get_emergency(s, row) == 1:
        count_event(s, w, county, Event.EMERGENCIES_SEEN)
        count_events(s, w, county, Event.EMERGENCY_TICKS, elapsed)
