"""Figure: from which tier of first contact to which tier of care do patients flow?"""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from sim.frames import number
from sim.glossary import TIERS
from sim.report.spread import spread
from sim.report.style import (
    TIER_COLOURS,
    figure_style,
    finished,
    headline,
    mark_no_data,
    new_figure,
)
from sim.report.summary import flow_counts, largest_total
from sim.report.words import Words

PANELS = (
    ("text.flows_visits", "text.first_contact", "text.place_of_care", ("outpatient", "emergency")),
    ("text.flows_admissions", "text.first_contact", "text.place_of_stay", ("admission",)),
)
NODE_WIDTH = 0.035
GAP = 0.03  # between nodes, as a share of the largest panel of all scenarios
TOP = 1.0 + GAP * (len(TIERS) - 1)
LABEL_SPACING = 0.062  # of neighbouring labels, on the same scale
NAMED_BAND = 0.03  # thinner bands carry no number


def draw_flows(
    yearly: pd.DataFrame, scenarios: pd.DataFrame, scenario: str, words: Words, caption: str = ""
) -> Figure:
    """Draw bands from the tier of first contact to the tier of care, visits and admissions apart.

    Parameters
    ----------
    yearly : pandas.DataFrame
        As `sim.report.summary.yearly_flows` returns it: of all scenarios, which share one scale.
    scenarios : pandas.DataFrame
        As in ``StudyTables``.
    scenario : str
        Name of the scenario to draw.
    words : Words
    caption : str
        What the figure is of, under it.

    Returns
    -------
    matplotlib.figure.Figure
        Two panels; heights are numbers a year, as shares of the largest panel of any scenario.
    """
    title = words.titles(scenarios)[scenario]
    with figure_style():
        figure = new_figure(13, 6.2)
        headline(
            figure,
            words.filled("text.flows_title", scenario=title),
            words["text.flows_note"],
            caption,
        )
        for axis, (key, first, last, kinds) in zip(figure.subplots(1, 2), PANELS, strict=True):
            axis.set_axis_off()
            counts = flow_counts(yearly, scenario, kinds)
            total = float(counts.to_numpy().sum())
            if total == 0:
                axis.set_title(words[key], pad=14)
                mark_no_data(axis, words)
                continue
            title = words.filled("text.flows_total", kind=words[key], count=f"{total:,.0f}")
            axis.set_title(title, pad=14)
            part = total / largest_total(yearly, kinds)
            _alluvial(axis, counts / total, part, (words[first], words[last]), words)
        return finished(figure)


def _alluvial(
    axis: Axes, shares: pd.DataFrame, part: float, headings: tuple[str, str], words: Words
) -> None:
    """Draw nodes at both sides and the bands between them, in heights of `part` of the largest panel."""
    first, last = shares.sum(axis=1), shares.sum(axis=0)
    left, right = _bottoms(first, part), _bottoms(last, part)
    _nodes(axis, first, left, 0.0, part, words)
    _nodes(axis, last, right, 1.0 - NODE_WIDTH, part, words)
    left_used, right_used = dict(left), dict(right)
    for origin in left:
        for goal in right:
            share = number(shares, origin, goal)
            if share > 0:
                ends = left_used[origin], right_used[goal]
                _band(axis, ends, share, part, TIER_COLOURS[origin])
                left_used[origin] += share * part
                right_used[goal] += share * part
    for place, heading in zip((NODE_WIDTH, 1 - NODE_WIDTH), headings, strict=True):
        side = "right" if place < 0.5 else "left"
        axis.text(place, TOP + 0.06, heading, ha=side, color="#444444")
    axis.set_xlim(-0.42, 1.42)
    # The same for all scenarios, so that two of them can be laid side by side.
    axis.set_ylim(-0.05, TOP + 0.12)


def _bottoms(shares: pd.Series[float], part: float) -> dict[str, float]:
    """Return the lower edge of every tier that has patients, the village at the bottom."""
    bottoms = {}
    height = 0.0
    for tier in TIERS:
        if shares[tier] > 0:
            bottoms[tier] = height
            height += float(shares[tier]) * part + GAP
    return bottoms


def _nodes(
    axis: Axes,
    shares: pd.Series[float],
    bottoms: dict[str, float],
    x: float,
    part: float,
    words: Words,
) -> None:
    """Draw one column of nodes with tier names and shares on its outer side."""
    centres = [bottom + float(shares[tier]) * part / 2 for tier, bottom in bottoms.items()]
    outwards = -1 if x == 0 else 1
    edge = x if outwards < 0 else x + NODE_WIDTH
    for (tier, bottom), centre, height in zip(
        bottoms.items(), centres, spread(centres, LABEL_SPACING), strict=True
    ):
        share = float(shares[tier])
        box = (x, bottom), NODE_WIDTH, share * part
        axis.add_patch(Rectangle(*box, facecolor=TIER_COLOURS[tier], linewidth=0))
        axis.plot([edge, edge + outwards * 0.03], [centre, height], color="#999999", linewidth=0.8)
        digits = 1 if share >= 0.001 else 2
        axis.text(
            edge + outwards * 0.04,
            height,
            f"{words[f'tier.{tier}']} {share:.{digits}%}",
            ha="right" if outwards < 0 else "left",
            va="center",
        )


def _band(axis: Axes, ends: tuple[float, float], share: float, part: float, colour: str) -> None:
    """Draw one band as two curves, with its share where it is thick enough to hold a number."""
    (start, end), height = ends, share * part
    x0, x1 = NODE_WIDTH, 1 - NODE_WIDTH
    points = [
        (x0, start),
        (0.5, start),
        (0.5, end),
        (x1, end),
        (x1, end + height),
        (0.5, end + height),
        (0.5, start + height),
        (x0, start + height),
        (x0, start),
    ]
    codes = [Path.MOVETO] + [Path.CURVE4] * 3 + [Path.LINETO] + [Path.CURVE4] * 3 + [Path.CLOSEPOLY]
    axis.add_patch(PathPatch(Path(points, codes), facecolor=colour, alpha=0.5, linewidth=0))
    if height >= NAMED_BAND:
        axis.text(x0 + 0.015, start + height / 2, f"{share:.1%}", va="center_baseline", fontsize=9)
