"""How busy every department, ward and examination room is, and how long people wait for it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.engine.tally import Amount, Count
from sim.glossary import TIERS
from sim.measure.care.totals import RunTotals, histogram_quantile, ratio
from sim.world.care.world import COUNTY
from sim.world.fields import Ints

LOAD_KEYS = ("tier", "kind", "facility", "name_zh", "name_en", "skill", "skill_zh", "skill_en")
"""Columns that name a class of pools, or a pool."""
LOAD_VALUES = ("pools", "servers", "utilisation", "joined", "left_share", "wait_mean", "wait_p90")


def loads_frame(run: RunTotals) -> pd.DataFrame:
    """Return what the pools of every skill did, by kind of facility, and by hospital.

    Returns
    -------
    DataFrame
        Columns `LOAD_KEYS` and `LOAD_VALUES`. Rows with ``facility`` 0 are of all facilities of a ``kind``;
        those of hospitals have its number and names. ``servers`` are those on duty on average, ``utilisation``
        busy time over theirs, ``joined`` patients a year who asked for one, ``left_share`` the part of them who
        left without, ``wait_mean`` and ``wait_p90`` minutes of those served; no percentile of one hospital.
        Pools without limit, and those of neighbours that are not simulated, are left out.
    """
    table, skills = run.built.inputs[0], run.built.skills
    by_role = [skill for role in dict.fromkeys(skills.roles) for skill in skills.with_role(role)]
    kind_of = run.built.reach.facilities["kind"].to_numpy()[run.pool_facility]
    limited = np.isin(np.arange(run.pool_skill.size), _limited(run))
    rows = []
    for number, kind in enumerate(table.kinds["kind"]):
        for skill in by_role:
            pools = np.flatnonzero(limited & (kind_of == kind) & (run.pool_skill == skill))
            if pools.size == 0:
                continue
            counts = run.wait_counts((skill,), (number,))
            p90 = histogram_quantile(counts, run.tally.wait_edges, 0.9)
            rows.append((*_named(run, pools, True), *_values(run, pools), p90))
            if TIERS.index(rows[-1][0]) >= COUNTY:
                for pool in pools:
                    one = np.array([pool])
                    rows.append((*_named(run, one, False), *_values(run, one), float("nan")))
    return pd.DataFrame(rows, columns=[*LOAD_KEYS, *LOAD_VALUES])


def _limited(run: RunTotals) -> Ints:
    """Return the pools that somebody may have to wait for."""
    return np.concatenate([run.pools(role) for role in dict.fromkeys(run.built.skills.roles)])


def _named(run: RunTotals, pools: Ints, is_kind: bool) -> tuple[object, ...]:
    facility = run.built.reach.facilities.iloc[run.pool_facility[pools[0]]]
    skill = run.built.inputs[0].skills.iloc[run.pool_skill[pools[0]]]
    its = (
        (0, "", "") if is_kind else (facility["facility"], facility["name_zh"], facility["name_en"])
    )
    return (
        *(facility["tier"], facility["kind"], *its),
        *(skill["skill"], skill["name_zh"], skill["name_en"]),
    )


def _values(run: RunTotals, pools: Ints) -> tuple[float, ...]:
    """Return the values of some pools together, without the percentile."""
    counts = run.pool_counts[pools].sum(axis=(0, 1))
    servers = run.pool_amounts[pools][:, 0, Amount.SERVER_AREA].sum() / run.minutes
    left = counts[Count.RENEGED] + counts[Count.REFUSED]
    return (
        float(pools.size),
        float(servers),
        run.utilisation(pools),
        float(counts[Count.JOINED]) / run.years,
        ratio(float(left), float(counts[Count.JOINED])),
        run.mean_wait(pools),
    )
