"""Networks inherit as all scenarios do, without what only the timeline of care has."""

from __future__ import annotations

from pathlib import Path

import pytest
from network_text import ONE_DESK, load

from sim.errors import InputError
from sim.scenario.network.load import load_network

CHILD = "kind: network\nname: child\nextends: test\ntitle: {zh: 子, en: Child}\n"


def child(folder: Path, text: str, parent: str = ONE_DESK) -> Path:
    load(folder, parent)
    file = folder / "child.yaml"
    file.write_text(CHILD + text, "utf-8")
    return file


@pytest.mark.parametrize("key", ["with: [beds-plan]", "without: [bed_plan]", "levers: []"])
def test_a_network_has_no_timeline(tmp_path: Path, key: str) -> None:
    name = key.partition(":")[0]
    with pytest.raises(InputError, match=f"unknown key '{name}'"):
        load_network(child(tmp_path, f"{key}\n"), tmp_path)


def test_a_station_called_targets_is_merged_like_any_other(tmp_path: Path) -> None:
    parent = ONE_DESK.replace("desk", "targets")
    file = child(tmp_path, "stations: {targets: {servers: 2}}\n", parent)
    station = load_network(file, tmp_path).stations["targets"]
    assert station.servers[0].servers == 2
    assert "other" in station.service
