"""A scenario written out in full, and what it changes in its parent."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from sim.scenario.care.entries import SET, lever_names_in
from sim.scenario.care.load import load_scenario
from sim.scenario.care.scenario import Scenario
from sim.scenario.care.targets import Target
from sim.scenario.care.timeline import Entry

# A change is shown between the values themselves; these say nothing about what is simulated.
NOT_COMPARED = ("name", "title", "description")


def resolved(scenario: Scenario) -> dict[str, Any]:
    """Return everything a scenario states or inherits, every lever parameter included."""
    content: dict[str, Any] = {
        "kind": scenario.kind,
        "name": scenario.name,
        "title": scenario.title.model_dump(),
    }
    if scenario.description is not None:
        content["description"] = scenario.description.model_dump()
    content["region"] = scenario.region.text
    content["run"] = scenario.run.as_written()
    content["levers"] = [_entry(entry) for entry in scenario.levers]
    if scenario.targets_table is not None:
        content["targets"] = scenario.targets_table
    elif scenario.targets:
        content["targets"] = {
            target.indicator: comparison_text(target) for target in scenario.targets
        }
    return content


def resolved_yaml(scenario: Scenario) -> str:
    """Return a scenario as one YAML file without a parent; loading it gives the same scenario."""
    # The round-trip writer keeps the order of the keys.
    yaml = YAML(typ="rt", pure=True)
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = 120
    stream = io.StringIO()
    yaml.dump(resolved(scenario), stream)
    return stream.getvalue()


def comparison_text(target: Target) -> str:
    """Return ``>= 0.9`` or ``about 0.25 +- 0.02``."""
    text = f"{target.operator} {target.target!r}"
    return text if target.tolerance is None else f"{text} +- {target.tolerance!r}"


def _entry(entry: Entry) -> dict[str, Any]:
    """Return one lever with its dates and all its parameters."""
    dates = {"from": entry.begins, "until": entry.until}
    content: dict[str, Any] = {
        key: day.isoformat() for key, day in dates.items() if day is not None
    }
    if entry.where is not None:
        content["where"] = entry.where.written()
    return {**content, **entry.lever.written()}


@dataclass(frozen=True)
class Change:
    """One difference between a scenario and its parent.

    Attributes
    ----------
    key : str
        What differs, dotted; a lever's key carries its dates.
    before, after : object
        The parent's and the scenario's value; None where it is not stated.
    """

    key: str
    before: Any
    after: Any

    def __str__(self) -> str:
        """Return one line."""
        if self.before is None:
            return f"+ {self.key}: {self.after}"
        if self.after is None:
            return f"- {self.key}: {self.before}"
        return f"~ {self.key}: {self.before} -> {self.after}"


def diff_to_parent(scenario: Scenario, folder: Path) -> list[Change]:
    """Return what a scenario changes in its parent; without a parent, everything it states.

    Parameters
    ----------
    scenario : Scenario
        Resolved.
    folder : Path
        The scenarios folder.

    Raises
    ------
    InputError
        If the parent itself is not a correct scenario.
    """
    parent = {} if scenario.parent is None else flat(load_scenario(scenario.parent, folder))
    child = flat(scenario)
    keys = [*child, *(key for key in parent if key not in child)]
    return [
        Change(key, parent.get(key), child.get(key))
        for key in keys
        if parent.get(key) != child.get(key)
    ]


def flat(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario's values by dotted key; what is not set (None) is left out."""
    content = {key: value for key, value in resolved(scenario).items() if key not in NOT_COMPARED}
    levers = content.pop("levers")
    values = _leaves(content, "")
    for entry in levers:
        label = f"levers.{_entry_label(entry)}"
        # Two entries of one lever and date are allowed when they set different values.
        while any(key == label or key.startswith(f"{label}.") for key in values):
            label += "'"
        if SET in entry:
            shown = {key: entry[key] for key in ("to", "times", "plus", "source") if key in entry}
            values |= _leaves(shown, label)
        else:
            values |= _leaves(entry[lever_names_in(entry)[0]], label)
    return values


def _entry_label(entry: dict[str, Any]) -> str:
    """Return what an entry of the timeline is called: the lever or path, where and when."""
    name = entry[SET] if SET in entry else lever_names_in(entry)[0]
    chosen = "".join(f" {key}={value}" for key, value in entry.get("where", {}).items())
    dates = "".join(f" {word} {entry[word]}" for word in ("from", "until") if word in entry)
    return f"{name}{chosen}{dates}"


def _leaves(value: Any, key: str) -> dict[str, Any]:
    """Return the leaves of nested mappings by dotted key."""
    if not isinstance(value, dict):
        return {} if value is None else {key: value}
    leaves: dict[str, Any] = {}
    for name, below in value.items():
        leaves |= _leaves(below, f"{key}.{name}" if key else str(name))
    return leaves
