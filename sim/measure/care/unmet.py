"""Those who found no place: how many, what they needed, where it ended and why.

Every episode begun ends treated or unmet, or is still inside; a share of those treated says nothing about
the others. An episode is counted once, by whether it needed a stay when it began, in the period it ended in.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.glossary import TIERS
from sim.measure.care.totals import Row, RunTotals, ratio
from sim.pathway.care.state import End, Event, Need
from sim.world.fields import Ints

_UNMET = [end for end in End if end not in (End.TREATED, End.NOT_SOUGHT)]
_PLACES = np.asarray([*TIERS, ""])


def unmet_frame(run: RunTotals) -> pd.DataFrame:
    """Return who did not get the care they needed.

    Returns
    -------
    DataFrame
        Columns ``county`` (of residence), ``need`` (visit, stay), ``condition``, ``tier`` (where the
        episode ended; empty if before any facility was reached), ``reason`` and ``count`` (of the
        counted time). The reason ``not_sought`` is of those who sought no care, and is no unmet need.
    """
    ends = run.ends.copy()
    ends[..., End.TREATED] = 0
    cells = np.nonzero(ends)
    county, place, need, condition, reason = cells
    conditions = run.built.inputs[0].conditions["condition"].to_numpy()
    return pd.DataFrame(
        {
            "county": run.built.catchment.counties[county],
            "need": np.asarray([name.name.lower() for name in Need])[need],
            "condition": conditions[condition],
            "tier": _PLACES[place],
            "reason": np.asarray([end.name.lower() for end in End])[reason],
            "count": ends[cells],
        }
    )


def _unmet(ends: Ints, need: Need) -> float:
    return float(ends[:, :, need, :, _UNMET].sum())


def _treated(ends: Ints, need: Need) -> float:
    return float(ends[:, :, need, :, End.TREATED].sum())


def _met_share(ends: Ints) -> float:
    treated = float(ends[..., End.TREATED].sum())
    return ratio(treated, treated + float(ends[..., _UNMET].sum()))


def unmet_indicators(run: RunTotals) -> Iterator[Row]:
    """Yield how many of those who sought care found none; NaN of nobody."""
    ends = run.ends
    yield "met_share", "", 0, _met_share(ends)
    for need, number, share in (
        (Need.VISIT, "unmet_visits", "unmet_visit_share"),
        (Need.STAY, "unmet_admissions", "unmet_admission_share"),
    ):
        unmet, treated = _unmet(ends, need), _treated(ends, need)
        yield number, "", 0, unmet / run.years
        yield share, "", 0, ratio(unmet, treated + unmet)
    ill = run.event(Event.ONSETS) - run.event(Event.PREVENTED)
    yield "not_sought_share", "", 0, ratio(run.event(Event.NOT_SOUGHT), ill)
    if run.built.catchment.counties.size > 1:
        for index, code in enumerate(run.built.catchment.counties):
            yield "met_share", "", int(code), _met_share(ends[index])
