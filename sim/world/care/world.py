"""The World of tiered care: every array that the care pathway reads, field by field.

Indices: *place* p, *onset group* o = (place group g, profile, layer), *place group* g = (county, urban), *age
band* a, *condition* d, *facility* f, *profile of a facility* q (facilities alike in kind and capability),
*scheme* m, *skill* k (of doctors, exam rooms and wards), *severity band* b, *county* c (of residence, in the
run), *tier* t. Arrays are flat; ``[g, a, d]`` means row-major order. Minutes unless stated otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from sim.behaviour import Behaviour as Behaviour
from sim.glossary import TIERS
from sim.world.fields import Ints, Reals

VILLAGE, TOWNSHIP, COUNTY, CITY, PROVINCE, OUTSIDE = range(len(TIERS))
"""Positions in `sim.glossary.TIERS`."""
PROFILES = ("ambulatory", "emergency")
LAYERS = 2
"""Onset streams per place and profile: 0 as in the region's base year, 1 what a scenario adds."""
BANDS = ("mild", "moderate", "severe")
SETTINGS = ("outpatient", "inpatient")
HOURS = 24
MIX_STEPS = 128
"""Steps of probability by which a row of the mix is looked up."""
NONE = -1
SKIP, REFER = -1, -2
"""In place of a row of a recipe: what happens where a facility has no such service."""
MOST_STEPS = 8
"""Services of one recipe: the last number of a step."""
MOST_WITHIN_REACH = 64
"""Facilities within reach of one place: a bit each of one number."""

QUARTER_MIN = 15
QUARTERS = 7 * 24 * 60 // QUARTER_MIN
"""Quarters of an hour of a week: where to begin to look for the present stretch of a calendar."""

NESTS = ("primary", "county", "city", "above")
"""Facilities that patients take for alike, see `NEST_OF_TIER`."""
NEST_OF_TIER = (0, 0, 1, 2, 3, 3)
NEST_TIERS = ((VILLAGE, TOWNSHIP), (COUNTY, COUNTY), (CITY, CITY), (PROVINCE, OUTSIDE))
"""First and last tier of each nest."""
NEST_CELLS = 256
"""Steps of probability of `CareWorld.log_stable`."""


class Priority(IntEnum):
    """Priority classes in every queue, also the groups that waits are counted by."""

    EMERGENCY = 0
    REFERRED = 1
    ROUTINE = 2


class Setting(IntEnum):
    """Cells of `CareWorld.settings`."""

    START_MINUTE_OF_WEEK = 0
    COUNTED_FROM = 1
    DAYS = 2
    CONDITIONS = 3
    SCHEMES = 4
    FACILITIES = 5
    COUNTIES = 6
    FACILITY_PROFILES = 7
    ITEMS = 8
    """Facilities within reach, of all places together."""
    PERSONS = 9
    """Accounts of the year, one for each person; 0 if no scheme has rules of a year."""
    PLACES = 10
    DESTINATIONS = 11
    SKILLS = 12
    DOCTOR = 13
    """The first skill with this role, and so below: it stands in for those that a facility lacks."""
    WARD = 14
    STEP_DOWN = 15


