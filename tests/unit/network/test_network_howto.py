"""The how-to page says what the files and the code say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from network_text import measures
from pydantic import BaseModel, TypeAdapter
from ruamel.yaml import YAML

from sim.errors import InputError
from sim.scenario.network.arrivals import KINDS, Arrivals
from sim.scenario.network.distributions import FAMILIES, Distribution
from sim.scenario.network.load import load_network
from sim.scenario.network.schema import NetworkReport, NetworkRun, Station

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "how-to-networks.md").read_text(encoding="utf-8")
NETWORKS = ROOT / "scenarios" / "networks"


def section(first: str, after: str) -> str:
    return PAGE[PAGE.index(first) : PAGE.index(after)]


@pytest.mark.parametrize("model", [Station, Arrivals, NetworkRun, NetworkReport])
def test_every_key_is_explained(model: type[BaseModel]) -> None:
    missing = [name for name in model.model_fields if not re.search(rf"[`{{]{name}[`:]", PAGE)]
    assert missing == []


def test_every_distribution_on_the_page_is_one() -> None:
    table = section("**Distributions**", "**`stations`**")
    examples = re.findall(r"`([^`]+)`", table)
    families = set()
    for example in examples:
        spec = YAML(typ="safe").load(example)
        if isinstance(spec, dict) and "file" in spec.get("empirical", {}):
            spec["empirical"]["values"] = [1.0]
        families.add(TypeAdapter(Distribution).validate_python(spec).chosen_name)
    assert families == set(FAMILIES)


def test_every_kind_of_arrivals_on_the_page_is_one() -> None:
    table = section("| arrivals |", "Arrivals that stop")
    kinds, others = set(), set()
    for example in re.findall(r"`(\{[^`]+\})`", table):
        spec = YAML(typ="safe").load(example)
        if "file" in spec.get("scripted", {}):
            spec["scripted"]["times"] = [1.0]
        found = Arrivals.model_validate(spec)
        kinds.add(found.chosen_name)
        others |= found.model_fields_set
    assert kinds == set(KINDS)
    assert others | {"hours"} == set(Arrivals.model_fields)


@pytest.mark.parametrize("name", ["mmc", "erlang-b"])
def test_the_examples_are_the_shipped_files(name: str) -> None:
    shipped = (NETWORKS / f"{name}.yaml").read_text(encoding="utf-8")
    blocks = [b for b in re.findall(r"```yaml\n(.*?)```", PAGE, re.S) if "classes:" in b]
    wanted = next(b for b in blocks if ("3\n" in b) == (name == "mmc"))
    tail = wanted[wanted.index("classes:") :]
    assert tail in shipped


def test_the_scenario_on_the_page_is_a_whole_file(tmp_path: Path) -> None:
    (text,) = [b for b in re.findall(r"```yaml\n(.*?)```", PAGE, re.S) if "extends:" in b]
    file = tmp_path / "busier.yaml"
    file.write_text(text, encoding="utf-8")
    found, parent = load_network(file, NETWORKS), load_network("mmc", NETWORKS)
    own = {"name": found.name, "extends": "mmc", "title": found.title, "description": None}
    run = parent.run.model_copy(update={"arrival_factor": 1.05})
    assert found == parent.model_copy(update={**own, "run": run})
    # No line of it can be left out.
    for line in text.splitlines(keepends=True)[:3]:
        file.write_text(text.replace(line, ""), encoding="utf-8")
        with pytest.raises(InputError):
            load_network(file, NETWORKS)


def test_every_measure_is_explained() -> None:
    found = measures(load_network("mmc", NETWORKS))
    table = section("## What comes out", "## What to know")
    for _, _, measure in found:
        short = measure.replace("time_in_system", "")
        assert measure in table or f"`{short}`" in table or measure.startswith("waited_over_30")
