"""The study as a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from sim.glossary import LEAK_REASONS, Term, term
from sim.measure.compare import UNMET_SHARES, summarise
from sim.measure.tables import COLUMNS, StudyTables
from sim.report.summary import leak_shares
from sim.report.words import Words

_MOST_WIDE, _LEAST_WIDE = 44, 9
_GENERAL = "#,##0.00"
_PROBABILITY = "0.00"
_PERCENT = "0.0%"
_VALUES = (
    *("mean", "low", "high", "low_joint", "high_joint"),
    *("value_2020", "target", "tolerance"),
)
_MEASURED = ("bed_occupancy", "doctor_utilisation", "doctor_wait_mean", "bed_wait_mean")
_PROBABILITIES = ("probability", "probability_low", "probability_high", "p_holm")
# Families of the words in a column's cells; the column "kind" has another one on each sheet.
_FAMILIES = {
    "tier": "tier",
    "nature": "nature",
    "verdict": "verdict",
    "resource": "resource",
    "priority": "priority",
    "operator": "operator",
}


@dataclass(frozen=True)
class _Sheet:
    """One sheet: its rows, the digits of its numbers, and what its column ``kind`` is about.

    Attributes
    ----------
    frame : pandas.DataFrame
        Rows in the units people read, cells and headings still in keys.
    formats : dict
        Number format by column, or by column and row number where the rows differ.
    kind : str
        ``facility`` or ``role``.
    """

    frame: pd.DataFrame
    formats: dict[str, list[str]]
    kind: str = "role"


def write_workbook(
    tables: StudyTables, path: Path, words: Words, about: Sequence[str] = ()
) -> None:
    """Write the result tables as one XLSX file, a sheet each, with headings in one language.

    Values of indicators are in the unit shown in their own column, shares in per cent; the sheet of
    indicators has means and intervals over replications.

    Parameters
    ----------
    tables : StudyTables
        What the study found.
    path : Path
        File to write.
    words : Words
    about : sequence of str
        Lines of a first sheet: what the study is of, and what it says.

    Raises
    ------
    KeyError
        If an indicator is not in the glossary.
    """
    titles = words.titles(tables.scenarios)
    sheets = {
        "scorecard": _by_indicator(tables.scorecard, words),
        "differences": _by_indicator(tables.differences, words),
        "indicators": _by_indicator(summarise(tables.indicators), words),
        "facilities": _facilities(tables.facilities, words),
        "waits": _waits(tables.waits),
        "leak": _leak(tables.flows, list(titles)),
    }
    cover = _Sheet(pd.DataFrame({"about": [*about]}), {})
    with pd.ExcelWriter(path, engine="openpyxl") as writer:
        if about:
            sheets = {"about": cover, **sheets}
        for name, sheet in sheets.items():
            title = words[f"sheet.{name}"]
            _worded(sheet, titles, words).to_excel(writer, sheet_name=title, index=False)
            _dress(writer.sheets[title], sheet)


def _by_indicator(frame: pd.DataFrame, words: Words) -> _Sheet:
    """Return rows of indicators in the units people read, with a column that names the unit."""
    out = frame.reset_index(drop=True)
    terms = [term(key) for key in out["indicator"]]
    values = [column for column in _VALUES if column in out]
    for column in values:
        # Rounded, because 0.6275 * 100 is a hair less than 62.75.
        out[column] = (out[column] * [entry.scale for entry in terms]).round(9)
    out.insert(list(out.columns).index("indicator") + 1, "unit", [words.unit(e.key) for e in terms])
    digits = [_number_format(entry) for entry in terms]
    formats = dict.fromkeys(values, digits)
    # What the plan published is shown with its own digits (62.75 %), not with those of the model.
    published = [_GENERAL if entry.decimals else "#,##0" for entry in terms]
    formats |= {column: published for column in ("value_2020", "target") if column in out}
    formats |= {c: [_PROBABILITY] * len(out) for c in _PROBABILITIES if c in out}
    formats |= {c: [_PERCENT] * len(out) for c in UNMET_SHARES if c in out}
    return _Sheet(out, formats)


def _facilities(frame: pd.DataFrame, words: Words) -> _Sheet:
    """Return facilities with their name in one language and measures in the units people read."""
    columns = [c for c in COLUMNS["facilities"] if c not in ("name_zh", "name_en")]
    out = frame[columns].reset_index(drop=True)
    out.insert(columns.index("facility") + 1, "name", frame[words.column("name")].to_list())
    formats = {c: ["#,##0"] * len(out) for c in ("visits", "admissions")}
    formats |= {c: ["#,##0.0"] * len(out) for c in ("beds", "staffed_beds")}
    for column in _MEASURED:
        entry = term(column)
        out[column] = out[column] * entry.scale
        formats[column] = [_number_format(entry)] * len(out)
    return _Sheet(out, formats, kind="facility")


def _waits(frame: pd.DataFrame) -> _Sheet:
    """Return waits under headings of their own: elsewhere a mean is that of an indicator."""
    out = frame[list(COLUMNS["waits"])].reset_index(drop=True)
    names = {column: f"wait_{column}" for column in ("mean", "p50", "p90")}
    formats = {name: ["#,##0.0"] * len(out) for name in names.values()}
    formats |= {column: ["#,##0"] * len(out) for column in ("served", "left")}
    return _Sheet(out.rename(columns=names), formats)


def _leak(flows: pd.DataFrame, order: list[str]) -> _Sheet:
    """Return the out-of-county share in per cent, its parts and their sum, in scenario order."""
    shares = leak_shares(flows).reindex(order) * 100
    shares["total"] = shares.sum(axis=1)
    shares = shares.rename(columns={reason: f"reason.{reason}" for reason in LEAK_REASONS})
    formats = {column: [_GENERAL] * len(shares) for column in shares.columns}
    return _Sheet(shares.rename_axis("scenario").reset_index(), formats)


def _number_format(entry: Term) -> str:
    """Return the spreadsheet's number format for an indicator."""
    return "#,##0" + ("." + "0" * entry.decimals if entry.decimals else "")


