"""No digit of a table is cut in a terminal of 80 columns, in either language."""

from __future__ import annotations

import re
from io import StringIO

import pandas as pd
import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from sim.glossary import LANGUAGES, LEAK_REASONS, Language
from sim.report.uncertainty_tables import influence_shown, outcomes_shown
from sim.report.why_tables import leaks_shown, marginal_shown
from sim.report.words import Words

INDICATORS = ["in_county_rate", "in_county_admission_share", "service_income_share"]


def text_of(table: Table, width: int = 80) -> str:
    console = Console(file=StringIO(), width=width, color_system=None)
    console.print(table)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert "…" not in text
    return text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_leaks(lang: Language) -> None:
    whole = ("plan", "a", "", 123_456.0, 123_000.0, 124_000.0, 0.25, 0.24, 0.26, 20)
    parts = [
        ("plan", "a", reason, 1.0, 0.0, 2.0, 0.2 / (1 + place), 0.0, 0.3, 20)
        for place, reason in enumerate(LEAK_REASONS)
    ]
    columns = [
        *("scenario", "condition", "reason", "per_year", "per_year_low", "per_year_high"),
        *("share", "share_low", "share_high", "n"),
    ]
    table = pd.DataFrame([whole, *parts], columns=columns)
    words = {"a": "Genitourinary and gynaecological disease"}
    text = text_of(leaks_shown(table, "plan", "The plan", words, Words.of(lang)))
    assert "[123,000, 124,000]" in text
    # The largest reason first.
    assert re.findall(r"\d+\.\d%", text) == ["25.0%", "20.0%", "10.0%", "6.7%", "5.0%", "4.0%"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_uncertainty(lang: Language) -> None:
    rows = [
        {
            "scenario": "plan", "indicator": name, "mean": 0.8765, "q05": 0.8, "q95": 0.95,
            "sd_parameters": 0.0123, "sd_chance": 0.0045, "operator": ">=", "target": 0.9,
            "probability": 0.42, "probability_low": 0.25, "probability_high": 0.61,
        }
        for name in INDICATORS
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    text = text_of(outcomes_shown(table, "plan", "The plan", 52, INDICATORS, Words.of(lang)))
    assert text.count("[0.25, 0.61]") == text.count("80.0 – 95.0") == text.count("87.6%") == 3


def test_only_sure_influences_are_named() -> None:
    columns = ["scenario", "indicator", "parameter", "correlation", "low", "high", "n"]
    sure = ("plan", "in_county_rate", "behaviour.one", -0.8, -0.9, -0.6, 50)
    rows = [
        sure,
        ("plan", "in_county_rate", "behaviour.two", 0.2, -0.1, 0.4, 50),
        ("plan", "in_county_rate", "behaviour.three", 1.0, float("nan"), float("nan"), 3),
    ]
    text = text_of(
        influence_shown(pd.DataFrame(rows, columns=columns), "plan", sure[1], Words.of("en"))
    )
    assert "behaviour.one" in text
    assert "behaviour.two" not in text
    assert "behaviour.three" not in text
    none = pd.DataFrame(rows[1:], columns=columns)
    assert "none is sure" in text_of(influence_shown(none, "plan", sure[1], Words.of("en")))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_effects_are_no_powers_of_ten(lang: Language) -> None:
    columns = ["increment", "indicator", "tier", "county", "mean", "low_joint", "high_joint"]
    rows = [("county_beds", name, "", 0, 9.21e-9, -6.32e-7, 1.2e-4) for name in INDICATORS]
    text = text_of(
        marginal_shown(pd.DataFrame(rows, columns=columns), "The plan", INDICATORS, Words.of(lang)),
        100,
    )
    assert "+0.000000921" in text
    assert "[-0.000063, +0.012]" in text
