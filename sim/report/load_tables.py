"""The table of how busy departments, examination rooms and wards are, for the terminal."""

from __future__ import annotations

import pandas as pd
from rich.table import Table

from sim.frames import rows
from sim.measure.loads import HIGH, LOW
from sim.report.terminal import add_numbers, add_words, new_table
from sim.report.wording import MISSING, has_interval
from sim.report.words import Words
from sim.safe_text import for_terminal

_NAME_WIDTH = 24
_COLOURS = {"low": "yellow", "high": "red"}


def loads_shown(loads: pd.DataFrame, scenario: str, title: str, words: Words) -> Table:
    """Return the loads by kind of facility, each with a line for its name, the marked ones in colour.

    Parameters
    ----------
    loads : DataFrame
        As `sim.measure.loads.load_table` returns it.
    scenario, title : str
        Its name and its title.
    words : Words
    """
    note = words.filled("text.loads_note", low=f"{100 * LOW:.0f}", high=f"{100 * HIGH:.0f}")
    shown = new_table(for_terminal(words.filled("text.loads_title", scenario=title)), note)
    shown.padding = (0, 0, 0, 1)
    add_words(shown, words["column.skill"], least=_NAME_WIDTH)
    for key in ("servers", "utilisation", "wait_mean", "wait_p90", "left_share"):
        add_numbers(shown, words[f"column.{key}"])
    add_words(shown, words["column.mark"])
    kind = ""
    for row in rows(loads[(loads["scenario"] == scenario) & (loads["facility"] == 0)]):
        mark = str(row.mark)
        colour = _COLOURS.get(mark)
        if row.kind != kind:
            shown.add_row(f"[bold]{words[f'facility.{row.kind}']}[/]")
        shown.add_row(
            f"  {for_terminal(str(getattr(row, words.column('skill'))))}",
            f"{row.servers:,.1f}",
            _use(row.utilisation, row.utilisation_low, row.utilisation_high),
            _minutes(row.wait_mean),
            _minutes(row.wait_p90),
            MISSING if pd.isna(row.left_share) else f"{100 * row.left_share:.1f}",
            f"[{colour}]{words[f'mark.{mark}']}[/]" if colour else "",
        )
        kind = str(row.kind)
    return shown


def _use(mean: float, low: float, high: float) -> str:
    """Return a share in percent, with its interval."""
    if not has_interval(low, high):
        return f"{100 * mean:.1f}"
    return f"{100 * mean:.1f} \\[{100 * max(low, 0.0):.0f}, {100 * min(high, 1.0):.0f}]"


def _minutes(value: float) -> str:
    return MISSING if pd.isna(value) else f"{value:,.1f}"