def _worded(sheet: _Sheet, titles: dict[str, str], words: Words) -> pd.DataFrame:
    """Return the frame with names instead of keys, in cells and headings."""
    out = sheet.frame.copy()
    for column, family in (_FAMILIES | {"kind": sheet.kind}).items():
        if column in out:
            text = {key: _word(family, key, words) for key in out[column].unique()}
            out[column] = out[column].map(text)
    for column in ("scenario", "base"):
        if column in out:
            out[column] = out[column].map(titles)
    if "indicator" in out:
        text = {key: words[key] for key in out["indicator"].unique()}
        out["indicator"] = out["indicator"].map(text)
    return out.rename(columns={name: _heading(name, sheet, words) for name in out.columns})


def _word(family: str, key: str, words: Words) -> str:
    """Return a cell's word; an empty tier means all tiers, an empty operator no target."""
    return words[f"{family}.{key}"]


def _heading(name: str, sheet: _Sheet, words: Words) -> str:
    """Return a column's heading, with its unit where the whole column has one."""
    if name == "kind":
        return words["column.facility_kind" if sheet.kind == "facility" else "column.role"]
    if name in _MEASURED:
        return words.in_brackets(words[name], words.unit(name))
    if name.startswith("reason.") or name == "total":
        text = words[name if name != "total" else "column.total"]
        return words.in_brackets(text, words["unit.percent"])
    return words[f"column.{name}"]


def _dress(page: Worksheet, sheet: _Sheet) -> None:
    """Make the heading bold and stay in view, columns wide enough, and round numbers for reading."""
    page.freeze_panes = "A2"
    for cell in page[1]:
        cell.font = Font(bold=True)
    for name, column in zip(sheet.frame.columns, page.columns, strict=True):
        texts = [str(cell.value) for cell in column[:200] if isinstance(cell.value, str)]
        # A Chinese character is about twice as wide as a Latin one.
        widest = max(sum(2 if ord(c) > 0x2E80 else 1 for c in text) for text in texts)
        width = min(max(widest + 2, _LEAST_WIDE), _MOST_WIDE)
        page.column_dimensions[get_column_letter(column[0].column)].width = width
        for cell in column:
            if cell.data_type == "f":  # a name that begins with '=' is a name
                cell.data_type = "s"
            if cell.value == "":  # pandas writes what is missing as text; formulas stumble over it
                cell.value = None
        for cell, digits in zip(column[1:], sheet.formats.get(str(name), []), strict=False):
            cell.number_format = digits
