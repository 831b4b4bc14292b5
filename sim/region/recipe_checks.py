"""Checks of recipes: examinations that exist, alternatives that end, a recipe for everybody."""

from __future__ import annotations

from collections.abc import Iterable

from sim.errors import Problem, nearest
from sim.glossary import counted
from sim.region.reading import SHOWN_PER_COLUMN, Sheet
from sim.region.recipes import ALL, REFER, SKIP, recipe_rows, stand_ins
from sim.region.schemas import allowed_words
from sim.region.value_checks import Sheets


def services(sheets: Sheets) -> Iterable[Problem]:
    """Yield steps that are no examination, and what stands in that is none."""
    skills = sheets["skills"].frame
    exams = [*map(str, skills.loc[skills["role"] == "exam", "skill"])]
    yield from _unknown(sheets["recipes"], "skill", exams)
    yield from _unknown(sheets["recipes"], "otherwise", [*exams, SKIP, REFER])


def _unknown(sheet: Sheet, column: str, known: list[str]) -> Iterable[Problem]:
    wrong = [(row, name) for row, name in enumerate(sheet.frame[column]) if name not in known]
    for row, name in wrong[:SHOWN_PER_COLUMN]:
        what = f"'{name}' is no skill of skills with the role 'exam'{nearest(str(name), known)}"
        yield sheet.problem(row, column, what)
    if len(wrong) > SHOWN_PER_COLUMN:
        more = counted(
            len(wrong) - SHOWN_PER_COLUMN,
            "# further cell of this column is wrong",
            "# further cells of this column are wrong",
        )
        yield Problem(more, sheet.path, None, column)


def rings(sheets: Sheets) -> Iterable[Problem]:
    """Yield steps for which what stands in leads back to where it began, and services asked for twice."""
    sheet = sheets["recipes"]
    for _, own in sheet.frame.groupby(["condition", "band"], sort=False):
        again = own.index[own["skill"].duplicated()]
        for row in again:
            skill = str(own["skill"][row])
            yield sheet.problem(int(row), "skill", f"'{skill}' is a step of this recipe already")
        for row in own.index if again.empty else ():
            path = stand_ins(own, str(own["skill"][row]))
            if path[-1] not in (SKIP, REFER):
                ring = " -> ".join([str(own["skill"][row]), *path])
                what = f"what stands in leads in a ring: {ring}; one of them is to be skip or refer"
                yield sheet.problem(int(row), "otherwise", what)


def conditions(sheets: Sheets) -> Iterable[Problem]:
    """Yield recipes of conditions that are not there, and conditions and bands without a recipe."""
    sheet, known = sheets["recipes"], [*map(str, sheets["conditions"].frame["condition"])]
    names = [ALL, *known]
    for row, name in enumerate(sheet.frame["condition"]):
        if name not in names:
            what = f"'{name}' is no condition of conditions{nearest(str(name), names)}"
            yield sheet.problem(row, "condition", what)
    for condition in known:
        for band in allowed_words("recipes", "band"):
            if band != ALL and recipe_rows(sheet.frame, condition, band).empty:
                what = (
                    f"there is no recipe for {condition}, {band}; one for '{ALL}', '{ALL}' holds for all "
                    "without one of their own (with share 0 if nothing follows a consultation)"
                )
                yield Problem(what, sheet.path, None, "condition+band")
