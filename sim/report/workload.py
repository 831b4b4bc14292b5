"""Figure: how full are the beds, and how long do patients wait?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.glossary import TIERS, term
from sim.report.cells import ROW_HEIGHT, Cells, column_width, draw_cells, shades
from sim.report.style import figure_style, finished, headline, mark_no_data, new_figure, rows_height
from sim.report.wording import wrapped
from sim.report.words import Words

PANELS = ("bed_occupancy", "doctor_wait_mean", "bed_wait_mean")
PRIORITIES = ("emergency", "referred", "routine")
_TITLES = ("text.load_occupancy", "text.load_doctor", "text.load_bed")
_COLOURS = ("#0072B2", "#D55E00", "#D55E00")
_HEADING = 12  # columns of the screen in a line of a heading
_EDGE = 2.4  # inches for the names at the left
_LEAST_SHOWN = 0.05  # of a wait in the unit shown: less would read 0.0


def draw_load(
    indicators: pd.DataFrame,
    facilities: pd.DataFrame,
    waits: pd.DataFrame,
    scenarios: pd.DataFrame,
    words: Words,
    caption: str = "",
) -> Figure:
    """Draw bed occupancy by kind of facility, waits for a doctor by tier, and for a bed by priority.

    Parameters
    ----------
    indicators, facilities, waits, scenarios : pandas.DataFrame
        As in ``StudyTables``.
    words : Words
    caption : str
        What the figure is of, under it.

    Returns
    -------
    matplotlib.figure.Figure
        Three tables of coloured cells: a row per scenario, the lowest tier at the left.
    """
    titles = words.titles(scenarios)
    frames = (
        occupancy_by_kind(facilities),
        _doctor_waits(indicators),
        bed_waits_by_priority(waits),
    )
    rows = {name: wrapped(title, 24) for name, title in titles.items()}
    headings = [_headings(frame.columns, words) for frame in frames]
    widths = [len(h) * column_width([*h.values()]) for h in headings]
    height = max(ROW_HEIGHT * len(rows), rows_height(rows.values(), ROW_HEIGHT))
    with figure_style():
        figure = new_figure(max(_EDGE + max(widths, default=0.0), 9.0), 1.5 + 3 * (height + 0.75))
        headline(figure, words["text.load_title"], words["text.load_note"], caption)
        # A panel is as wide as its columns need, so that all cells are of one size.
        panels = figure.subplots(3, 1)
        for axis, frame, heading, key, title, colour in zip(
            panels, frames, headings, PANELS, _TITLES, _COLOURS, strict=True
        ):
            axis.set_title(words[title], loc="left", pad=8)
            if frame.empty:
                axis.set_axis_off()
                mark_no_data(axis, words)
                continue
            _panel(axis, key, frame.reindex(list(titles)), rows, heading, colour)
            axis.set_xlim(-0.5, max(map(len, headings)) - 0.5)
        return finished(figure)


def occupancy_by_kind(facilities: pd.DataFrame) -> pd.DataFrame:
    """Return occupied over staffed beds, a row per scenario, a column per kind, the lowest tier first."""
    beds = facilities[(facilities["staffed_beds"] > 0) & facilities["bed_occupancy"].notna()]
    occupied = beds.assign(occupied=beds["bed_occupancy"] * beds["staffed_beds"])
    sums = occupied.groupby(["scenario", "kind"])[["occupied", "staffed_beds"]].sum()
    share = (sums["occupied"] / sums["staffed_beds"]).unstack()
    order = beds.assign(place=beds["tier"].map(TIERS.index)).groupby("kind")["place"].min()
    kinds = facilities["kind"].drop_duplicates().tolist()  # as the region lists them
    return share.reindex(columns=sorted(share.columns, key=lambda k: (order[k], kinds.index(k))))


def bed_waits_by_priority(waits: pd.DataFrame) -> pd.DataFrame:
    """Return mean waits for a bed in minutes, a row per scenario, a column per (tier, priority)."""
    beds = waits[(waits["resource"] == "bed") & (waits["skill"] == "") & (waits["served"] > 0)]
    table = beds.pivot_table(index="scenario", columns=["tier", "priority"], values="mean")
    order = [(tier, p) for tier in TIERS for p in PRIORITIES if (tier, p) in table.columns]
    return table.reindex(columns=pd.MultiIndex.from_tuples(order)) if order else table


def _doctor_waits(indicators: pd.DataFrame) -> pd.DataFrame:
    """Return mean waits for a doctor in minutes, a row per scenario, a column per tier."""
    rows = indicators[
        (indicators["indicator"] == "doctor_wait_mean")
        & indicators["tier"].isin(TIERS)
        & (indicators["county"] == 0)
    ].dropna(subset=["value"])
    table = rows.pivot_table(index="scenario", columns="tier", values="value")
    return table.reindex(columns=[tier for tier in TIERS if tier in table.columns])


def _headings(columns: pd.Index, words: Words) -> dict[str, str]:
    """Return the heading of each column: a kind of facility, a tier, or a tier with a priority."""
    headings = {}
    for column in columns:
        if isinstance(column, tuple):
            tier, priority = column
            text = f"{words[f'tier.{tier}']}\n{words[f'priority.{priority}']}"
        else:
            family = "tier" if column in TIERS else "facility"
            text = wrapped(words[f"{family}.{column}"], _HEADING)
        headings["/".join(column) if isinstance(column, tuple) else str(column)] = text
    return headings


def _panel(
    axis: Axes,
    indicator: str,
    values: pd.DataFrame,
    rows: Mapping[str, str],
    headings: Mapping[str, str],
    colour: str,
) -> None:
    """Draw the cells of one indicator."""
    entry = term(indicator)
    shown = values * entry.scale
    shown.columns = pd.Index(list(headings))
    if entry.is_share:
        colours = shades(shown, colour, 0.0, 100.0)
        texts = shown.map(lambda value: "" if np.isnan(value) else f"{value:.0f}")
    else:
        # Waits lie between seconds and days: their logarithm is coloured.
        logs = shown.clip(lower=_LEAST_SHOWN).map(np.log)
        top = max(float(np.nan_to_num(logs.to_numpy(), nan=0.0).max()), 1.0)
        colours = shades(logs, colour, float(np.log(_LEAST_SHOWN)), top)
        texts = shown.map(_wait)
    draw_cells(axis, Cells(texts, colours, rows, headings))


def _wait(value: float) -> str:
    if np.isnan(value):
        return ""
    if value < _LEAST_SHOWN:
        return "<0.1" if value > 0 else "0"
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"
