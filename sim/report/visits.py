"""Figure: at which tiers do visits take place?"""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.figure import Figure

from sim.glossary import TIERS
from sim.report.stacked import stack
from sim.report.style import (
    TIER_COLOURS,
    figure_style,
    finished,
    headline,
    legend_above,
    new_figure,
    rows_height,
)
from sim.report.summary import visit_shares
from sim.report.wording import wrapped
from sim.report.words import Words

PRIMARY = ("village", "township")
FITTING = 0.03  # a narrower part has no room for its number


def draw_visits(
    yearly: pd.DataFrame,
    scorecard: pd.DataFrame,
    scenarios: pd.DataFrame,
    words: Words,
    caption: str = "",
) -> Figure:
    """Draw the share of outpatient and emergency visits at each tier by scenario.

    Parameters
    ----------
    yearly : pandas.DataFrame
        As `sim.report.summary.yearly_flows` returns it.
    scorecard, scenarios : pandas.DataFrame
        As in ``StudyTables``; the scorecard gives the target for the primary share, if it has one.
    words : Words
    caption : str
        What the figure is of, under it.

    Returns
    -------
    matplotlib.figure.Figure
        Bars of 100 %, the lowest tier at the left, the sum of primary care at the right.
    """
    names = {name: wrapped(title) for name, title in words.titles(scenarios).items()}
    primary = scorecard[scorecard["indicator"] == "primary_visit_share"]
    note = words["text.visits_note_plain"]
    shares = visit_shares(yearly)
    with figure_style():
        figure = new_figure(11.5, 2.6 + rows_height(names.values(), 0.5))
        axis = figure.subplots()
        if not primary.empty and primary.iloc[0]["operator"]:
            row = primary.iloc[0]
            target = words.target("primary_visit_share", str(row["operator"]), float(row["target"]))
            note = words.filled("text.visits_note", target=target)
            place = float(row["target"]) * 100
            axis.axvline(place, color="black", linestyle="--", linewidth=1.4)
            axis.annotate(
                words.filled("text.target_line", target=target),
                (place, 1.0),
                xycoords=("data", "axes fraction"),
                xytext=(0, 3),
                textcoords="offset points",
                ha="center",
                fontsize=9.5,
            )
        headline(figure, words["text.visits_title"], note, caption)
        stack(
            axis,
            shares,
            names,
            TIER_COLOURS,
            {tier: words[f"tier.{tier}"] for tier in TIERS},
            least=FITTING,
            span=100.0,
            no_data=words["text.no_data"],
        )
        sums = shares[list(PRIMARY)].sum(axis=1, skipna=False).reindex(list(names))
        for place, share in enumerate(sums):
            if not math.isnan(share):
                value = words.value("primary_visit_share", float(share))
                text = words.filled("text.primary_sum", share=value)
                axis.text(101, place, text, va="center", fontsize=10.5)
        axis.set_xlim(0, 100)
        axis.set_xlabel(words["text.visits_axis"])
        legend_above(axis, columns=len(TIERS), points=20.0)
        return finished(figure)
