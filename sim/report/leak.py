"""Figure: why does care leave the county?"""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.figure import Figure

from sim.glossary import LEAK_REASONS
from sim.report.stacked import stack
from sim.report.style import (
    REASON_COLOURS,
    figure_style,
    finished,
    headline,
    legend_above,
    new_figure,
    rows_height,
)
from sim.report.summary import leak_shares
from sim.report.wording import wrapped
from sim.report.words import Words

SHORTEST = 0.01  # of an axis, as a share of visits: where nobody leaves there is no scale
FITTING = 0.055  # a part narrower than this share of the longest bar has no room for its number


def draw_leak(
    yearly: pd.DataFrame, scenarios: pd.DataFrame, words: Words, caption: str = ""
) -> Figure:
    """Draw the out-of-county share by scenario, split into its reasons.

    Parameters
    ----------
    yearly : pandas.DataFrame
        As `sim.report.summary.yearly_flows` returns it.
    scenarios : pandas.DataFrame
        As in ``StudyTables``.
    words : Words
    caption : str
        What the figure is of, under it.

    Returns
    -------
    matplotlib.figure.Figure
        Stacked bars; the parts add up to the total written at the end of the bar, with the number of visits
        and stays a year.

    Raises
    ------
    ValueError
        If there is an unknown reason.
    """
    shares = leak_shares(yearly)
    counts = yearly[yearly["reason"] != ""].groupby("scenario")["count"].sum()
    titles = words.titles(scenarios)
    names = {name: wrapped(title) for name, title in titles.items()}
    totals = shares.sum(axis=1, skipna=False).reindex(list(titles))
    longest = max(totals.fillna(0.0).max(), SHORTEST)
    with figure_style():
        figure = new_figure(12, 2.6 + rows_height(names.values(), 0.5))
        headline(figure, words["text.leak_title"], words["text.leak_note"], caption)
        axis = figure.subplots()
        stack(
            axis,
            shares,
            names,
            REASON_COLOURS,
            {reason: words[f"reason.{reason}"] for reason in LEAK_REASONS},
            least=FITTING * longest,
            span=longest * 135,
            no_data=words["text.no_data"],
        )
        for place, (name, total) in enumerate(totals.items()):
            if math.isnan(total):
                continue
            text = words.filled(
                "text.leak_total",
                share=words.value("in_county_rate", float(total)),
                count=f"{counts.get(name, 0.0):,.0f}",
            )
            axis.text(total * 100 + longest * 1.2, place, text, va="center", fontsize=10.5)
        axis.set_xlim(0, longest * 135)
        axis.set_xlabel(words["text.leak_axis"])
        axis.grid(axis="x")
        legend_above(axis, columns=3)
        return finished(figure)
