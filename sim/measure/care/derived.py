"""The indicators that are arithmetic on the scenario's people, beds and staff."""

from __future__ import annotations

from collections.abc import Iterator

from sim.measure.care.totals import Row, ratio
from sim.scenario.care.inputs import Inputs
from sim.world.care.build.resources import staffed_beds

_PRIMARY = ("village", "township")
_HOSPITALS = ("county", "city", "province")
_TERTIARY_PEOPLE = 300_000
_TERTIARY_GAIN = 0.5
"""Share of the gap to a city hospital, over all conditions, that makes a county hospital tertiary (assumed)."""
_PER_1000, _PER_10000 = 1_000.0, 10_000.0


def is_whole_region(inputs: Inputs) -> bool:
    """Tell whether nobody was cut out: only then do totals of the province mean something."""
    return inputs.population == inputs.region.population


def derived_indicators(inputs: Inputs) -> Iterator[Row]:
    """Yield the derived indicators of an area.

    Hospitals that serve more than the area count by the share of their catchment that lives in it, so
    that the figures of all areas add up to the region's.
    """
    facilities, people = inputs.facilities, float(inputs.population)
    share = inputs.catchment_share.loc[facilities["facility"]].to_numpy(dtype=float)
    tier, owner = facilities["tier"], facilities["owner"]
    hospital = tier.isin(_HOSPITALS)
    beds, staff = facilities["beds"] * share, facilities["staff"] * share
    elsewhere = inputs.physicians_elsewhere * people / inputs.region.population
    physicians = (facilities["physicians"] * share).sum() + elsewhere
    practitioners = (facilities["general_practitioners"] * share).sum()
    yield "physicians_per_1000", "", 0, ratio(physicians * _PER_1000, people)
    yield "general_practitioners_per_10000", "", 0, ratio(practitioners * _PER_10000, people)
    for indicator, chosen in (
        ("public_beds_per_1000", hospital & (owner == "public")),
        ("private_beds_per_1000", hospital & (owner == "private")),
        ("primary_beds_per_1000", tier.isin(_PRIMARY)),
    ):
        yield indicator, "", 0, ratio(beds[chosen].sum() * _PER_1000, people)
    province = tier == "province"
    # The plan counts all employees, the region technical personnel.
    employees = staff[province].sum() / inputs.technical_share
    yield "provincial_staff_per_bed", "", 0, ratio(employees, beds[province].sum())
    usable = staffed_beds(facilities, inputs.kinds.set_index("kind")) * share
    yield "staffed_bed_share", "", 0, ratio(usable[hospital].sum(), beds[hospital].sum())
    yield from _primary_staff(inputs)
    yield "tertiary_county_share", "", 0, _tertiary_share(inputs)


def _primary_staff(inputs: Inputs) -> Iterator[Row]:
    """Yield the staff of township health centres and the physicians of community centres."""
    facilities = inputs.facilities
    centres = facilities[facilities["kind"] == "township_health_centre"]
    people = inputs.townships.set_index("township")["population"]
    served = people.reindex(centres["township"]).sum()
    yield "township_staff_per_1000", "", 0, ratio(centres["staff"].sum() * _PER_1000, served)
    if is_whole_region(inputs):
        community = facilities["kind"] == "community_centre"
        yield "community_physicians", "", 0, float(facilities.loc[community, "physicians"].sum())


def _tertiary_share(inputs: Inputs) -> float:
    """Return the share of counties over 300,000 people whose hospital reaches the tertiary standard.

    A county hospital counts if the region lists it as tertiary, or if a scenario has raised it.
    """
    counties = inputs.counties
    large = counties[
        (counties["population"] > _TERTIARY_PEOPLE) & (counties["kind"] != "district")
    ]["county"]
    facilities = inputs.facilities
    listed = facilities[facilities["tertiary"].astype(bool) & (facilities["county"] > 0)]
    mean_gain = inputs.capability_gain.groupby("county")["gain"].sum() / len(inputs.conditions)
    raised = mean_gain[mean_gain >= _TERTIARY_GAIN].index
    reached = set(listed["county"]) | set(raised)
    return ratio(float(large.isin(list(reached)).sum()), float(len(large)))
