"""All figures of a study."""

from __future__ import annotations

from collections.abc import Iterator

from matplotlib.figure import Figure

from sim.measure.tables import StudyTables
from sim.report.flows import draw_flows
from sim.report.in_county import draw_in_county
from sim.report.leak import draw_leak
from sim.report.visits import draw_visits
from sim.report.words import Words
from sim.report.workload import draw_load


def study_figures(
    results: StudyTables, words: Words, caption: str = ""
) -> Iterator[tuple[str, Figure]]:
    """Yield every figure of a study with its name, one after the other.

    Parameters
    ----------
    results : StudyTables
        The study's result tables.
    words : Words
    caption : str
        What the figures are of, under each.

    Yields
    ------
    tuple of str and Figure
        ``in_county``, ``leak``, ``load``, ``visits`` and one ``flows_<scenario>`` for each scenario.
    """
    scenarios = results.scenarios
    yield "in_county", draw_in_county(results.scorecard, scenarios, words, caption)
    yield "leak", draw_leak(results.flows, scenarios, words, caption)
    yield "load", draw_load(results.indicators, scenarios, words, caption)
    yield "visits", draw_visits(results.flows, results.scorecard, scenarios, words, caption)
    for name in words.titles(scenarios):
        yield f"flows_{name}", draw_flows(results.flows, scenarios, name, words, caption)
