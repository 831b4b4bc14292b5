"""``precision``: how many replications are enough."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import typer
from rich.markup import escape
from rich.table import Table

from sim.cli.answer import check_care_quantities, check_network_quantities
from sim.cli.options import RESULTS, Names, RunOptions, StudyOptions, with_options
from sim.cli.start import compile_first, load_scenarios, open_console
from sim.errors import InputError
from sim.frames import rows
from sim.glossary import Language, label
from sim.measure.output_analysis.precision import LOOK_AHEAD, Aim, Rule
from sim.questions.precision import PRECISION_COLUMNS, RunsFailed, precision_frame, precision_of
from sim.report.terminal import add_numbers, add_words, new_table
from sim.report.wording import quantity_scale, quantity_title, significant
from sim.runs.atomic import write_csv
from sim.runs.case import Case
from sim.runs.executor import available_processors, worker_kind
from sim.runs.paths import StudyPaths
from sim.runs.progress import progress_on
from sim.runs.study import StudyResult, run_study
from sim.scenario import Scenario
from sim.scenario.network.schema import NetworkScenario
from sim.subjects.care.cases import care_cases, run_care_case, run_care_cases
from sim.subjects.care.model import CARE
from sim.subjects.network.cases import network_case, run_network_case
from sim.subjects.network.model import NETWORK_PATHWAY

HalfWidths = Annotated[
    list[str] | None,
    typer.Option(
        "--half-width",
        help="in_county_rate=0.002 in its own unit, wait_mean:clinic=5% of the mean; repeatable.",
    ),
]

Maximum = Annotated[int, typer.Option("--max-replications", help="Never more than these.", min=3)]
LookAhead = Annotated[
    int,
    typer.Option("--look-ahead", help="Replications during which it must stay small.", min=0),
]


@with_options
def precision(
    names: Names,
    half_width: HalfWidths = None,
    maximum: Maximum = 100,
    look_ahead: LookAhead = LOOK_AHEAD,
    *,
    run: RunOptions,
    study: StudyOptions,
) -> None:
    """Replicate until intervals are narrow enough; of several scenarios, those of the differences."""
    aims = _aims(half_width)
    settings = run.settings()
    loaded = load_scenarios(names, study.scenarios, run.region, settings)
    cases, run_one, run_together = _cases(
        loaded, aims or (), study.scenarios, bool(settings or run.region)
    )
    folder = study.out or RESULTS / ("_".join(s.name for s in loaded[:4]) + "-precision")
    console = open_console()
    count = study.workers or available_processors()

    def run_cases(wanted: Sequence[Case[Any]]) -> StudyResult:
        return run_study(
            wanted,
            run_one,
            StudyPaths(folder),
            count,
            progress_on(console),
            kind=worker_kind(releases_lock=True, workers=count),
            run_together=run_together,
        )

    rule = Rule(maximum=maximum, look_ahead=look_ahead)
    try:
        found = precision_frame(precision_of(cases, run_cases, aims, rule))
    except RunsFailed as failed:
        typer.echo(str(failed), err=True)
        raise typer.Exit(1) from None
    write_csv(found, folder / "precision.csv")
    title = " / ".join(getattr(scenario.title, study.lang) for scenario in loaded)
    console.print(_table(found, title, rule, study.lang))
    for line in _verdicts(found, rule, study.lang):
        console.print(line, markup=False, highlight=False)


def _aims(texts: list[str] | None) -> dict[str, Aim] | None:
    """Return the half-widths that were asked for; None for the usual ones."""
    if not texts:
        return None
    aims, problems = {}, []
    for text in texts:
        name, _, value = text.rpartition("=")
        relative = value.endswith("%")
        try:
            number = float(value.removesuffix("%"))
            aims[name] = Aim(number / 100.0 if relative else number, relative)
        except ValueError:
            problems.append(
                f"--half-width: '{text}' is not a quantity and a number above 0, such as "
                "in_county_rate=0.002 or wait_mean:clinic=5%"
            )
    if problems:
        raise InputError(*problems)
    return aims


def _cases(
    loaded: Sequence[Scenario | NetworkScenario],
    aims: Collection[str],
    folder: Path,
    changed: bool,
) -> tuple[list[Case[Any]], Any, Any]:
    """Return the cases, what runs one, and what runs several together."""
    networks = [s for s in loaded if isinstance(s, NetworkScenario)]
    care = [s for s in loaded if isinstance(s, Scenario)]
    if not networks:
        check_care_quantities(aims)
        compile_first(CARE)
        return [*care_cases(care, folder)], run_care_case, run_care_cases
    if len(loaded) > 1:
        raise InputError("precision takes one network, or care scenarios to compare")
    if changed:
        raise InputError("a network file states its own run; change it there")
    check_network_quantities(aims, networks[0])
    compile_first(NETWORK_PATHWAY)
    return [network_case(networks[0])], run_network_case, None


def _table(found: pd.DataFrame, title: str, rule: Rule, lang: Language) -> Table:
    table = new_table(
        label("text.precision_title", lang).format(scenario=escape(title)),
        label("text.precision_note", lang).format(ahead=rule.ahead(rule.first)),
    )
    add_words(table, label("column.quantity", lang), 40)
    for key in ("aim", "half_width", "mean", "n", "needed"):
        add_numbers(table, label(f"column.{key}", lang))
    for row in rows(found[PRECISION_COLUMNS]):
        scale = quantity_scale(row.quantity.rpartition(": ")[2])
        table.add_row(
            escape(_title(row.quantity, lang)),
            f"{100.0 * row.aim:g} %" if row.relative else significant(row.aim * scale, 3),
            significant(row.half_width * scale, 3),
            significant(row.mean * scale, 5),
            str(row.n),
            "–" if pd.isna(row.needed) else str(row.needed),
        )
    return table


def _verdicts(found: pd.DataFrame, rule: Rule, lang: Language) -> list[str]:
    """Return in words how many replications are enough, or what they were not enough for."""
    open_ones = found[found["needed"].isna()]
    if open_ones.empty:
        return [label("text.precision_reached", lang).format(n=found["needed"].max())]
    narrow = open_ones["half_width"] <= open_ones["aim"] * np.where(
        open_ones["relative"], open_ones["mean"].abs(), 1.0
    )
    # What is narrow enough now has only not stayed so for as long as it must.
    keys = {"text.precision_not_reached": ~narrow, "text.precision_not_kept": narrow}
    return [
        label(key, lang).format(
            n=rule.maximum, names=", ".join(_title(q, lang) for q in open_ones[chosen]["quantity"])
        )
        for key, chosen in keys.items()
        if chosen.any()
    ]


def _title(quantity: str, lang: Language) -> str:
    """Return a quantity for people, with its scenario where it is a difference."""
    scenario, _, name = quantity.rpartition(": ")
    title = quantity_title(name, lang, differences=bool(scenario))
    return f"{scenario}: {title}" if scenario else title
