"""What if: scenario files with one parent each, a dated timeline of levers, and targets."""

from sim.scenario.care.check import check_file
from sim.scenario.care.inputs import Inputs
from sim.scenario.care.inputs_at import inputs_at
from sim.scenario.care.load import load_scenario, region_folder
from sim.scenario.care.override import overridden
from sim.scenario.care.resolve import Change, diff_to_parent, resolved_yaml
from sim.scenario.care.scenario import RegionChoice, Scenario
from sim.scenario.care.targets import Target, load_targets, targets_frame
from sim.scenario.find import CARE, NETWORK, Listing, list_scenarios, scenario_kind

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
