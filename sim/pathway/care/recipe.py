"""Recipes: the services that follow a consultation, by condition and severity band.

Whether an episode needs a service is decided once, by a draw addressed by its step: what one hospital finds
needed, the next finds needed, too.
"""

from __future__ import annotations

from sim.chance import Purpose, draw
from sim.kernel import kernel, open_kernel
from sim.pathway.care import state, view
from sim.pathway.care.services import pool_of
from sim.world.care.world import BANDS, NONE, REFER

_BANDS = len(BANDS)


@kernel
def recipe_of(s: int, row: int) -> int:
    """Return the number of the patient's recipe."""
    return state.get_condition(s, row) * _BANDS + state.get_band(s, row)


@kernel
def needs(w: int, s: int, row: int, at: int) -> bool:
    """Tell whether the patient's episode needs the service at a row of the recipe."""
    u = draw(state.get_key(s, row), Purpose.EXAM_NEED, view.recipe_step(w, at))
    return u < view.recipe_share(w, at)


@kernel
def served_by(w: int, facility: int, at: int) -> int:
    """Return the row of the service that a facility has for a row: it, or what stands in; or SKIP or REFER."""
    while at >= 0 and pool_of(w, facility, view.recipe_skill(w, at)) == NONE:
        at = view.recipe_otherwise(w, at)
    return at


@open_kernel
def has_services(w: int, s: int, row: int, facility: int, recipe: int) -> bool:
    """Tell whether the patient need not move on for want of a service."""
    for at in range(view.recipe_start(w, recipe), view.recipe_start(w, recipe + 1)):
        if served_by(w, facility, at) == REFER and needs(w, s, row, at):
            return False
    return True


@kernel
def first_needed(w: int, s: int, row: int, step: int) -> int:
    """Return the next row after a step that the patient needs and is not to skip here, or NONE.

    The row may be one that nobody here serves and that the patient must move on for.
    """
    facility, recipe = state.get_facility(s, row), recipe_of(s, row)
    for at in range(view.recipe_start(w, recipe), view.recipe_start(w, recipe + 1)):
        if view.recipe_step(w, at) > step:
            by = served_by(w, facility, at)
            if (by >= 0 or by == REFER) and needs(w, s, row, at):
                return at
    return NONE


@kernel
def present_row(w: int, s: int, row: int) -> int:
    """Return the row of the service that the patient waits for; below 0 if it is not asked for or offered."""
    recipe, step = recipe_of(s, row), state.get_recipe(s, row)
    for at in range(view.recipe_start(w, recipe), view.recipe_start(w, recipe + 1)):
        if view.recipe_step(w, at) == step:
            return served_by(w, state.get_facility(s, row), at)
    return NONE
