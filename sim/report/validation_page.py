"""The page of a validation, in Markdown."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.frames import rows
from sim.glossary import glossary
from sim.report.coverage_tables import coverage_table
from sim.report.markdown import markdown_table
from sim.report.reporting_checklist import facts, stress_checklist
from sim.report.wording import MISSING
from sim.report.words import Words
from sim.validation.fit_section import RUN as FIT_RUN
from sim.validation.section import Section
from sim.validation.theory.case import REPLICATIONS
from sim.validation.theory_section import by_case
from sim.validation.validate import Validation

PICTURE = "figures/theory.png"
CHECKED = ("theory", "intervals", "engines", "invariants", "directions")
"""Parts that can fail; the fit shows what fits and what does not."""


def validation_page(found: Validation, words: Words, picture: str = PICTURE) -> str:
    """Return the page: a summary, every part, what is not validated, and the reporting checklist.

    Parameters
    ----------
    found : Validation
    words : Words
    picture : str
        Where the picture lies, seen from the page.
    """
    page = _Page(found, words)
    lines = [
        *page.head(),
        *page.theory(picture),
        *page.intervals(),
        *page.engines(),
        *page.invariants(),
        *page.fit(),
        *page.directions(),
        *page.unvalidated(),
        *stress_checklist(found, words),
    ]
    return "\n".join(lines) + "\n"


class _Page:
    def __init__(self, found: Validation, words: Words) -> None:
        self.found = found
        self.words = words

    def say(self, key: str, **blanks: object) -> str:
        return self.words.filled(key, **blanks)

    def heads(self, *names: str) -> list[str]:
        return [self.words[f"column.{name}"] for name in names]

    def head(self) -> list[str]:
        found = self.found
        made = self.say("validation.made", **facts(found))
        verdicts = [
            (
                self.say(f"validation.{section.name}"),
                self.say(
                    "validation.verdict_failed" if section.problems else "validation.verdict_ok"
                ),
            )
            for section in found.sections
            if section.name in CHECKED
        ]
        quick = [self.say("validation.quick"), ""] if found.quick else []
        table = markdown_table(self.heads("section", "verdict"), verdicts)
        return [f"# {self.say('validation.title')}", "", made, "", *quick, *table, ""]

    def theory(self, file: str) -> list[str]:
        section = self.found.section("theory")
        shown = section.table[section.table["kind"] != "control"]
        covered = (shown["low"] <= shown["theory"]) & (shown["theory"] <= shown["high"])
        text = self.say(
            "validation.theory_text",
            count=len(shown),
            cases=shown["case"].nunique(),
            replications=REPLICATIONS,
            covered=f"{100 * covered.mean():.0f} %",
        )
        table = markdown_table(
            self.heads("system", "source", "measures", "largest_z", "widest"),
            [
                (
                    self.say(f"theory.{row.case}"),
                    row.source,
                    row.measures,
                    f"{row.largest_z:.1f}",
                    f"{100 * row.widest:.1f}",
                )
                for row in rows(by_case(section.table))
            ],
        )
        picture = f"![{self.say('validation.picture_title')}]({file})"
        return [*self._title(section), text, "", picture, "", *table, "", *self._problems(section)]

    def intervals(self) -> list[str]:
        section = self.found.section("intervals")
        studies = int(section.table["repetitions"].min())
        text = self.say("validation.intervals_text", studies=f"{studies:,}")
        table = coverage_table(section.table, self.words)
        return [*self._title(section), text, "", *table, "", *self._problems(section)]

    def engines(self) -> list[str]:
        section = self.found.section("engines")
        differing = int((section.table["differing"] > 0).sum())
        count = self.say("validation.engines_found", count=len(section.table), differing=differing)
        text = self.say("validation.engines_text")
        return [*self._title(section), text, "", count, "", *self._problems(section)]

    def invariants(self) -> list[str]:
        section = self.found.section("invariants")
        table = markdown_table(
            self.heads("scenario", "checked_by", "patients", "steps", "violated"),
            [
                (
                    row.name,
                    self.say(f"checked.{row.checked}"),
                    f"{row.patients:,}",
                    f"{row.steps:,}" if row.steps else MISSING,
                    row.violated,
                )
                for row in rows(section.table)
            ],
        )
        text = self.say("validation.invariants_text")
        return [*self._title(section), text, "", *table, "", *self._problems(section)]

    def fit(self) -> list[str]:
        section = self.found.section("fit")
        where = "validation.fit_spread" if self.found.quick else "validation.fit_whole"
        fitting = int(section.table["fits"].sum())
        text = self.say("validation.fit_text", fitting=fitting, count=len(section.table))
        missed = section.table[~section.table["fits"]]
        misses = [f"**{self.say('validation.fit_misses')}**", "", *self._fits(missed), ""]
        return [
            *self._title(section), self.say(where, n=FIT_RUN["replications"]), "", text, "",
            *(misses if len(missed) else []), *self._fits(section.table), "",
        ]  # fmt: skip

    def _fits(self, table: pd.DataFrame) -> list[str]:
        heads = self.heads(
            "figure", "model", "interval", "published", "range", "confidence", "used", "fits"
        )
        return markdown_table(heads, [self._fit(row) for row in rows(table)])

    def _fit(self, row: Any) -> tuple[str, ...]:
        name = self.words[row.figure]
        return (
            f"{name}, {self.words[f'tier.{row.tier}']}" if row.tier else name,
            self.words.value(row.figure, row.model),
            self.words.interval(row.figure, row.model_low, row.model_high),
            self.words.value(row.figure, row.published),
            self.words.interval(row.figure, row.low, row.high),
            self.say(f"confidence.{row.confidence}"),
            self.say(f"used.{row.used}"),
            self.say("fits.yes" if row.fits else "fits.no"),
        )

    def directions(self) -> list[str]:
        section = self.found.section("directions")
        text = self.say("validation.directions_text", n=int(section.table["n"].min()))
        heads = self.heads(
            "direction", "by", "indicator", "base", "difference", "interval", "verdict", "source"
        )
        lines = markdown_table(heads, [self._direction(row) for row in rows(section.table)])
        return [*self._title(section), text, "", *lines, "", *self._problems(section)]

    def _direction(self, row: Any) -> tuple[str, ...]:
        shown = [
            self.words.difference(row.indicator, value)
            for value in (row.difference, row.low, row.high)
        ]
        return (
            self.say(f"direction.{row.direction}"),
            self.say(f"brought_by.{row.by}"),
            self.words[row.indicator],
            self.words.value(row.indicator, row.base),
            shown[0],
            f"{shown[1]} {self.words['validation.to']} {shown[2]}",
            self.say(f"verdict.{row.verdict}"),
            row.source,
        )

    def unvalidated(self) -> list[str]:
        keys = [key for key in glossary() if key.startswith("unvalidated.")]
        points = [f"- {self.words[key]}" for key in keys]
        return [f"## {self.say('validation.unvalidated')}", "", *points, ""]

    def _title(self, section: Section) -> list[str]:
        return [f"## {self.say(f'validation.{section.name}')}", ""]

    def _problems(self, section: Section) -> list[str]:
        if not section.problems:
            return [self.say("validation.no_problem"), ""]
        listed = [f"- {problem}" for problem in section.problems]
        return [f"**{self.say('validation.problems')}**", "", *listed, ""]
