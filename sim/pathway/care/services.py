"""Where a facility's pool of a skill stands."""

from __future__ import annotations

from sim.kernel import kernel
from sim.pathway.care import view
from sim.world.care.world import Setting


@kernel
def service_of(w: int, facility: int, skill: int) -> int:
    """Return the cell of a facility and a skill."""
    return facility * view.settings(w, Setting.SKILLS) + skill


@kernel
def pool_of(w: int, facility: int, skill: int) -> int:
    """Return a facility's pool of a skill, or NONE."""
    return view.facility_pool(w, service_of(w, facility, skill))
