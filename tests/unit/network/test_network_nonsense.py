"""Nonsense anywhere in a network file gives problems in words, never another exception."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.errors import InputError
from sim.reading.yaml_file import read_yaml
from sim.scenario.network.load import load_network, read_network

NETWORKS = Path(__file__).parents[3] / "scenarios" / "networks"
NONSENSE = [None, -1, "x", True, [], [1], {"x": 1}, float("nan")]


def places(value: Any, path: tuple = ()) -> Iterator[tuple]:
    if path:
        yield path
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, below in items:
        yield from places(below, (*path, key))


@pytest.mark.parametrize("nonsense", NONSENSE, ids=repr)
def test_nonsense_at_every_place(nonsense: Any) -> None:
    path = NETWORKS / "clinic-and-ward.yaml"
    document = read_yaml(path)
    right = copy.deepcopy(document.data)
    refused = 0
    for place in places(right):
        document.data = copy.deepcopy(right)
        inside: Any = document.data
        for key in place[:-1]:
            inside = inside[key]
        inside[place[-1]] = nonsense
        try:
            read_network(document, path)
        except InputError:
            refused += 1
    assert refused > 50


def test_the_file_itself_is_right() -> None:
    assert load_network("clinic-and-ward", NETWORKS).name == "clinic-and-ward"
