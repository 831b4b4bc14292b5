"""Figure: how full are the beds, and how long do patients wait?"""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.glossary import TIERS, Language, label, term
from sim.report.style import (
    PALE,
    SCENARIO_COLOURS,
    SCENARIO_MARKERS,
    bare,
    figure_style,
    finished,
    headline,
    mark_no_data,
    new_figure,
)
from sim.report.wording import has_interval, scenario_titles, wrapped
from sim.study.compare import summarise

PANELS = ("bed_occupancy", "doctor_wait_mean", "bed_wait_mean")
BAND = 0.72  # part of a tier's row that its dots are spread over


def draw_load(indicators: pd.DataFrame, scenarios: pd.DataFrame, lang: Language) -> Figure:
    """Draw bed occupancy, wait for a doctor and wait for a bed by tier and scenario.

    Parameters
    ----------
    indicators, scenarios : pandas.DataFrame
        As in ``StudyTables``; of ``indicators`` the rows by tier for all counties are shown.
    lang : Language
        ``zh`` or ``en``.

    Returns
    -------
    matplotlib.figure.Figure
        Three panels, one row per tier, one dot with a 95 % interval per scenario.

    Raises
    ------
    InputError
        If no font draws the language.
    """
    titles = scenario_titles(scenarios, lang)
    rows = indicators[
        indicators["indicator"].isin(PANELS)
        & indicators["tier"].isin(TIERS)
        & (indicators["county"] == 0)
    ]
    summary = summarise(rows).dropna(subset=["mean"])
    tiers = [tier for tier in reversed(TIERS) if tier in set(summary["tier"])]
    with figure_style(lang):
        figure = new_figure(12.5, 3.0 + len(tiers) * max(0.8, 0.17 * len(titles)))
        headline(figure, label("text.load_title", lang), label("text.interval_note", lang))
        axes = figure.subplots(1, len(PANELS), sharey=True)
        for axis, indicator in zip(axes, PANELS, strict=True):
            _panel(axis, summary[summary["indicator"] == indicator], tiers, titles, lang)
            words = term(indicator)
            axis.set_title(words.text(lang), loc="left")
            axis.set_xlabel(words.unit(lang))
        axes[0].set_yticks(range(len(tiers)), [label(f"tier.{tier}", lang) for tier in tiers])
        axes[0].set_ylim(max(len(tiers), 1) - 0.5, -0.5)
        handles, names = axes[0].get_legend_handles_labels()
        names = [wrapped(name, lang) for name in names]
        figure.legend(handles, names, loc="outside right upper", labelspacing=0.9)
        return finished(figure)


def _panel(
    axis: Axes, summary: pd.DataFrame, tiers: list[str], titles: dict[str, str], lang: Language
) -> None:
    """Draw one indicator: a row per tier, in it a dot per scenario."""
    scale = term(PANELS[0] if summary.empty else str(summary["indicator"].iloc[0])).scale
    if summary.empty:
        mark_no_data(axis, lang)
    for border in range(1, len(tiers)):
        axis.axhline(border - 0.5, color=PALE, linewidth=0.8)
    for place, (name, title) in enumerate(titles.items()):
        colour = SCENARIO_COLOURS[place % len(SCENARIO_COLOURS)]
        marker = SCENARIO_MARKERS[place % len(SCENARIO_MARKERS)]
        shift = BAND * ((place + 0.5) / len(titles) - 0.5)
        rows = summary[summary["scenario"] == name]
        heights = [tiers.index(tier) + shift for tier in rows["tier"]]
        for height, low, high in zip(heights, rows["low"], rows["high"], strict=True):
            if has_interval(low, high):
                axis.plot([low * scale, high * scale], [height] * 2, color=colour, linewidth=1.8)
        axis.plot(
            rows["mean"] * scale,
            heights,
            marker,
            color=colour,
            markersize=5.5,
            label=title,
            clip_on=False,  # a wait of nothing is a whole dot on the axis
        )
    axis.set_xlim(left=0)
    axis.margins(x=0.08)
    axis.grid(axis="x")
    bare(axis)
