"""The fit of the choice constants, as a command."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

from sim.questions.fit import SPREAD, fit_constants
from sim.runs.atomic import write_csv
from sim.scenario import Scenario, region_folder


def run_fit(
    scenario: Scenario, folder: Path, rounds: int, out: Path, workers: int, console: Console
) -> None:
    """Fit, show the last round, and write the kinds table that gave it.

    The region's own table is left alone: who wants the new constants copies the file.
    """
    console.print(f"{rounds} rounds over {', '.join(SPREAD)}", highlight=False)
    with ProcessPoolExecutor(workers) as executor:
        last = fit_constants(scenario, region_folder(scenario, folder), rounds, executor)[-1]
    console.print(_table("shares of the tiers, mean over counties", last.shares))
    console.print(_table("by county", last.counties))
    write_csv(last.kinds, out)
    console.print(f"{out}: the kinds table with these constants", highlight=False)


def _table(title: str, frame: pd.DataFrame) -> Table:
    table = Table(title=title)
    for column in frame.columns:
        table.add_column(str(column))
    for row in frame.itertuples(index=False):
        table.add_row(*(f"{x:.4f}" if isinstance(x, float) else str(x) for x in row))
    return table
