"""The public interface: a list of names, documented, light to import, under two names."""

from __future__ import annotations

import inspect
import pydoc
import re
import subprocess
import sys
from pathlib import Path

import pytest

import sim
import tiered_care
from sim.api.options import EngineOptions
from sim.api.reference import GROUPS, page

ROOT = Path(__file__).parents[3]
PUBLIC = [name for name in dir(sim) if not name.startswith("_")]


def test_these_are_the_public_names() -> None:
    """A name more or less is a change of the interface and stands in the changelog."""
    assert set(PUBLIC) == {
        *(
            "load",
            "check",
            "remarks",
            "describe",
            "loads",
            "listing",
            "areas",
            "resolved",
            "changes",
        ),
        *("shipped_scenarios", "new"),
        *("run", "compare", "log", "write_log", "delay_by_beds"),
        *("waterfall", "marginal", "leaks", "bottlenecks", "workload"),
        *("uncertainty", "precision", "warm_up", "long_run", "Aim"),
        *("validate", "coverage", "fit", "Validation", "Coverage"),
        *("Answer", "Shown", "Listing", "Change", "Progress", "progress_on"),
        *("InputError", "Problem", "RunsFailed", "StudyInterrupted", "ValidationStopped"),
    }
    assert sorted(PUBLIC) == sorted(name for names in GROUPS.values() for name in names)


def described(text: str) -> set[str]:
    """Return the names that the section on parameters has an entry for."""
    section = re.search(
        r"^Parameters\n-+\n(.*?)(?:\n\n[A-Z]\w+\n-+\n|\Z)", text, re.DOTALL | re.MULTILINE
    )
    entries = (
        re.findall(r"^(\*{0,2}\w[\w, *]*?)(?: :|$)", section[1], re.MULTILINE) if section else []
    )
    return {name.strip(" *") for entry in entries for name in entry.split(",")}


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_says_what_it_takes_gives_and_refuses(name: str) -> None:
    thing = getattr(sim, name)
    text = inspect.getdoc(thing) or ""
    assert len(text) > 30
    if inspect.isfunction(thing):
        taken = [
            parameter.name
            for parameter in inspect.signature(thing).parameters.values()
            if parameter.kind is not inspect.Parameter.VAR_KEYWORD
        ]
        assert [word for word in taken if word not in described(text)] == []
        assert re.search(r"^(Returns|Yields)\n-+$", text, re.MULTILINE), "it gives something"
        if name not in ("shipped_scenarios", "progress_on"):
            assert re.search(r"^Raises\n-+$", text, re.MULTILINE), "it refuses something"
        # Whoever reads the page has no source at hand.
        assert not re.search(r"sim\.(questions|measure|validation|report|runs)\.", text)


def test_the_page_is_current() -> None:
    assert (ROOT / "docs/reference-api.md").read_text("utf-8") == page()


def test_the_other_name_is_the_same() -> None:
    assert all(getattr(tiered_care, name) is getattr(sim, name) for name in dir(sim))
    assert dir(tiered_care) == dir(sim)


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(AttributeError, match="no attribute 'runn'"):
        _ = sim.runn  # type: ignore[attr-defined]


def test_importing_costs_nothing() -> None:
    code = "import sys, sim; print(*{name.partition('.')[0] for name in sys.modules})"
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert not {"numpy", "pandas", "numba", "matplotlib", "rich"} & set(shown.stdout.split())


def test_the_help_names_functions_and_options_before_all_else() -> None:
    text = pydoc.render_doc(sim, renderer=pydoc.plaintext)
    assert "CLASSES" not in text
    assert "__delattr__" not in text
    head = text.partition("PACKAGE CONTENTS")[0]
    for name in [*PUBLIC, *EngineOptions.__annotations__]:
        assert re.search(rf"\b{name}\b", head), name
