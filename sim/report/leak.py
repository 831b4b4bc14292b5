"""Figure: why does care leave the county?"""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from sim.glossary import LEAK_REASONS, Language, label
from sim.report.stacked import stack
from sim.report.style import (
    REASON_COLOURS,
    figure_style,
    finished,
    headline,
    legend_above,
    new_figure,
)
from sim.report.summary import leak_shares
from sim.report.wording import format_value, scenario_titles, wrapped

FITTING = 0.055  # a part narrower than this share of the longest bar has no room for its number


def draw_leak(flows: pd.DataFrame, scenarios: pd.DataFrame, lang: Language) -> Figure:
    """Draw the out-of-county share by scenario, split into its reasons.

    Parameters
    ----------
    flows, scenarios : pandas.DataFrame
        As in ``StudyTables``.
    lang : Language
        ``zh`` or ``en``.

    Returns
    -------
    matplotlib.figure.Figure
        Stacked bars; the parts add up to the total written at the end of the bar.

    Raises
    ------
    InputError
        If no font draws the language.
    ValueError
        If there is an unknown reason.
    """
    shares = leak_shares(flows)
    titles = scenario_titles(scenarios, lang)
    totals = shares.sum(axis=1).reindex(list(titles)).fillna(0.0)
    longest = max(float(totals.max()), 1e-9)
    with figure_style(lang):
        figure = new_figure(10.5, 2.7 + 0.5 * len(titles))
        headline(figure, label("text.leak_title", lang), label("text.leak_note", lang))
        axis = figure.subplots()
        stack(
            axis,
            shares,
            {name: wrapped(title, lang) for name, title in titles.items()},
            REASON_COLOURS,
            {reason: label(f"reason.{reason}", lang) for reason in LEAK_REASONS},
            least=FITTING * longest,
        )
        for place, total in enumerate(totals):
            words = format_value("in_county_rate", float(total), lang)
            axis.text(total * 100 + longest * 1.2, place, words, va="center", fontsize=11)
        axis.set_xlim(0, longest * 112)
        axis.set_xlabel(label("text.leak_axis", lang))
        axis.grid(axis="x")
        legend_above(axis, 1.02, columns=len(LEAK_REASONS))
        return finished(figure)
