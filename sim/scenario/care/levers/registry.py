"""Every lever, in the order in which levers of one date act."""

from __future__ import annotations

from sim.scenario.care.levers.base import Lever
from sim.scenario.care.levers.beds import BedPlan, StaffedBeds
from sim.scenario.care.levers.capability import CountyCapability
from sim.scenario.care.levers.contact import FamilyDoctor, FirstContact
from sim.scenario.care.levers.demand import Ageing
from sim.scenario.care.levers.extra import Extra
from sim.scenario.care.levers.insurance import TieredReimbursement
from sim.scenario.care.levers.referral import TwoWayReferral
from sim.scenario.care.levers.staff import Physicians

# People first; then beds and physicians before the staff that beds need; the rest touch nothing in
# common, but for the last, which adds to what the others have set.
LEVERS: tuple[type[Lever], ...] = (
    Ageing,
    BedPlan,
    Physicians,
    StaffedBeds,
    FamilyDoctor,
    FirstContact,
    TwoWayReferral,
    CountyCapability,
    TieredReimbursement,
    Extra,
)


def lever_names() -> list[str]:
    """Return the keys a scenario may use under ``levers``, in acting order."""
    return [lever.name for lever in LEVERS]


def lever_called(name: str) -> type[Lever]:
    """Return the lever of a name.

    Raises
    ------
    KeyError
        If there is none.
    """
    return {lever.name: lever for lever in LEVERS}[name]
