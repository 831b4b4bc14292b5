"""Figure: which counties reach the target, where several are simulated?"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd
from matplotlib.figure import Figure

from sim.measure.tables import HEADLINE
from sim.report.cells import ROW_HEIGHT, Cells, column_width, draw_cells
from sim.report.style import figure_style, finished, headline, new_figure
from sim.report.wording import wrapped
from sim.report.words import Words

MOST_SCENARIOS = 8
"""Columns of the figure: the first scenarios of those shown."""
VERDICT_COLOURS: Mapping[str, str] = MappingProxyType(
    {"met": "#A6D8C8", "not_met": "#F2B98A", "undecided": "#DDDDDD", "no_target": "#DDDDDD"}
)


def draw_counties(
    table: pd.DataFrame,
    scenarios: pd.DataFrame,
    names: Mapping[int, str],
    target: str,
    words: Words,
    caption: str = "",
) -> Figure:
    """Draw the in-county rate of every county, by scenario.

    Parameters
    ----------
    table : DataFrame
        As `sim.measure.counties.by_county` returns it, not empty.
    scenarios : DataFrame
        As in ``StudyTables``; at most `MOST_SCENARIOS` of them are columns.
    names : mapping of int to str
        Of counties, by code.
    target : str
        For people.
    words : Words
    caption : str
        What the figure is of, under it.

    Returns
    -------
    matplotlib.figure.Figure
        A row per county, those with the highest rate in the last scenario first.
    """
    titles = dict(list(words.titles(scenarios).items())[:MOST_SCENARIOS])
    means = table.pivot(index="county", columns="scenario", values="mean")[list(titles)]
    means = means.sort_values(means.columns[-1], ascending=False, kind="stable")
    verdicts = table.pivot(index="county", columns="scenario", values="verdict")
    verdicts = verdicts.loc[means.index, list(titles)]
    texts = means.map(lambda value: "" if pd.isna(value) else words.value(HEADLINE, value))
    headings = {name: wrapped(title, 20) for name, title in titles.items()}
    lines = max(heading.count("\n") + 1 for heading in headings.values())
    width = len(headings) * column_width([*headings.values()], least=1.1)
    with figure_style():
        figure = new_figure(max(2.2 + width, 10.0), 1.6 + 0.2 * lines + ROW_HEIGHT * len(means))
        note = words.filled("text.counties_note", target=target)
        headline(figure, words["text.counties_title"], note, caption)
        cells = Cells(
            texts,
            verdicts.map(VERDICT_COLOURS.__getitem__),
            {str(county): names[int(county)] for county in means.index},
            headings,
        )
        draw_cells(figure.subplots(), cells, size=10.5)
        return finished(figure)
