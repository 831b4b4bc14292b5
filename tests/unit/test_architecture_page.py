"""docs/architecture.md names what is there, in the order in which it may be imported."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/architecture.md").read_text("utf-8")


def test_the_table_has_the_layers_from_the_bottom_up() -> None:
    rows = re.findall(r"^\| (`.*?) \|", PAGE.partition("| folder |")[2].partition("\n\n")[0], re.M)
    shown = [{n.removesuffix(".py").strip("/") for n in re.findall("`(.*?)`", row)} for row in rows]
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    (layers,) = [c["layers"] for c in contracts["contracts"] if c["type"] == "layers"]
    assert shown == [set(layer.split(" | ")) for layer in reversed(layers)]


def test_files_and_folders_that_are_named_exist() -> None:
    named = {name for name in re.findall(r"`([\w./]+)`", PAGE) if name.endswith((".py", "/"))}
    there = [
        f"/{path.relative_to(ROOT).as_posix()}{'/' if path.is_dir() else ''}"
        for folder in ("sim", "tests", "docs")
        for path in (ROOT / folder, *(ROOT / folder).rglob("*"))
    ]
    missing = [n for n in named if not any(t.endswith(f"/{n}") for t in there)]
    assert sorted(missing) == []
    assert len(named) > 50
