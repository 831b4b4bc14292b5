"""The study as a spreadsheet."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from sim.glossary import Language, glossary, label, term
from sim.measure.tables import StudyTables
from sim.report.summary import leak_shares, over_replications
from sim.report.wording import scenario_titles

_MOST_WIDE, _LEAST_WIDE = 44, 9
_NUMBER = "#,##0.####"
_VALUES = ("mean", "low", "high", "value_2020", "target")


def write_workbook(tables: StudyTables, path: Path, lang: Language) -> None:
    """Write the result tables as one XLSX file, a sheet each, with headings in one language.

    Values of the scorecard, the differences and the indicators are in the units shown in their own
    column (shares in per cent).

    Parameters
    ----------
    tables : StudyTables
    path : Path
        File to write.
    lang : Language
    """
    sheets = {
        "scorecard": _with_units(tables.scorecard, lang),
        "differences": _with_units(tables.differences, lang),
        "indicators": _with_units(over_replications(tables.indicators), lang),
        "facilities": tables.facilities,
        "waits": tables.waits,
        "leak": leak_shares(tables.flows).reset_index(),
    }
    titles = scenario_titles(tables.scenarios, lang)
    with pd.ExcelWriter(path, engine="openpyxl") as writer:
        for name, frame in sheets.items():
            title = label(f"sheet.{name}", lang)
            _worded(frame, titles, lang).to_excel(writer, sheet_name=title, index=False)
            _dress(writer.sheets[title])


def _with_units(frame: pd.DataFrame, lang: Language) -> pd.DataFrame:
    """Return the frame with values in the units people read and a column that names the unit."""
    known = frame[frame["indicator"].isin(glossary().keys())].copy()
    scale = known["indicator"].map(lambda key: term(key).scale)
    for column in _VALUES:
        if column in known:
            known[column] = known[column] * scale
    unit = known["indicator"].map(lambda key: term(key).unit(lang))
    known.insert(list(known.columns).index("indicator") + 1, "unit", unit)
    return known


def _worded(frame: pd.DataFrame, titles: dict[str, str], lang: Language) -> pd.DataFrame:
    """Return the frame with names instead of keys, in cells and headings."""
    out = frame.copy()
    terms = glossary()
    families = {
        "tier": "tier",
        "kind": "facility" if "facility" in out else "role",
        "nature": "nature",
        "verdict": "verdict",
        "resource": "resource",
        "priority": "priority",
    }
    for column, family in families.items():
        if column in out:
            out[column] = out[column].map(
                lambda key, family=family: (
                    terms[f"{family}.{key}"].text(lang) if f"{family}.{key}" in terms else key
                )
            )
    for column in ("scenario", "base"):
        if column in out:
            out[column] = out[column].map(lambda name: titles.get(name, name))
    if "indicator" in out:
        out["indicator"] = out["indicator"].map(lambda key: term(key).text(lang))
    return out.rename(columns={name: _heading(name, lang) for name in out.columns})


def _heading(name: str, lang: Language) -> str:
    """Return a column's heading: its own term, that of a leak reason or an indicator, or its name."""
    terms = glossary()
    for key in (f"column.{name}", f"column.wait_{name}", f"reason.{name}", name):
        if key in terms:
            return terms[key].text(lang)
    return name


def _dress(sheet: Worksheet) -> None:
    """Make the heading bold and stay in view, and columns wide enough."""
    sheet.freeze_panes = "A2"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number, column in enumerate(sheet.columns, start=1):
        texts = [str(cell.value) for cell in column[:200] if cell.value is not None]
        # A Chinese character is about twice as wide as a Latin one.
        widest = max((sum(2 if ord(c) > 0x2E80 else 1 for c in text) for text in texts), default=0)
        width = min(max(widest + 2, _LEAST_WIDE), _MOST_WIDE)
        sheet.column_dimensions[get_column_letter(number)].width = width
        for cell in column[1:]:
            if isinstance(cell.value, float):
                cell.number_format = _NUMBER
