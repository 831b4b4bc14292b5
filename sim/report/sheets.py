"""The sheets of a study's workbook: rows in the units people read, in words of one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pandas as pd

from sim.glossary import LEAK_REASONS, TIERS, Term, term
from sim.measure.compare import summarise
from sim.measure.counties import by_county
from sim.measure.meeting import UNMET_SHARES
from sim.measure.tables import COLUMNS, HEADLINE, StudyTables
from sim.report.rows import ShownScenarios
from sim.report.summary import leak_shares
from sim.report.words import Words

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
_FAMILIES = MappingProxyType(
    {
        "tier": "tier",
        "nature": "nature",
        "verdict": "verdict",
        "resource": "resource",
        "priority": "priority",
        "operator": "operator",
        "why_left": "reason",
        "why_far": "why_far",
    }
)
# Hospitals first; of the thousands of clinics nothing is printed.
_ORDER_OF_TIERS = ("county", "city", "province", "outside", "township", "village")
_PRINTED_TIERS = _ORDER_OF_TIERS[:-1]


@dataclass(frozen=True)
class Sheet:
    """One sheet: words and numbers of its cells, and how they look.

    Attributes
    ----------
    name : str
        Of the glossary, after ``sheet.``.
    frame : pandas.DataFrame
        Rows in the units people read, in words; column names are keys.
    headings : dict of str to str
        Of the columns, in the language.
    formats : dict of str to list of str
        Number formats by column, a format for each row.
    verdicts : list of str or None
        The key of each row's verdict, for its colour.
    printed : int or None
        How many rows are printed; all if it is None.
    """

    name: str
    frame: pd.DataFrame
    headings: Mapping[str, str]
    formats: Mapping[str, list[str]] = field(default_factory=dict)
    verdicts: list[str] | None = None
    printed: int | None = None


def study_sheets(tables: StudyTables, names: Mapping[int, str], words: Words) -> Iterator[Sheet]:
    """Yield the sheets of a study, the scorecard first.

    Parameters
    ----------
    tables : StudyTables
        What the study found.
    names : mapping of int to str
        Of the simulated counties, by code.
    words : Words

    Raises
    ------
    KeyError
        If an indicator is not in the glossary.
    """
    make = _Maker(tables, names, words)
    yield make.by_indicator("scorecard", tables.scorecard)
    counties = by_county(tables, HEADLINE)
    if len(counties):
        yield make.by_indicator("counties", counties)
    yield make.by_indicator("differences", tables.differences)
    yield make.by_indicator("indicators", summarise(tables.indicators))
    yield make.facilities()
    yield make.waits()
    yield make.leak()
    yield make.far()
    yield make.destinations()


class _Maker:
    """Makes the sheets of one study."""

    def __init__(self, tables: StudyTables, names: Mapping[int, str], words: Words) -> None:
        self._tables, self._words = tables, words
        self._titles = words.titles(tables.scenarios)
        self._counties = {0: words["tier."], **names}

    def by_indicator(self, name: str, frame: pd.DataFrame) -> Sheet:
        """Return rows of indicators in the units people read, with a column that names the unit."""
        out = frame.reset_index(drop=True)
        terms = [term(key) for key in out["indicator"]]
        values = [column for column in _VALUES if column in out]
        for column in values:
            # Rounded, because 0.6275 * 100 is a hair less than 62.75.
            out[column] = (out[column] * [entry.scale for entry in terms]).round(9)
        place = list(out.columns).index("indicator") + 1
        out.insert(place, "unit", [self._words.unit(entry.key) for entry in terms])
        digits = [_number_format(entry) for entry in terms]
        formats = dict.fromkeys(values, digits)
        # What the plan published is shown with its own digits (62.75 %), not with those of the model.
        published = [_GENERAL if entry.decimals else "#,##0" for entry in terms]
        formats |= {column: published for column in ("value_2020", "target") if column in out}
        formats |= {c: [_PROBABILITY] * len(out) for c in _PROBABILITIES if c in out}
        formats |= {c: [_PERCENT] * len(out) for c in UNMET_SHARES if c in out}
        return self._sheet(name, out, formats, "role")

    def facilities(self) -> Sheet:
        """Return facilities, hospitals first, each with all scenarios below each other."""
        shown = ShownScenarios.of(self._tables).names
        frame = self._tables.facilities
        frame = frame[frame["scenario"].isin(shown)]
        order = pd.DataFrame(
            {
                "tier": frame["tier"].map(_ORDER_OF_TIERS.index),
                "facility": frame["facility"],
                "scenario": frame["scenario"].map(shown.index),
            }
        )
        frame = frame.loc[order.sort_values([*order.columns], kind="stable").index]
        columns = [c for c in COLUMNS["facilities"] if c not in ("name_zh", "name_en")]
        out = frame[columns].reset_index(drop=True)
        names = frame[self._words.column("name")].to_list()
        out.insert(columns.index("facility") + 1, "name", names)
        formats = {c: ["#,##0"] * len(out) for c in ("visits", "admissions")}
        formats |= {c: ["#,##0.0"] * len(out) for c in ("beds", "staffed_beds")}
        for column in _MEASURED:
            entry = term(column)
            out[column] = out[column] * entry.scale
            formats[column] = [_number_format(entry)] * len(out)
        printed = int(out["tier"].isin(_PRINTED_TIERS).sum())
        return self._sheet("facilities", out, formats, "facility", printed)

    def waits(self) -> Sheet:
        """Return waits under headings of their own: elsewhere a mean is that of an indicator."""
        waits = self._tables.waits
        columns = [c for c in COLUMNS["waits"] if c not in ("skill_zh", "skill_en")]
        out = waits[columns].reset_index(drop=True)
        out["skill"] = waits[self._words.column("skill")].to_list()
        names = {column: f"wait_{column}" for column in ("mean", "p50", "p90")}
        formats = {name: ["#,##0.0"] * len(out) for name in names.values()}
        formats |= {column: ["#,##0"] * len(out) for column in ("served", "left")}
        return self._sheet("waits", out.rename(columns=names), formats, "role")

    def leak(self) -> Sheet:
        """Return the out-of-county share in per cent, its parts and their sum, in scenario order."""
        shares = leak_shares(self._tables.flows).reindex(list(self._titles)) * 100
        shares["total"] = shares.sum(axis=1)
        shares = shares.rename(columns={reason: f"reason.{reason}" for reason in LEAK_REASONS})
        formats = {str(column): [_GENERAL] * len(shares) for column in shares.columns}
        return self._sheet("leak", shares.rename_axis("scenario").reset_index(), formats, "role")

    def far(self) -> Sheet:
        """Return the share of all that leaves, in per cent, by tier and both reasons."""
        far = self._tables.far
        keys = ["scenario", "tier", "why_left", "why_far"]
        counts = far.groupby(keys, sort=False, as_index=False)["count"].sum()
        whole = counts.groupby("scenario")["count"].transform("sum")
        counts["leak_share"] = counts.pop("count") / whole * 100
        # Scenarios in their order, each with its largest share first.
        place = counts["scenario"].map({name: place for place, name in enumerate(self._titles)})
        largest = counts.assign(place=place).sort_values("leak_share", ascending=False)
        out = (
            largest.sort_values("place", kind="stable").drop(columns="place").reset_index(drop=True)
        )
        return self._sheet("far", out, {"leak_share": [_GENERAL] * len(out)}, "role")

    def destinations(self) -> Sheet:
        """Return who goes where by name: of 100 visits and of 100 stays of a county's residents."""
        frame = self._tables.destinations
        stay = frame["kind"] == "admission"
        keys = ["scenario", "county", "tier", "code", self._words.column("name")]
        counts = pd.DataFrame(
            {
                "visit_share": frame["count"].where(~stay, 0),
                "stay_share": frame["count"].where(stay, 0),
            }
        )
        sums = counts.groupby([frame[key] for key in keys], sort=False).sum()
        shares = 100.0 * sums / sums.groupby(level=["scenario", "county"]).transform("sum")
        out = shares.reset_index().rename(columns={keys[-1]: "name"})
        order = pd.DataFrame(
            {
                "scenario": out["scenario"].map([*self._titles].index),
                "county": out["county"],
                "tier": out["tier"].map(TIERS.index),
                "visits": -out["visit_share"],
            }
        )
        out = out.loc[order.sort_values([*order.columns], kind="stable").index]
        out = out.drop(columns="code").reset_index(drop=True)
        formats = {column: [_GENERAL] * len(out) for column in ("visit_share", "stay_share")}
        return self._sheet("destinations", out, formats, "role")

    def _sheet(
        self,
        name: str,
        frame: pd.DataFrame,
        formats: Mapping[str, list[str]],
        kind: str,
        printed: int | None = None,
    ) -> Sheet:
        verdicts = frame["verdict"].to_list() if "verdict" in frame else None
        headings = {str(column): self._heading(str(column), kind) for column in frame.columns}
        out = self._worded(frame, kind)
        if "county" in out:
            place = list(out.columns).index("county")
            out.insert(place, "county_name", out["county"].map(self._county))
            out["county"] = out["county"].astype(object).mask(out["county"] == 0)
            headings["county_name"] = self._words["column.county_name"]
        if "number" in out:
            out["number"] = [
                int(text) if text.isdigit() else text for text in out["number"].astype(str)
            ]
        return Sheet(name, out, headings, formats, verdicts, printed)

    def _county(self, code: int) -> str:
        return self._counties.get(int(code), str(code))

    def _worded(self, frame: pd.DataFrame, kind: str) -> pd.DataFrame:
        """Return the frame with names instead of keys."""
        out = frame.copy()
        for column, family in {**_FAMILIES, "kind": kind}.items():
            if column in out:
                keys = out[column].unique()
                out[column] = out[column].map({k: self._words[f"{family}.{k}"] for k in keys})
        for column in ("scenario", "base"):
            if column in out:
                out[column] = out[column].map(self._titles)
        if "indicator" in out:
            keys = out["indicator"].unique()
            out["indicator"] = out["indicator"].map({key: self._words[key] for key in keys})
        return out

    def _heading(self, name: str, kind: str) -> str:
        """Return a column's heading, with its unit where the whole column has one."""
        words = self._words
        if name == "kind":
            return words["column.facility_kind" if kind == "facility" else "column.role"]
        if name in _MEASURED:
            return words.in_brackets(words[name], words.unit(name))
        if name.startswith("reason.") or name == "total":
            text = words[name if name != "total" else "column.total"]
            return words.in_brackets(text, words["unit.percent"])
        return words[f"column.{name}"]


def _number_format(entry: Term) -> str:
    """Return the spreadsheet's number format for an indicator."""
    return "#,##0" + ("." + "0" * entry.decimals if entry.decimals else "")
