"""Checks that look at more than one cell: sums, completeness, and references between tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from sim.behaviour import FORMER_NAMES, PARAMETERS
from sim.errors import Problem, nearest, told_apart
from sim.glossary import TIERS, counted
from sim.region import recipe_checks as recipes
from sim.region import value_checks as values
from sim.region.reading import SHOWN_PER_COLUMN, Sheet
from sim.region.schemas import allowed_words, schema, tables
from sim.region.value_checks import SHARE_TOLERANCE, Check, Sheets

LAYOUT_PARAMETERS = (
    *("district_county_capacity", "city_capacity_outside_districts"),
    *("subdistrict_urban_weight", "township_urban_weight", "seat_town_urban_weight"),
    *("subdistrict_rural_weight", "township_rural_weight", "size_spread"),
    *("subdistrict_area_weight", "urban_people_per_km2", "health_centre_urban_weight"),
    *("people_per_rural_place", "people_per_urban_place"),
)
_MOST_COMPARED = 3000
MOST_UNITS = 999
"""A unit's code is its county's and three digits, a place's its unit's and three more."""
_FACTOR_TOLERANCE = 0.01


def check_tables(sheets: Sheets) -> list[Problem]:
    """Return everything wrong between cells and tables.

    Parameters
    ----------
    sheets : mapping of str to Sheet
        The tables that were read without a problem; checks that need another are left out.
    """
    checks: tuple[tuple[tuple[str, ...], Check], ...] = (
        (("counties",), _counties),
        (("counties", "prefectures"), _prefectures),
        (("conditions",), values.conditions),
        (("conditions", "seasons"), _conditions_seasons),
        (("conditions", "capability"), _capability_conditions),
        (("capability", "kinds"), _capability_kinds),
        (("kinds",), values.kinds),
        (("skills",), _skills),
        (("services",), values.services),
        (("services", "kinds", "skills"), _services),
        (("conditions", "skills"), _conditions_services),
        (("recipes", "skills"), recipes.services),
        (("recipes",), recipes.rings),
        (("recipes", "conditions"), recipes.conditions),
        (("kinds", "calendars"), _kinds_calendars),
        (("calendars",), _calendars),
        (("seasons",), _seasons),
        (("onset_hours",), _onset_hours),
        (("schemes",), values.schemes),
        (("reimbursement", "schemes"), _reimbursement),
        (("behaviour",), _behaviour),
        (("layout",), _layout),
        (("hospital_split",), _hospital_split),
        (("institution_types", "statistics"), _institution_types),
        (("sources",), _sources),
        (("townships", "counties"), _townships),
        (("places", "townships"), _places),
        (("facilities", "kinds"), _facility_kinds),
    )
    problems: list[Problem] = []
    for needed, check in checks:
        if all(name in sheets for name in needed):
            problems.extend(check(sheets))
    return problems


def unknown_references(
    sheet: Sheet,
    column: str,
    known: Iterable[object],
    what: str,
    former: Mapping[str, str] = MappingProxyType({}),
) -> Iterable[Problem]:
    """Yield a problem for every cell of a column that is not among the known names.

    `former` tells what is called otherwise by now.
    """
    names = {str(name) for name in known}
    # To look for what was meant takes as long as there are names, for every cell.
    spellings = sorted(names) if len(names) <= _MOST_COMPARED else []
    wrong = [row for row, value in enumerate(sheet.frame[column]) if str(value) not in names]
    for row in wrong[:SHOWN_PER_COLUMN]:
        value = str(sheet.frame[column].iloc[row])
        yield sheet.problem(
            row, column, f"'{value}' is no {what}{nearest(former.get(value, value), spellings)}"
        )
    if len(wrong) > SHOWN_PER_COLUMN:
        more = counted(
            len(wrong) - SHOWN_PER_COLUMN,
            "# further cell of this column is wrong",
            "# further cells of this column are wrong",
        )
        yield Problem(more, sheet.path, None, column)


def _counties(sheets: Sheets) -> Iterable[Problem]:
    sheet = sheets["counties"]
    yield from values.ages(sheets)
    if "townships" in sheets:
        return
    units = sheet.frame[["subdistricts", "towns", "townships"]].sum(axis=1)
    for row in np.flatnonzero(units == 0):
        what = "a county needs at least one subdistrict, town or township"
        yield sheet.problem(row, "towns", what)
    for row in np.flatnonzero(units > MOST_UNITS):
        what = f"a county has at most {MOST_UNITS} subdistricts, towns and townships"
        yield sheet.problem(row, "towns", what)


def _prefectures(sheets: Sheets) -> Iterable[Problem]:
    counties, prefectures = sheets["counties"], sheets["prefectures"]
    codes = prefectures.frame["prefecture"]
    yield from unknown_references(counties, "prefecture", codes, "prefecture of prefectures")
    yield from unknown_references(prefectures, "city_hospitals_in", codes, "prefecture")
    if "facilities" in sheets:
        # Seats and shares say where hospitals are laid out; these are listed.
        return
    county_codes = counties.frame["county"]
    yield from unknown_references(prefectures, "seat_county", county_codes, "county of counties")
    total = prefectures.frame["provincial_share"].sum()
    if abs(total - 1) > SHARE_TOLERANCE and total > 0:
        what = f"provincial shares add up to {told_apart(total, 1.0)} and must add up to 1 (or all be 0)"
        yield Problem(what, prefectures.path, None, "provincial_share")


def _conditions_seasons(sheets: Sheets) -> Iterable[Problem]:
    known = sheets["seasons"].frame["season"]
    yield from unknown_references(sheets["conditions"], "season", known, "season of seasons")


def _capability_conditions(sheets: Sheets) -> Iterable[Problem]:
    conditions, capability = sheets["conditions"], sheets["capability"]
    known = conditions.frame["condition"]
    yield from unknown_references(capability, "condition", known, "condition of conditions")
    for name in sorted(set(known) - set(capability.frame["condition"])):
        yield Problem(f"condition '{name}' has no row", capability.path, None, "condition")


def _capability_kinds(sheets: Sheets) -> Iterable[Problem]:
    capability, kinds = sheets["capability"], sheets["kinds"]
    known = list(kinds.frame["kind"])
    columns = [name for name in capability.frame.columns if name != "condition"]
    for name in columns:
        if name not in known:
            what = f"this column is no facility kind of kinds{nearest(name, known)}"
            yield Problem(what, capability.path, 1, name)
    for name in known:
        if name not in columns:
            yield Problem("this facility kind has no column", capability.path, 1, name)


def _skills(sheets: Sheets) -> Iterable[Problem]:
    """Yield roles that no skill has: of each, the first stands in for those that a facility lacks.

    Of exams, what stands in is told by recipes.
    """
    sheet = sheets["skills"]
    for role in allowed_words("skills", "role"):
        if role != "exam" and role not in set(sheet.frame["role"]):
            yield Problem(f"no skill has the role '{role}'", sheet.path, None, "role")


def _services(sheets: Sheets) -> Iterable[Problem]:
    """Yield unknown services, those counted by what their role has none of, and kinds without doctors."""
    sheet, skills, kinds = sheets["services"], sheets["skills"].frame, sheets["kinds"].frame
    yield from unknown_references(sheet, "kind", kinds["kind"], "facility kind of kinds")
    yield from unknown_references(sheet, "skill", skills["skill"], "skill of skills")
    roles = sheet.frame["skill"].map(skills.set_index("skill")["role"])
    in_beds = roles.isin(["ward", "step_down"])
    for row in np.flatnonzero(roles.notna() & (in_beds != (sheet.frame["basis"] == "beds"))):
        needed = "beds" if in_beds.iloc[row] else "doctors or physicians"
        what = f"a service with the role '{roles.iloc[row]}' is counted by {needed}"
        yield sheet.problem(row, "basis", what)
    doctors = skills.loc[skills["role"] == "doctor", "skill"]
    if doctors.empty:
        return
    general = str(doctors.iloc[0])
    has = set(sheet.frame.loc[sheet.frame["skill"] == general, "kind"])
    for kind in kinds["kind"]:
        if kind not in has:
            what = f"the kind '{kind}' has no service '{general}', where patients first come to"
            yield Problem(what, sheet.path, None, "kind")


_FORMER_WARDS = MappingProxyType(
    {"general": "ward_general", "maternal_child": "ward_maternal_child"}
)
"""What wards were called when there were two of them."""


def _conditions_services(sheets: Sheets) -> Iterable[Problem]:
    skills = sheets["skills"].frame
    known = skills.loc[skills["role"] == "ward", "skill"]
    conditions = sheets["conditions"]
    yield from unknown_references(conditions, "ward", known, "ward of skills", _FORMER_WARDS)
    # An empty cell is the ward of all others.
    severe = ["", *known]
    yield from unknown_references(
        conditions, "severe_ward", severe, "ward of skills", _FORMER_WARDS
    )
    # An empty cell is the general department.
    departments = ["", *skills.loc[skills["role"] == "doctor", "skill"]]
    for column in ("department", "emergency_department"):
        yield from unknown_references(conditions, column, departments, "department of skills")


def _kinds_calendars(sheets: Sheets) -> Iterable[Problem]:
    known = sheets["calendars"].frame["calendar"]
    yield from unknown_references(sheets["kinds"], "calendar", known, "calendar of calendars")


def _calendars(sheets: Sheets) -> Iterable[Problem]:
    sheet = sheets["calendars"]
    frame = sheet.frame
    # Times are zero-padded HH:MM, so they compare as text.
    for row in np.flatnonzero(frame["closes"] <= frame["opens"]):
        what = "closes must be later than opens; a night is two periods, split at 24:00"
        yield sheet.problem(row, "closes", what)
    for _, day in frame.sort_values("opens").groupby(["calendar", "weekday"]):
        for before, row in zip(day.index[:-1], day.index[1:], strict=True):
            if str(frame.at[row, "opens"]) < str(frame.at[before, "closes"]):
                what = f"this period begins before that of line {sheet.lines[before]} ends"
                yield sheet.problem(row, "opens", what)


def _seasons(sheets: Sheets) -> Iterable[Problem]:
    sheet = sheets["seasons"]
    for season, months in sheet.frame.groupby("season"):
        if len(months) != 12:
            what = f"season '{season}' has {counted(len(months), '# month')} and needs 12"
            yield sheet.problem(int(months.index[-1]), "month", what)
        elif abs(months["factor"].mean() - 1) > _FACTOR_TOLERANCE:
            what = f"season '{season}' has mean {told_apart(months['factor'].mean(), 1.0)} and must have mean 1"
            yield sheet.problem(int(months.index[0]), "factor", what)


def _onset_hours(sheets: Sheets) -> Iterable[Problem]:
    sheet = sheets["onset_hours"]
    for profile in ("ambulatory", "emergency"):
        hours = sheet.frame[sheet.frame["profile"] == profile]
        if len(hours) != 7 * 24:
            what = f"profile '{profile}' has {counted(len(hours), '# row')} and needs 168, one per hour of week"
            yield Problem(what, sheet.path, None, "hour")
        elif abs(hours["factor"].mean() - 1) > _FACTOR_TOLERANCE:
            mean = told_apart(hours["factor"].mean(), 1.0)
            what = f"profile '{profile}' has mean {mean} and must have mean 1"
            yield Problem(what, sheet.path, None, "factor")


def _reimbursement(sheets: Sheets) -> Iterable[Problem]:
    sheet = sheets["reimbursement"]
    schemes = sheets["schemes"].frame["scheme"]
    yield from unknown_references(sheet, "scheme", schemes, "scheme of schemes")
    there = set(zip(*(sheet.frame[c] for c in ("scheme", "tier", "setting")), strict=True))
    for scheme in schemes:
        for tier in TIERS:
            for setting in ("outpatient", "inpatient"):
                if (scheme, tier, setting) not in there:
                    what = f"there is no row for {scheme}, {tier}, {setting}"
                    yield Problem(what, sheet.path, None, "scheme+tier+setting")


def _ranges(sheet: Sheet) -> Iterable[Problem]:
    """Yield parameters whose value lies outside the range they state."""
    frame = sheet.frame
    outside = (frame["value"] < frame["low"]) | (frame["value"] > frame["high"])
    for row in np.flatnonzero(outside):
        value, low, high = (float(frame[name].iloc[row]) for name in ("value", "low", "high"))
        what = f"{told_apart(value, low, high)} is outside its own range, {low:g} to {high:g}"
        yield sheet.problem(row, "value", what)


def _behaviour(sheets: Sheets) -> Iterable[Problem]:
    sheet = sheets["behaviour"]
    names = sheet.frame["parameter"]
    yield from _ranges(sheet)
    yield from unknown_references(
        sheet, "parameter", PARAMETERS, "behaviour parameter", FORMER_NAMES
    )
    for name, declared in PARAMETERS.items():
        if declared.neutral is None and name not in set(names):
            what = f"the parameter '{name}' ({declared.en}, {declared.unit}) is missing"
            yield Problem(what, sheet.path, None, "parameter")
    for row, name in enumerate(names):
        value = float(sheet.frame["value"].iloc[row])
        if name in PARAMETERS and not PARAMETERS[name].allows(value):
            what = f"{value:g} has no meaning for '{name}'; allowed: {PARAMETERS[name].allowed}"
            yield sheet.problem(row, "value", what)


def _layout(sheets: Sheets) -> Iterable[Problem]:
    sheet = sheets["layout"]
    yield from _ranges(sheet)
    yield from unknown_references(sheet, "parameter", LAYOUT_PARAMETERS, "layout parameter")
    for name in LAYOUT_PARAMETERS:
        if name not in set(sheet.frame["parameter"]):
            yield Problem(f"the parameter '{name}' is missing", sheet.path, None, "parameter")
    for row in np.flatnonzero(sheet.frame["value"] <= 0):
        yield sheet.problem(row, "value", "a layout parameter must be above 0")


def _hospital_split(sheets: Sheets) -> Iterable[Problem]:
    sheet = sheets["hospital_split"]
    shares = sheet.frame.groupby(["group", "resource"])["share"].sum()
    for group in ("hospital", "hospital_tcm", "maternal_child"):
        for resource in allowed_words("hospital_split", "resource"):
            total = float(shares.get((group, resource), 0.0))
            if abs(total - 1) > SHARE_TOLERANCE:
                what = f"shares of {group}, {resource} add up to {told_apart(total, 1.0)} and must add up to 1"
                yield Problem(what, sheet.path, None, "share")


def _institution_types(sheets: Sheets) -> Iterable[Problem]:
    items = sheets["statistics"].frame["item"]
    sheet = sheets["institution_types"]
    yield from unknown_references(sheet, "institution_type", items, "item of statistics")


def _sources(sheets: Sheets) -> Iterable[Problem]:
    """Yield guesses without a range, and rows about columns that do not exist."""
    sheet = sheets["sources"]
    frame = sheet.frame
    guessed = frame["confidence"].isin(["assumed", "calibrated"])
    for row in np.flatnonzero(guessed & (frame["low"].isna() | frame["high"].isna())):
        what = f"a value that is {frame['confidence'].iloc[row]} needs a range (low and high)"
        yield sheet.problem(row, "low", what)
    rows = zip(frame["table"], frame["column"], strict=True)
    for at, (table, column) in enumerate(rows):
        if table not in sheets:
            continue
        # A source may be stated for columns that loading adds as well.
        added = [column.name for column in tables()[table].added]
        known = [*map(str, sheets[table].frame.columns), *added]
        if table in ("services", "recipes") and "skills" in sheets:
            # Columns of services and recipes may have a source for each skill.
            skills = sheets["skills"].frame["skill"]
            known += [f"{name}.{skill}" for name in known for skill in skills]
        if now := schema(table).former.get(column):
            yield sheet.problem(
                at, "column", f"table {table} has no column '{column}'; it is {now} now"
            )
        elif column not in known:
            what = f"table {table} has no column '{column}'{nearest(column, known)}"
            yield sheet.problem(at, "column", what)


def _townships(sheets: Sheets) -> Iterable[Problem]:
    sheet, counties = sheets["townships"], sheets["counties"].frame
    yield from unknown_references(sheet, "county", counties["county"], "county of counties")
    for row in np.flatnonzero(sheet.frame["rural_population"] > sheet.frame["population"]):
        what = "more rural people than people"
        yield sheet.problem(row, "rural_population", what)
    people = sheet.frame.groupby("county")["population"].sum()
    yield from _same_people(sheet, people, counties.set_index("county")["population"], "county")


def _places(sheets: Sheets) -> Iterable[Problem]:
    sheet, townships = sheets["places"], sheets["townships"].frame
    known = townships["township"]
    yield from unknown_references(sheet, "township", known, "township of townships")
    home = sheet.frame["township"].map(townships.set_index("township")["county"])
    for row in np.flatnonzero(home.notna() & (home != sheet.frame["county"])):
        what = f"township {sheet.frame['township'].iloc[row]} lies in county {home.iloc[row]:.0f}"
        yield sheet.problem(row, "county", what)
    people = sheet.frame.groupby("township")["population"].sum()
    yield from _same_people(
        sheet, people, townships.set_index("township")["population"], "township"
    )


def _same_people(
    sheet: Sheet, people: pd.Series, expected: pd.Series, level: str
) -> Iterable[Problem]:
    """Yield areas whose parts do not add up to them."""
    for code, total in expected.items():
        found = int(people.get(code, 0))
        if found != total:
            what = f"{level} {code} has {total} people and its parts add up to {found}"
            yield Problem(what, sheet.path, None, "population")


def _facility_kinds(sheets: Sheets) -> Iterable[Problem]:
    sheet, kinds = sheets["facilities"], sheets["kinds"].frame
    yield from unknown_references(sheet, "kind", kinds["kind"], "facility kind of kinds")
    tiers = sheet.frame["kind"].map(kinds.set_index("kind")["tier"])
    stated = sheet.frame["tier"]
    for row in np.flatnonzero((stated != "") & tiers.notna() & (stated != tiers)):
        kind = sheet.frame["kind"].iloc[row]
        what = f"a {kind} is of tier {tiers.iloc[row]}; leave the cell empty or write that"
        yield sheet.problem(row, "tier", what)
    for row in np.flatnonzero(sheet.frame["general_practitioners"] > sheet.frame["physicians"]):
        what = "more general practitioners than physicians, of whom they are a part"
        yield sheet.problem(row, "general_practitioners", what)
    yield from values.step_down_beds(sheets)
