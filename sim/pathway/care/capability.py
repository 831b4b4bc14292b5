"""Who is able: what a facility can treat and has room for, held against what the episode needs."""

from __future__ import annotations

from sim.chance import Purpose, draw
from sim.kernel import kernel, open_kernel
from sim.pathway.care import state, view
from sim.pathway.care.recipe import has_services, recipe_of
from sim.pathway.care.services import pool_of, service_of
from sim.world.care.world import BANDS, NONE, Setting

_BANDS = len(BANDS)


@kernel
def can_treat(w: int, s: int, row: int, facility: int) -> bool:
    """Tell whether a facility can finish the patient's episode, and has the exams that it cannot do without."""
    conditions = view.settings(w, Setting.CONDITIONS)
    profile = view.facility_profile(w, facility)
    condition = state.get_condition(s, row)
    if state.get_complexity(s, row) > view.capability(w, profile * conditions + condition):
        return False
    recipe = recipe_of(s, row)
    return view.recipe_refers(w, recipe) == 0 or has_services(w, s, row, facility, recipe)


@open_kernel
def decide_stay(w: int, s: int, row: int) -> bool:
    """Return whether an episode that begins needs a stay: more likely by ambulance, and the more complex it is.

    Decided once; from then on it stands in the patient's row.
    """
    condition = state.get_condition(s, row)
    if state.get_ambulance(s, row) == 1:
        share, gradient = (
            view.ambulance_admission(w, condition),
            view.ambulance_gradient(w, condition),
        )
    else:
        share, gradient = view.admission_share(w, condition), view.admission_gradient(w, condition)
    most = share * (1.0 + gradient)
    u = draw(state.get_key(s, row), Purpose.ADMISSION, 0)
    # Complexity is at most 1: above the share of the most complex no power is needed.
    return u < most and u < most * state.get_complexity(s, row) ** gradient


@kernel
def county_can_treat(w: int, s: int, row: int) -> bool:
    """Tell whether some facility of the patient's own county could have finished the episode."""
    conditions, county = view.settings(w, Setting.CONDITIONS), state.get_county(s, row)
    condition, complexity = state.get_condition(s, row), state.get_complexity(s, row)
    if state.get_stay_needed(s, row) == 1:
        cell = county * _BANDS + state.get_band(s, row)
        return complexity <= view.county_ward_capability(w, cell * conditions + condition)
    return complexity <= view.county_capability(w, county * conditions + condition)


@kernel
def general_pool(w: int, facility: int, role: int) -> int:
    """Return a facility's pool of the first skill of a role (a `Setting`), or NONE."""
    return pool_of(w, facility, view.settings(w, role))


@kernel
def wanted_department(w: int, s: int, row: int) -> int:
    """Return the doctors whom a patient would see wherever there are some."""
    conditions = view.settings(w, Setting.CONDITIONS)
    cell = state.get_emergency(s, row) * conditions + state.get_condition(s, row)
    return view.department(w, cell)


@kernel
def department_of(w: int, s: int, row: int, facility: int) -> int:
    """Return the doctors whom a patient sees at a facility: the department's, else the general ones."""
    skill = wanted_department(w, s, row)
    if pool_of(w, facility, skill) == NONE:
        skill = view.settings(w, Setting.DOCTOR)
    return skill


@kernel
def doctors_of(w: int, s: int, row: int, facility: int) -> int:
    """Return the pool of the doctors whom a patient sees at a facility."""
    return pool_of(w, facility, department_of(w, s, row, facility))


@kernel
def ward_cell(w: int, s: int, row: int, facility: int) -> int:
    """Return the cell of `facility_pool` with the ward for the patient, or NONE.

    That of the condition and its severity; where there is none that of milder cases, then the general one.
    """
    condition = state.get_condition(s, row)
    cell = state.get_band(s, row) * view.settings(w, Setting.CONDITIONS) + condition
    skill = view.condition_ward(w, cell)
    if pool_of(w, facility, skill) == NONE:
        skill = view.condition_ward(w, condition)
    if pool_of(w, facility, skill) == NONE:
        skill = view.settings(w, Setting.WARD)
    return NONE if pool_of(w, facility, skill) == NONE else service_of(w, facility, skill)


@kernel
def ward_of(w: int, s: int, row: int, facility: int) -> int:
    """Return the pool of beds for the patient's condition at a facility, or NONE."""
    cell = ward_cell(w, s, row, facility)
    return NONE if cell == NONE else view.facility_pool(w, cell)
