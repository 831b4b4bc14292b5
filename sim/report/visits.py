"""Figure: at which tiers do visits take place?"""

from __future__ import annotations

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

FITTING = 0.03  # a narrower part has no room for its number


def draw_visits(
    flows: pd.DataFrame,
    scorecard: pd.DataFrame,
    scenarios: pd.DataFrame,
    words: Words,
    caption: str = "",
) -> Figure:
    """Draw the share of outpatient and emergency visits at each tier by scenario.

    Parameters
    ----------
    flows, scorecard, scenarios : pandas.DataFrame
        As in ``StudyTables``; the scorecard gives the target for the primary share, if it has one.
    words : Words
    caption : str
        What the figure is of, under it.

    Returns
    -------
    matplotlib.figure.Figure
        Bars of 100 %, the lowest tier at the left.
    """
    names = {name: wrapped(title) for name, title in words.titles(scenarios).items()}
    primary = scorecard[scorecard["indicator"] == "primary_visit_share"]
    note = words["text.visits_note_plain"]
    with figure_style():
        figure = new_figure(10.5, 2.7 + rows_height(names.values(), 0.5))
        axis = figure.subplots()
        if not primary.empty and primary.iloc[0]["operator"]:
            row = primary.iloc[0]
            target = words.target("primary_visit_share", str(row["operator"]), float(row["target"]))
            note = words["text.visits_note"].format(target=target)
            place = float(row["target"]) * 100
            axis.axvline(place, color="white", linewidth=3, alpha=0.7)  # to stand out on dark bars
            axis.axvline(place, color="black", linestyle="--", linewidth=1.4)
        headline(figure, words["text.visits_title"], note, caption)
        stack(
            axis,
            visit_shares(flows),
            names,
            TIER_COLOURS,
            {tier: words[f"tier.{tier}"] for tier in TIERS},
            least=FITTING,
            no_data=words["text.no_data"],
        )
        axis.set_xlim(0, 100)
        axis.set_xlabel(words["text.visits_axis"])
        legend_above(axis, 1.02, columns=len(TIERS))
        return finished(figure)
