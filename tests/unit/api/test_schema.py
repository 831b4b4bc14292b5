"""The JSON Schema that editors read: current, true of what the loader reads, false of typical mistakes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from sim.api.schema import FILE, scenario_schema, schema_text

SCENARIOS = Path(__file__).parents[3] / "scenarios"
FILES = sorted(
    file for place in (".", "networks", "parts") for file in (SCENARIOS / place).glob("*.yaml")
)
VALIDATOR = jsonschema.Draft202012Validator(scenario_schema())


def content(text: str) -> Any:
    """Return a YAML text with dates as text, as JSON has them."""
    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.yaml_constructors = {
        **yaml.constructor.yaml_constructors,
        "tag:yaml.org,2002:timestamp": yaml.constructor.__class__.construct_yaml_str,
    }
    return yaml.load(text)


def test_the_file_is_current() -> None:
    assert (SCENARIOS / FILE).read_text("utf-8") == schema_text()


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(scenario_schema())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_shipped_file_is_right_and_names_the_schema(file: Path) -> None:
    text = file.read_text("utf-8")
    assert [error.message for error in VALIDATOR.iter_errors(content(text))] == []
    named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    assert named is not None
    assert (file.parent / named[1]).resolve() == (SCENARIOS / FILE).resolve()


CARE = "name: x\ntitle: {zh: 试, en: T}\nextends: plan-2025\n"
NETWORK = """kind: network
name: x
title: {zh: 试, en: T}
run: {warm_up: 1 h, length: 1 d, replications: 1, seed: 1}
classes: {a: {arrivals: {poisson: 6 per hour}, start: desk}}
stations: {desk: {servers: 1, service: {exponential: 8 min}}}
"""
RIGHT = (
    CARE + "region: [fujian/youxi, fujian/taining]\n",
    CARE + "with: [beds-plan]\nwithout: [bed_plan]\n",
    CARE + "levers:\n- {set: facilities.beds, where: {county: youxi}, plus: 50}\n",
    CARE + "levers:\n- {set: [a.b, c.d], to: 1, from: 2025-07-01, source: x}\n",
    CARE + "levers:\n- bed_plan: {public: 3.6, private: null}\n  where: {county: youxi}\n",
    CARE + "levers:\n- county_capability: {counties: [youxi], gain: 0.5}\n",
    NETWORK.replace("{exponential: 8 min}", "8 min"),
    NETWORK.replace("{exponential: 8 min}", "{a: {lognormal: {mean: 8 min, sd: 4 min}}}"),
    NETWORK.replace("servers: 1", "servers: unlimited"),
    NETWORK.replace("servers: 1", "servers: [{from: Mon 08:00, servers: 3}]"),
    NETWORK.replace("start: desk", "start: {desk: 0.5}"),
    NETWORK.replace("servers: 1", "servers: 1, next: {desk: {share: 0.1, travel: 5 min}}"),
)
WRONG = (
    CARE + "leverz: []\n",
    CARE + "levers: {bed_plan: {}}\n",
    CARE + "levers:\n- bed_plann: {}\n",
    CARE + "levers:\n- bed_plan: {publik: 3}\n",
    CARE + "levers:\n- bed_plan: {public: many}\n",
    CARE + "levers:\n- {set: facilities.beds, plus: many}\n",
    CARE + "run: {length: 52}\n",
    CARE + "run: {replications: 0}\n",
    CARE.replace("title: {zh: 试, en: T}", "title: T"),
    CARE.replace("name: x\n", ""),
    NETWORK.replace("replications: 1", "replications: few"),
    NETWORK.replace("servers: 1", "servers: several"),
    NETWORK.replace("stations", "station"),
    NETWORK.replace("poisson", "poison"),
    NETWORK.replace("servers: 1", "servers: 1, patience: {exponential: {men: 3 min}}"),
)


@pytest.mark.parametrize("text", RIGHT)
def test_what_may_be_written(text: str) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(content(text))] == []


@pytest.mark.parametrize("text", WRONG)
def test_typical_mistakes_are_seen(text: str) -> None:
    assert list(VALIDATOR.iter_errors(content(text)))


def test_every_key_is_explained_in_both_languages() -> None:
    schema = scenario_schema()
    for part in ("then", "else"):
        for key, inner in schema[part]["properties"].items():
            assert re.search(r"[\u4e00-\u9fff].* / .*[a-z]", inner.get("description", "")), key
    entry = schema["else"]["properties"]["levers"]["items"]["properties"]
    assert all(re.search(r"[\u4e00-\u9fff]", inner["description"]) for inner in entry.values())
