"""What if: scenario files with one parent each, a dated timeline of levers, and targets."""

from sim.scenario.check import check_file
from sim.scenario.inputs import Inputs, inputs_at
from sim.scenario.load import (
    CARE,
    NETWORK,
    Listing,
    list_scenarios,
    load_scenario,
    region_folder,
    scenario_kind,
)
from sim.scenario.override import overridden
from sim.scenario.resolve import Change, diff_to_parent, resolved_yaml
from sim.scenario.scenario import RegionChoice, Scenario
from sim.scenario.targets import Target, load_targets, targets_frame

__all__ = [
    "CARE",
    "NETWORK",
    "Change",
    "Inputs",
    "Listing",
    "RegionChoice",
    "Scenario",
    "Target",
    "check_file",
    "diff_to_parent",
    "inputs_at",
    "list_scenarios",
    "load_scenario",
    "load_targets",
    "overridden",
    "region_folder",
    "resolved_yaml",
    "scenario_kind",
    "targets_frame",
]
