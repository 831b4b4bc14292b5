"""Figure: from which tier of first contact to which tier of care do patients flow?"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from sim.frames import number
from sim.glossary import TIERS
from sim.report.style import (
    TIER_COLOURS,
    figure_style,
    finished,
    headline,
    mark_no_data,
    new_figure,
)
from sim.report.summary import flow_shares
from sim.report.words import Words

PANELS = (
    ("text.flows_visits", ("outpatient", "emergency")),
    ("text.flows_admissions", ("admission",)),
)
NODE_WIDTH = 0.035
GAP = 0.03  # between nodes, as a share of all visits
LABEL_SPACING = 0.062  # of neighbouring labels, on the same scale
NAMED_BAND = 0.035  # thinner bands carry no number


def draw_flows(
    flows: pd.DataFrame, scenarios: pd.DataFrame, scenario: str, words: Words, caption: str = ""
) -> Figure:
    """Draw bands from the tier of first contact to the tier of care, visits and admissions apart.

    Parameters
    ----------
    flows, scenarios : pandas.DataFrame
        As in ``StudyTables``.
    scenario : str
        Name of the scenario to draw.
    words : Words
    caption : str
        What the figure is of, under it.

    Returns
    -------
    matplotlib.figure.Figure
        Two panels; heights are shares of the panel's visits.
    """
    title = words.titles(scenarios)[scenario]
    with figure_style():
        figure = new_figure(13, 6)
        headline(
            figure,
            words["text.flows_title"].format(scenario=title),
            words["text.flows_note"],
            caption,
        )
        for axis, (key, kinds) in zip(figure.subplots(1, 2), PANELS, strict=True):
            axis.set_title(words[key], pad=14)
            axis.set_axis_off()
            shares = flow_shares(flows, scenario, kinds)
            if shares.to_numpy().sum() == 0:
                mark_no_data(axis, words)
            else:
                _alluvial(axis, shares, words)
        return finished(figure)


def _alluvial(axis: Axes, shares: pd.DataFrame, words: Words) -> None:
    """Draw nodes at both sides and the bands between them."""
    first, last = shares.sum(axis=1), shares.sum(axis=0)
    left, right = _bottoms(first), _bottoms(last)
    _nodes(axis, first, left, 0.0, words)
    _nodes(axis, last, right, 1.0 - NODE_WIDTH, words)
    left_used, right_used = dict(left), dict(right)
    for origin in left:
        for goal in right:
            share = number(shares, origin, goal)
            if share > 0:
                _band(axis, left_used[origin], right_used[goal], share, TIER_COLOURS[origin])
                left_used[origin] += share
                right_used[goal] += share
    top = 1 + GAP * (max(len(left), len(right)) - 1)
    for place, key in (
        (NODE_WIDTH, "text.first_contact"),
        (1 - NODE_WIDTH, "text.place_of_care"),
    ):
        side = "right" if place < 0.5 else "left"
        axis.text(place, top + 0.075, words[key], ha=side, color="#444444")
    axis.set_xlim(-0.42, 1.42)
    axis.set_ylim(-0.03, top + 0.12)


def _bottoms(shares: pd.Series[float]) -> dict[str, float]:
    """Return the lower edge of every tier that has patients, the village at the bottom."""
    bottoms = {}
    height = 0.0
    for tier in TIERS:
        if shares[tier] > 0:
            bottoms[tier] = height
            height += float(shares[tier]) + GAP
    return bottoms


def _nodes(
    axis: Axes, shares: pd.Series[float], bottoms: dict[str, float], x: float, words: Words
) -> None:
    """Draw one column of nodes with tier names and shares on its outer side."""
    centres = [bottom + float(shares[tier]) / 2 for tier, bottom in bottoms.items()]
    outwards = -1 if x == 0 else 1
    edge = x if outwards < 0 else x + NODE_WIDTH
    for (tier, bottom), centre, height in zip(
        bottoms.items(), centres, spread(centres, LABEL_SPACING), strict=True
    ):
        share = float(shares[tier])
        axis.add_patch(
            Rectangle((x, bottom), NODE_WIDTH, share, facecolor=TIER_COLOURS[tier], linewidth=0)
        )
        axis.plot([edge, edge + outwards * 0.03], [centre, height], color="#999999", linewidth=0.8)
        digits = 1 if share >= 0.001 else 2
        axis.text(
            edge + outwards * 0.04,
            height,
            f"{words[f'tier.{tier}']} {share:.{digits}%}",
            ha="right" if outwards < 0 else "left",
            va="center",
        )


def _band(axis: Axes, start: float, end: float, share: float, colour: str) -> None:
    """Draw one band as two curves, with its share where it is thick enough to hold a number."""
    x0, x1 = NODE_WIDTH, 1 - NODE_WIDTH
    points = [
        (x0, start),
        (0.5, start),
        (0.5, end),
        (x1, end),
        (x1, end + share),
        (0.5, end + share),
        (0.5, start + share),
        (x0, start + share),
        (x0, start),
    ]
    codes = [Path.MOVETO] + [Path.CURVE4] * 3 + [Path.LINETO] + [Path.CURVE4] * 3 + [Path.CLOSEPOLY]
    axis.add_patch(PathPatch(Path(points, codes), facecolor=colour, alpha=0.5, linewidth=0))
    if share >= NAMED_BAND:
        axis.text(x0 + 0.02, start + share / 2, f"{share:.1%}", va="center", fontsize=9)


def spread(centres: Sequence[float], spacing: float) -> list[float]:
    """Return label heights, each near its centre, no two closer than a spacing.

    Parameters
    ----------
    centres : sequence of float
        Wanted heights in ascending order.
    spacing : float
        Least distance of neighbours.

    Returns
    -------
    list of float
        Heights in the same order. Labels that touch move apart evenly about their mean.
    """
    groups: list[tuple[float, int]] = []  # mean height and number of labels that move together
    for centre in centres:
        mean, size = centre, 1
        while groups and mean - groups[-1][0] < spacing * (size + groups[-1][1]) / 2:
            before, count = groups.pop()
            mean, size = (before * count + mean * size) / (count + size), count + size
        groups.append((mean, size))
    return [
        mean + spacing * (place - (size - 1) / 2) for mean, size in groups for place in range(size)
    ]
