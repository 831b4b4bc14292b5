"""Tables of how often intervals hold the truth, and of what common random numbers are worth."""

from __future__ import annotations

import math

import pandas as pd

from sim.frames import rows
from sim.report.markdown import markdown_table
from sim.report.wording import MISSING
from sim.report.words import Words


def coverage_table(covered: pd.DataFrame, words: Words) -> list[str]:
    """Return the coverage of intervals as lines of Markdown.

    Parameters
    ----------
    covered : DataFrame
        As of `sim.validation.coverage.interval_coverage`.
    words : Words
    """
    heads = [
        words[f"column.{name}"]
        for name in ("interval_of", "truth", "repetitions", "covers", "interval")
    ]
    cells = [
        (
            words[f"covered.{row.interval}"],
            f"{row.truth:.4f}",
            f"{row.repetitions:,}",
            f"{100 * row.share:.1f} %",
            f"{100 * row.low:.1f} – {100 * row.high:.1f} %",
        )
        for row in rows(covered)
    ]
    return markdown_table(heads, cells, right_from=1)


def gains_table(gains: pd.DataFrame, words: Words) -> list[str]:
    """Return the gains as lines of Markdown: a row per indicator, a column per comparison.

    Parameters
    ----------
    gains : DataFrame
        As of `sim.validation.common_numbers.gains_of_common_numbers`.
    words : Words
    """
    pairs = list(dict.fromkeys(zip(gains["base"], gains["scenario"], strict=True)))
    cells = []
    for indicator in dict.fromkeys(gains["indicator"]):
        of_one = gains[gains["indicator"] == indicator].set_index(["base", "scenario"])
        found = [of_one.loc[pair] for pair in pairs]
        texts = [_gain(g["gain"], g["low"], g["high"]) for g in found]
        cells.append((words[str(indicator)], *texts))
    heads = [words["column.indicator"], *(f"{base} → {other}" for base, other in pairs)]
    return markdown_table(heads, cells, right_from=1)


def _gain(gain: float, low: float, high: float) -> str:
    """Return a gain with its interval; a difference that never varies has none."""
    if math.isnan(gain):
        return MISSING
    gain, low, high = (float(f"{x:.2g}") for x in (gain, low, high))
    return f"{gain:,g} ({low:,g} – {high:,g})"
