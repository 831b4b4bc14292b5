"""Numbers of a region that must be true together: shares that add up, parts that are no more than the whole.

Held against the tables when they are read, and again after a scenario has set some of their numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from sim.errors import Problem, told_apart
from sim.glossary import AGE_BANDS
from sim.region.reading import SHOWN_PER_COLUMN, Sheet
from sim.region.schemas import tables

Sheets = Mapping[str, Sheet]
Check = Callable[[Sheets], Iterable[Problem]]
SHARE_TOLERANCE = 0.002


def check_values(frames: Mapping[str, pd.DataFrame]) -> list[Problem]:
    """Return which numbers of a region cannot be true together, after something has set them.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        Tables of a region that was right before, by name.

    Returns
    -------
    list of Problem
        With the table's column as key; what is wrong names the row.
    """
    checks: tuple[tuple[str, Check], ...] = (
        ("counties", ages),
        ("conditions", conditions),
        ("kinds", kinds),
        ("services", services),
        ("schemes", schemes),
        ("facilities", step_down_beds),
    )
    problems: list[Problem] = []
    for name, check in checks:
        frame = frames[name].reset_index(drop=True)
        key = "name_en" if "name_en" in frame else tables()[name].schema.key[0]
        found = [*check({name: Sheet(Path(name), frame, np.arange(len(frame)))})]
        for problem in found[:SHOWN_PER_COLUMN]:
            row = "" if problem.line is None else f"{frame[key].iloc[problem.line]!s}: "
            problems.append(Problem(f"{row}{problem.what}", key=f"{name}.{problem.key}"))
        if len(found) > SHOWN_PER_COLUMN:
            more = f"{len(found) - SHOWN_PER_COLUMN} further rows are wrong"
            problems.append(Problem(more, key=name))
    return problems


def sums_to_one(sheet: Sheet, columns: list[str]) -> Iterable[Problem]:
    """Yield the rows whose shares in some columns do not add up to 1."""
    sums = sheet.frame[columns].sum(axis=1)
    for row in np.flatnonzero((sums - 1).abs() > SHARE_TOLERANCE):
        what = f"these shares add up to {told_apart(sums.iloc[row], 1.0)} and must add up to 1"
        yield sheet.problem(row, "+".join(columns), what)


def ages(sheets: Sheets) -> Iterable[Problem]:
    """Yield counties whose age bands do not add up."""
    yield from sums_to_one(sheets["counties"], [f"share_{band}" for band in AGE_BANDS])


def conditions(sheets: Sheets) -> Iterable[Problem]:
    """Yield conditions with a probability of admission above 1, or that nobody gets."""
    sheet = sheets["conditions"]
    frame = sheet.frame
    steepest = frame["admission_share"] * (1 + frame["admission_gradient"])
    for row in np.flatnonzero(steepest > 1 + 1e-9):
        what = (
            f"admission_share * (1 + admission_gradient) is {told_apart(steepest.iloc[row], 1.0)}; it is the "
            "probability of admission at the highest complexity and must not exceed 1"
        )
        yield sheet.problem(row, "admission_gradient", what)
    yield from _ambulances(sheet)
    rates = frame[[f"rate_{band}" for band in AGE_BANDS]]
    for row in np.flatnonzero((rates == 0).all(axis=1)):
        yield sheet.problem(row, "rate_15_59", "nobody gets this condition: all rates are 0")


def _ambulances(sheet: Sheet) -> Iterable[Problem]:
    """Yield conditions whose ambulances bring more, or fewer, into a stay than there is room for."""
    frame = sheet.frame
    whole, part = frame["admission_share"], frame["emergency_share"] * frame["ambulance_share"]
    stated = frame["ambulance_admission"].fillna(whole)
    most = (whole / part.where(part > 0, 1.0)).clip(upper=1.0)
    least = ((whole - 1.0 + part) / part.where(part > 0, 1.0)).clip(lower=0.0)
    wrong = (part > 0) & ((stated > most + 1e-9) | (stated < least - 1e-9))
    for row in np.flatnonzero(wrong):
        low, high = (float(f"{limit.iloc[row]:.4g}") for limit in (least, most))
        what = (
            f"{told_apart(stated.iloc[row], low, high)} leaves the other episodes no probability of "
            "admission; with this admission_share, emergency_share and ambulance_share it is "
            f"{low:g} to {high:g}"
        )
        yield sheet.problem(row, "ambulance_admission", what)


def kinds(sheets: Sheets) -> Iterable[Problem]:
    """Yield kinds of facilities whose prices do not add up."""
    sheet = sheets["kinds"]
    fees = ["service_share", "drug_share", "consumable_share", "exam_fee_share"]
    yield from sums_to_one(sheet, fees)


def services(sheets: Sheets) -> Iterable[Problem]:
    """Yield services that take no time or more staff than there is, and wards that do not add up."""
    sheet = sheets["services"]
    frame = sheet.frame
    beds = frame["basis"] == "beds"
    for row in np.flatnonzero(~beds & (frame["minutes"] <= 0)):
        yield sheet.problem(row, "minutes", "a service of staff takes more than 0 minutes")
    for column in ("ratio", "night", "minutes"):
        for row in np.flatnonzero(beds & (frame[column] > 0)):
            what = "beds are counted by share_of_beds and held by the length of a stay; leave it 0"
            yield sheet.problem(row, column, what)
    for row in np.flatnonzero(~beds & (frame["share_of_beds"] > 0)):
        yield sheet.problem(
            row, "share_of_beds", "only services counted by beds have a part of them"
        )
    for kind, own in frame.groupby("kind", sort=False):
        first = int(own.index[0])
        for column in ("ratio", "night"):
            total = own.loc[own["basis"] == "doctors", column].sum()
            if total > 1 + SHARE_TOLERANCE:
                what = (
                    f"the services of {kind} need {told_apart(total, 1.0)} of its doctors; "
                    "they are at most all, 1"
                )
                yield sheet.problem(first, column, what)
        total = own["share_of_beds"].sum()
        if total > SHARE_TOLERANCE and abs(total - 1) > SHARE_TOLERANCE:
            what = (
                f"the wards of {kind} add up to {told_apart(total, 1.0)}; "
                "they add up to 1, or 0 without beds"
            )
            yield sheet.problem(first, "share_of_beds", what)


def schemes(sheets: Sheets) -> Iterable[Problem]:
    """Yield if the insurance schemes do not add up to everybody."""
    sheet = sheets["schemes"]
    for column in ("urban_share", "rural_share"):
        total = sheet.frame[column].sum()
        if abs(total - 1) > SHARE_TOLERANCE:
            what = f"the schemes add up to {told_apart(total, 1.0)} and must add up to 1"
            yield Problem(what, sheet.path, None, column)


def step_down_beds(sheets: Sheets) -> Iterable[Problem]:
    """Yield facilities with more step-down beds than beds."""
    sheet = sheets["facilities"]
    frame = sheet.frame
    for row in np.flatnonzero(frame["step_down_beds"] > frame["beds"]):
        step_down, beds = frame["step_down_beds"].iloc[row], frame["beds"].iloc[row]
        what = f"{step_down} step-down beds are more than its {beds} beds, of which they are a part"
        yield sheet.problem(row, "step_down_beds", what)
