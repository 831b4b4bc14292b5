"""Where: people, places, facilities, conditions and prices of a region."""

from sim.region.load import load_region
from sim.region.region import Region
from sim.region.select import catchment_share, select_counties

__all__ = ["Region", "catchment_share", "load_region", "select_counties"]
