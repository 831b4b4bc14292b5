"""What of a region is uncertain: assumed numbers with a range, and the region with other values of them.

A behaviour parameter has a range of its own. A column of a table has a factor: all its cells are wrong in
the same direction, as when consultations take longer everywhere than was assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from sim.errors import InputError, nearest
from sim.region.region import Region
from sim.region.schemas import schema

_TABLES = ("conditions", "capability", "kinds", "services", "recipes", "reimbursement")
"""Tables whose columns a common factor makes sense for: not people, places and schemes, which add up to
published totals, nor profiles of the year and the week, of which only the shape counts."""
_PARTS_OF_A_WHOLE = frozenset(
    {
        "share_of_beds",
        *("service_share", "drug_share", "consumable_share", "exam_fee_share"),
    }
)
"""Columns that add up to 1: none of them can be larger by itself."""
_UNCERTAIN = frozenset({"assumed", "calibrated"})


@dataclass(frozen=True)
class Parameter:
    """An uncertain number.

    Attributes
    ----------
    name : str
        ``behaviour.travel_per_minute``, ``conditions.acute_days`` for the factor of a column, or
        ``services.minutes.doctor`` for that of a column where it is about one skill.
    value : float
        As the region states it; 1 for a factor.
    low, high : float
        The ends of its range.
    source, note : str
        Where range and value come from.
    """

    name: str
    value: float
    low: float
    high: float
    source: str
    note: str


def uncertain_parameters(region: Region) -> tuple[Parameter, ...]:
    """Return everything in a region that is assumed or calibrated and has a range.

    Parameters
    ----------
    region : Region

    Returns
    -------
    tuple of Parameter
        Behaviour first, then columns, in the order of the region's tables.
    """
    return (*_behaviour(region), *_columns(region))


def _behaviour(region: Region) -> list[Parameter]:
    table = region.behaviour
    chosen = table[table["confidence"].isin(_UNCERTAIN) & (table["high"] > table["low"])]
    return [
        Parameter(
            f"behaviour.{row['parameter']}",
            float(row["value"]),
            float(row["low"]),
            float(row["high"]),
            _text(row["source"]),
            _text(row["note"]),
        )
        for _, row in chosen.iterrows()
    ]


def _columns(region: Region) -> list[Parameter]:
    table = region.sources
    chosen = table[
        table["confidence"].isin(_UNCERTAIN)
        & (table["high"] > table["low"])
        & table["table"].isin(_TABLES)
        & ~table["column"].isin(_PARTS_OF_A_WHOLE)
    ]
    return [
        Parameter(
            f"{row['table']}.{row['column']}",
            1.0,
            float(row["low"]),
            float(row["high"]),
            _text(row["source"]),
            _text(row["note"]),
        )
        for _, row in chosen.iterrows()
    ]


def _text(cell: object) -> str:
    return "" if pd.isna(cell) else str(cell)  # type: ignore[call-overload]


def with_parameters(region: Region, values: Mapping[str, float]) -> Region:
    """Return a region in which uncertain numbers have other values.

    Parameters
    ----------
    region : Region
        Unchanged.
    values : mapping of str to float
        New values, or factors, by `Parameter.name`. Shares stay between 0 and 1.

    Raises
    ------
    InputError
        If a name is none of `uncertain_parameters`.
    """
    known = [each.name for each in uncertain_parameters(region)]
    unknown = [name for name in values if name not in known]
    if unknown:
        raise InputError(
            *(f"the region has no uncertain number '{n}'{_hint(n, known)}" for n in unknown)
        )
    frames = {name: getattr(region, name).copy() for name in (*_TABLES, "behaviour")}
    for name, value in values.items():
        table, _, column = name.partition(".")
        if table == "behaviour":
            frame = frames["behaviour"]
            frame["value"] = frame["value"].astype(float)
            frame.loc[frame["parameter"] == column, "value"] = value
        else:
            _scale(frames[table], table, column, value)
    return replace(region, **frames)


def _hint(name: str, known: list[str]) -> str:
    """Return where a number stands that had this name once, or the nearest name."""
    table, _, column = name.partition(".")
    now = schema(table).former.get(column) if table in _TABLES else None
    return f"; it is {now} now" if now else nearest(name, known)


def _scale(frame: pd.DataFrame, table: str, name: str, factor: float) -> None:
    """Multiply a column, or what it says of one skill (``minutes.doctor``)."""
    column, _, skill = name.partition(".")
    scaled = _scaled(frame[column], factor, table)
    if skill:
        scaled = scaled.where(frame["skill"] == skill, frame[column].astype(float))
    if table == "services" and column in ("ratio", "night"):
        # No more doctors on duty than there are.
        scaled = scaled.where(frame["basis"] != "doctors", scaled.clip(upper=1.0))
    frame[column] = scaled


def _scaled(column: pd.Series, factor: float, table: str) -> pd.Series:
    """Return a column times a factor; no share becomes more than all."""
    scaled = column.astype(float) * factor
    name = f"{table}.{column.name}"
    is_share = name.endswith("_share") or name in ("reimbursement.rate", "recipes.share")
    is_share |= table == "capability"
    return scaled.clip(upper=1.0) if is_share else scaled
