"""All figures of a study."""

from __future__ import annotations

from collections.abc import Iterator

from matplotlib.figure import Figure

from sim.measure.counties import by_county
from sim.measure.tables import HEADLINE, StudyTables
from sim.report.caption import caption_line, headline_target
from sim.report.counties import draw_counties
from sim.report.flows import draw_flows
from sim.report.in_county import draw_in_county
from sim.report.leak import draw_leak
from sim.report.rows import FLOWS, MOST_ROWS, ShownScenarios
from sim.report.summary import yearly_flows
from sim.report.visits import draw_visits
from sim.report.words import Words
from sim.report.workload import draw_load
from sim.subjects.care.caption import StudyCaption

MOST_FLOWS = 12
"""Scenarios with a picture of their flows; of more only the base, the best and the worst."""


def study_figures(
    results: StudyTables, words: Words, caption: StudyCaption
) -> Iterator[tuple[str, Figure]]:
    """Yield every figure of a study with its name, one after the other.

    Each is drawn when it is asked for and nothing keeps it, so that memory does not grow with the number of
    scenarios.

    Parameters
    ----------
    results : StudyTables
        The study's result tables.
    words : Words
    caption : StudyCaption
        What stands under each figure.

    Yields
    ------
    tuple of str and Figure
        ``in_county``; ``counties`` where several are simulated; ``leak``, ``load``, ``visits`` and
        ``flows_<scenario>``. Of more than `MOST_ROWS` scenarios those with the highest and the lowest in-county
        rate are shown, flows of more than `MOST_FLOWS` of the base, the best and the worst.
    """
    shown = ShownScenarios.of(results)
    scenarios = shown.frame(results.scenarios)
    line = caption_line(caption, words)
    if shown.left_out:
        line = words.joined(words.filled("text.more_rows", n=shown.all, k=MOST_ROWS // 2), line)
    pooled = line
    if len(caption.names) > 1:
        pooled = words.joined(line, words.filled("text.pooled", n=len(caption.names)))
    yearly = yearly_flows(results.flows, caption.years)
    yield "in_county", draw_in_county(results.scorecard, scenarios, words, pooled)
    table = by_county(results, HEADLINE)
    if len(table):
        names = {code: words.pick(name) for code, name in caption.names.items()}
        target = headline_target(results, words)
        yield "counties", draw_counties(table, scenarios, names, target, words, line)
    yield "leak", draw_leak(yearly, scenarios, words, pooled)
    facilities, waits = results.facilities, results.waits
    yield "load", draw_load(results.indicators, facilities, waits, scenarios, words, pooled)
    yield "visits", draw_visits(yearly, results.scorecard, scenarios, words, pooled)
    for name in _with_flows(shown):
        yield f"{FLOWS}{name}", draw_flows(yearly, results.scenarios, name, words, pooled)


def _with_flows(shown: ShownScenarios) -> tuple[str, ...]:
    """Return the scenarios whose flows are drawn."""
    if shown.all <= MOST_FLOWS:
        return shown.names
    # More than a few are sorted by the headline after the base.
    base, best, worst = shown.names[0], shown.names[1], shown.names[-1]
    return base, best, worst