@dataclass(frozen=True)
class CareWorld:
    """One epoch of a region under a scenario."""

    settings: Ints
    """(len(Setting),)"""
    behaviour: Reals
    """(len(Behaviour),)"""

    # --- onsets ---
    stream_name: Ints
    """(streams,) number that addresses the stream's draws; the same in every scenario and selection."""
    stream_place: Ints
    """(streams,) p"""
    stream_profile: Ints
    """(streams,) 0 ambulatory, 1 emergency"""
    stream_layer: Ints
    """(streams,)"""
    stream_onset_group: Ints
    """(streams,) o"""
    onset_rate: Reals
    """[o, day] onsets per person and minute at an hour factor of 1, for every day of the run."""
    onset_mix: Ints
    """[o, day] row of `mix` that tells who falls ill."""
    mix: Reals
    """[row, a, d] cumulative probability."""
    mix_guide: Ints
    """[row, step of 1 / MIX_STEPS] the first cell of the row above that probability."""
    hours_before: Reals
    """[profile, weekday, hour 0-24] sum of the day's hour factors before this hour; factors have mean 1"""
    keep_share: Reals
    """[g, a, d] share of base-layer onsets that still happen under the scenario."""

    # --- places ---
    place_people: Reals
    """[p] residents"""
    place_group: Ints
    """[p] g"""
    place_county: Ints
    """[p] c"""
    place_name: Ints
    """[p] number that addresses the draws of its people; the same in every scenario and selection."""
    person_first: Ints
    """[p, a] number of the first person of the place and age band; the next cell is their end"""
    reach_start: Ints
    """[p, t] first item of the place's facilities within reach of this tier; the next cell is its end"""
    reach_facility: Ints
    """[i] f"""
    reach_minutes: Reals
    """[i] travel time"""
    reach_weight: Reals
    """[i] choice weight of the travel time, the same during a whole run"""
    reach_profile: Ints
    """[i] q of the facility"""
    reach_name: Ints
    """[i] number that addresses the draws of the facility; the same in every scenario and selection"""
    scheme_share: Reals
    """[g, m] cumulative share of people by insurance scheme"""
    contract_share: Reals
    """[a] share of people under contract with a family doctor"""

    # --- conditions ---
    seek_share: Reals
    """[d] share of onsets that seek care"""
    admission_share: Reals
    """[d] share of episodes that need a stay, of those who do not come by ambulance"""
    admission_gradient: Reals
    """[d] P(stay | complexity x) = share * (1 + gradient) * x ** gradient"""
    ambulance_share: Reals
    """[d] share of emergencies that come by ambulance"""
    ambulance_admission: Reals
    """[d] share of those who come by ambulance that need a stay"""
    ambulance_gradient: Reals
    """[d] their gradient"""
    acute_minutes: Reals
    """[d] mean acute stay"""
    acute_sigma: Reals
    """[d] standard deviation of its logarithm"""
    rehabilitation_share: Reals
    """[d] share of stays with a rehabilitation stage"""
    rehabilitation_minutes: Reals
    """[d] its mean length"""
    consultation_factor: Reals
    """[d] consultation time relative to the facility's mean"""
    visit_weight: Reals
    """[d] price of a visit relative to the facility's mean"""
    stay_weight: Reals
    """[d] price of a stay relative to the facility's mean"""
    readmission_share: Reals
    """[d] share of stays followed by another within 30 days"""
    department: Ints
    """[profile, d] k of the doctors whom its patients see: of ambulatory ones, and of emergencies"""
    condition_ward: Ints
    """[b, d] k of the ward; a facility that lacks it puts patients into that of the lowest band"""
    surgical: Ints
    """[d] 0 or 1"""
    step_down_odds: Reals
    """[d] odds of accepting a single step-down bed next door"""
    contract_weight: Reals
    """[d] choice weight of one's own primary institutions under a contract"""
    prevalence: Reals
    """[a, d] share of people whom the condition's episodes befall: the same ones all the time"""

    # --- recipes: what follows a consultation ---
    recipe_start: Ints
    """[d, b] first row of the recipe; the next cell is its end; rows that only stand in come after all"""
    recipe_step: Ints
    """[row] number of the step in the recipe, 1 to `MOST_STEPS`; addresses the draw of its need"""
    recipe_skill: Ints
    """[row] k of the exam"""
    recipe_share: Reals
    """[row] share of episodes that need it"""
    recipe_factor: Reals
    """[row] its time relative to the service's mean"""
    recipe_otherwise: Ints
    """[row] row that stands in where a facility has no such service, or SKIP or REFER"""
    recipe_refers: Ints
    """[d, b] 1 if patients must move on from where some service of the recipe is missing, else 0"""

    # --- facilities ---
    facility_tier: Ints
    """[f] t"""
    facility_county: Ints
    """[f] c, or NONE for those that serve more than one county, or one that is not simulated"""
    facility_destination: Ints
    """[f] where patients were treated, as flows name it: a county, or a hospital above the county"""

    # --- definitions of what is counted ---
    county_home: Ints
    """[c] city whose hospitals and districts are inside for the county's residents, or NONE"""
    facility_city: Ints
    """[f] city whose hospital it is, or in one of whose districts it stands, or NONE"""
    common_until: Ints
    """[d] highest severity band in which an episode is of a common condition, or NONE"""

    # --- facilities, further ---
    facility_profile: Ints
    """[f] q"""
    facility_pool: Ints
    """[f, k] pool number or NONE"""
    takes_emergencies: Ints
    """[f] 0 or 1"""
    service_minutes: Reals
    """[f, k] mean consultation or exam; 0 where there is none"""
    service_sigma: Reals
    """[f, k] standard deviation of its logarithm"""
    over_referral: Reals
    """[f] share of treatable patients referred up all the same"""
    formal_referral: Reals
    """[f] share of patients whom it cannot treat that are referred: the others are told to go elsewhere"""
    doctor_patience: Reals
    """[Priority] mean patience in the waiting room"""
    capability: Reals
    """[q, d] share of the condition's episodes that can be finished"""
    county_capability: Reals
    """[c, d] the best of the county's own facilities"""
    county_ward_capability: Reals
    """[c, b, d] the best of those with a ward for the condition at this severity"""
    pay: Reals
    """[setting, spared, m, d, q] choice weight of the own payment; spared: 1 loses no points of the rate"""
    able: Reals
    """[d, b, q] choice weight of the constants and the perceived capability; 0: not treated there"""

    stay_appeal: Reals
    """[f] choice weight as a place of stay: constant of the kind, size of the hospital"""
    log_stable: Reals
    """[nest, part, cell] quantiles of the noise that a nest shares, see `build.nests.nest_table`"""

    # --- doors ---
    facility_calendar: Ints
    """[f] number of the calendar"""
    night_duty: Ints
    """[f] 1 if there are doctors at all hours of the week"""
    door_guide: Ints
    """[calendar, quarter of an hour of the week] first stretch of the calendar that ends after it begins"""
    door_end: Reals
    """[stretch] minute of the week, counted on after Sunday, at which it ends; inf if it is the only one"""
    door_open: Ints
    """[stretch] 1 if the calendar has doctors on duty; the stretches of a calendar follow each other"""

    # --- money (prices in fen, a hundredth of a yuan) ---
    price_visit: Reals
    """[f] fen, mean"""
    price_stay: Reals
    """[f] fen, mean"""
    daily_share: Reals
    """[f] part of a stay's price that grows with its days: 0 per case, 1 per day"""
    service_share: Reals
    """[f] medical-service part of the price"""
    in_scope_share: Reals
    """[m, t, setting] part of the price the scheme recognises"""
    rate: Reals
    """[m, t, setting] part of it paid by the fund above the deductible"""
    deductible: Reals
    """[m, t, setting] fen"""
    ceiling: Reals
    """[m, t, setting] fen, most that the fund pays of one bill"""
    yearly_deductible: Reals
    """[m, setting] fen of own payments of the year within scope, before which the fund pays nothing"""
    yearly_ceiling: Reals
    """[m, setting] fen, most that the fund pays for a person in a year; inf if there is none"""
    catastrophic_from: Reals
    """[m] fen of own payments of the year within scope above which catastrophic cover pays; or inf"""
    catastrophic_rate: Reals
    """[m] share it pays of what is above"""
    assisted_share: Reals
    """[m] share of people whom medical assistance helps"""
    assistance_rate: Reals
    """[m] share it pays of what is left to them within scope"""
