"""Frames in the shape that figures and sheets need."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sim.glossary import LEAK_REASONS, TIERS


def leak_shares(flows: pd.DataFrame) -> pd.DataFrame:
    """Return the share of all visits and stays that left the county for each reason.

    Parameters
    ----------
    flows : pandas.DataFrame
        ``StudyTables.flows``.

    Returns
    -------
    pandas.DataFrame
        One row per scenario, one column per leak reason, fractions of *all* visits and stays. A row
        adds up to the scenario's out-of-county share.

    Raises
    ------
    ValueError
        If there is a reason that is none of the five: the parts would not add up.
    """
    unknown = sorted(set(flows["reason"]) - set(LEAK_REASONS) - {""})
    if unknown:
        raise ValueError(f"unknown leak reasons {unknown}; known are {list(LEAK_REASONS)}")
    counts = flows.pivot_table(
        index="scenario", columns="reason", values="count", aggfunc="sum", fill_value=0
    )
    shares = counts.div(counts.sum(axis=1), axis=0)
    return shares.reindex(columns=list(LEAK_REASONS), fill_value=0.0)


def visit_shares(flows: pd.DataFrame) -> pd.DataFrame:
    """Return how outpatient and emergency visits spread over the tiers.

    Parameters
    ----------
    flows : pandas.DataFrame
        ``StudyTables.flows``.

    Returns
    -------
    pandas.DataFrame
        One row per scenario, one column per tier, fractions that add up to 1.
    """
    visits = flows[flows["kind"] != "admission"]
    counts = visits.pivot_table(
        index="scenario", columns="tier", values="count", aggfunc="sum", fill_value=0
    )
    return counts.div(counts.sum(axis=1), axis=0).reindex(columns=list(TIERS), fill_value=0.0)


def yearly_flows(flows: pd.DataFrame, years: float) -> pd.DataFrame:
    """Return visits and stays of a year, all residents and conditions together: means over replications.

    Parameters
    ----------
    flows : pandas.DataFrame
        ``StudyTables.flows``.
    years : float
        Counted time.

    Returns
    -------
    pandas.DataFrame
        Columns ``scenario, first_tier, tier, kind, reason, count``.
    """
    runs = flows.groupby("scenario")["replication"].nunique() * years
    keys = ["scenario", "first_tier", "tier", "kind", "reason"]
    sums = flows.groupby(keys, sort=False, observed=True)["count"].sum().reset_index()
    return sums.assign(count=sums["count"] / sums["scenario"].map(runs).astype(float))


def flow_counts(yearly: pd.DataFrame, scenario: str, kinds: Sequence[str]) -> pd.DataFrame:
    """Return how many visits a year went from a tier of first contact to a tier of care.

    Parameters
    ----------
    yearly : pandas.DataFrame
        As `yearly_flows` returns it.
    scenario : str
        The scenario to show.
    kinds : sequence of str
        The kinds of visit to count.

    Returns
    -------
    pandas.DataFrame
        Rows: tier of first contact, columns: tier of care.
    """
    chosen = yearly[(yearly["scenario"] == scenario) & yearly["kind"].isin(list(kinds))]
    return (
        chosen.groupby(["first_tier", "tier"])["count"]
        .sum()
        .unstack(fill_value=0)
        .reindex(index=list(TIERS), columns=list(TIERS), fill_value=0)
        .astype(float)
    )


def largest_total(yearly: pd.DataFrame, kinds: Sequence[str]) -> float:
    """Return the visits a year of the scenario that has most of them; 0 without any."""
    chosen = yearly[yearly["kind"].isin(list(kinds))]
    return float(chosen.groupby("scenario")["count"].sum().max()) if len(chosen) else 0.0
