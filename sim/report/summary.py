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


def flow_shares(flows: pd.DataFrame, scenario: str, kinds: Sequence[str]) -> pd.DataFrame:
    """Return the shares of visits that went from a tier of first contact to a tier of care.

    Parameters
    ----------
    flows : pandas.DataFrame
        ``StudyTables.flows``.
    scenario : str
        The scenario to show.
    kinds : sequence of str
        The kinds of visit to count.

    Returns
    -------
    pandas.DataFrame
        Rows: tier of first contact, columns: tier of care, fractions of all; they add up to 1, or
        are all 0 when there is no such visit.
    """
    chosen = flows[(flows["scenario"] == scenario) & flows["kind"].isin(list(kinds))]
    counts = (
        chosen.groupby(["first_tier", "tier"])["count"]
        .sum()
        .unstack(fill_value=0)
        .reindex(index=list(TIERS), columns=list(TIERS), fill_value=0)
        .astype(float)
    )
    total = counts.to_numpy().sum()
    return counts / total if total else counts
