"""All figures of a study."""

from __future__ import annotations

from pathlib import Path

from sim.glossary import Language
from sim.measure.tables import StudyTables
from sim.report.flows import draw_flows
from sim.report.in_county import draw_in_county
from sim.report.leak import draw_leak
from sim.report.style import save_figure
from sim.report.visits import draw_visits
from sim.report.wording import scenario_titles
from sim.report.workload import draw_load


def draw_all(results: StudyTables, folder: Path, lang: Language) -> list[Path]:
    """Draw and save every figure of a study.

    Parameters
    ----------
    results : StudyTables
        The study's result tables.
    folder : Path
        Where to save; made if it is missing.
    lang : Language
        ``zh`` or ``en``.

    Returns
    -------
    list of Path
        The files, PNG and SVG: ``in_county``, ``leak``, ``load``, ``visits`` and one
        ``flows_<scenario>`` for each scenario.

    Raises
    ------
    InputError
        If no font draws the language or a name in the results; nothing has been written then.
    """
    scenarios = results.scenarios
    figures = {
        "in_county": draw_in_county(results.scorecard, scenarios, lang),
        "leak": draw_leak(results.flows, scenarios, lang),
        "load": draw_load(results.indicators, scenarios, lang),
        "visits": draw_visits(results.flows, results.scorecard, scenarios, lang),
    }
    for name in scenario_titles(scenarios, lang):
        figures[f"flows_{name}"] = draw_flows(results.flows, scenarios, name, lang)
    folder.mkdir(parents=True, exist_ok=True)
    return [file for name, figure in figures.items() for file in save_figure(figure, folder / name)]
