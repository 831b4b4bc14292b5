"""From indicators of single runs to differences between scenarios and the scorecard of targets."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from sim.errors import InputError, nearest
from sim.measure.meeting import (
    COUNTED,
    MOST_UNMET,
    NOT_JUDGED,
    UNMET_SHARES,
    found_a_place,
    run_meets,
    run_values,
)
from sim.measure.output_analysis.multiple import holm, joint_intervals, p_values
from sim.measure.output_analysis.quantiles import quantile_interval
from sim.measure.statistics import (
    CONFIDENCE,
    Estimate,
    Target,
    mean_interval,
    mean_intervals,
    verdict_of_interval,
    wilson_interval,
)

QUANTITY = ["indicator", "tier", "county"]
"""Columns that name one quantity: tier ``""`` and county 0 mean all of them."""

RUN = ["scenario", "replication"]
"""Columns that name one run."""

KINDS = ("simulated", "derived", "pipeline", "input", "outside")
"""Ways an indicator of a plan comes about; only ``simulated`` ones have chance in them."""

TARGET_COLUMNS = [
    *("number", "indicator", "operator", "target", "tolerance"),
    *("value_2020", "nature", "kind"),
]
"""What `scorecard` needs to know of a plan."""

SUMMARY_COLUMNS = ["scenario", *QUANTITY, "mean", "low", "high", "n"]

QUANTILE_SHARES = (0.1, 0.5, 0.9)
"""One run in ten is below the first and above the last: with a run of a year, one year in ten."""

QUANTILE_COLUMNS = ["scenario", *QUANTITY, "share", "value", "low", "high", "n"]

DIFFERENCE_COLUMNS = [
    *("scenario", "base", *QUANTITY, "mean", "low", "high", "n"),
    *("low_joint", "high_joint", "p_holm"),
]

SCORECARD_COLUMNS = [
    *("scenario", "indicator", "number", "mean", "low", "high", "n", "value_2020"),
    *("operator", "target", "tolerance", "nature", "kind", "verdict"),
    *("probability", "probability_low", "probability_high"),
    *UNMET_SHARES,
]


def summarise(indicators: pd.DataFrame, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """Return mean and interval over replications of every indicator of every scenario.

    Parameters
    ----------
    indicators : DataFrame
        Columns ``scenario, replication, indicator, tier, county, value``, one row per run and
        quantity.
    confidence : float
        Level of the intervals.

    Returns
    -------
    DataFrame
        Columns `SUMMARY_COLUMNS`; scenarios in the order of their first row, quantities sorted.
        ``low`` and ``high`` are ``NaN`` with one replication.

    Raises
    ------
    ValueError
        If columns are missing or a quantity appears twice in a run.
    """
    frames = []
    for scenario, table in _replication_tables(indicators).items():
        frames.append(_with_intervals(table, confidence))
        frames[-1].insert(0, "scenario", scenario)
    return _stacked(frames, SUMMARY_COLUMNS)


def quantiles(indicators: pd.DataFrame, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """Return how much single runs vary: values that a share of them does not exceed.

    Parameters
    ----------
    indicators : DataFrame
        Columns ``scenario, replication, indicator, tier, county, value``; only rows of all tiers and
        counties together are used.
    confidence : float
        Level of the intervals.

    Returns
    -------
    DataFrame
        Columns `QUANTILE_COLUMNS`: ``share`` is one of `QUANTILE_SHARES`, ``low`` and ``high`` are order
        statistics. A quantile whose interval is not known is left out: at 95 % the median needs 6
        replications, one in ten 36.

    Raises
    ------
    ValueError
        If columns are missing.
    """
    _require(indicators, [*RUN, *QUANTITY, "value"], "indicators")
    whole = indicators[(indicators["tier"] == "") & (indicators["county"] == 0)]
    found = [
        ((*key, share), quantile_interval(group.to_numpy(float), share, confidence))
        for key, group in whole.groupby(["scenario", *QUANTITY], sort=False)["value"]
        for share in QUANTILE_SHARES
    ]
    rows = [(*key, e.mean, e.low, e.high, e.n) for key, e in found if np.isfinite(e.high - e.low)]
    return pd.DataFrame(rows, columns=QUANTILE_COLUMNS)


def differences(
    indicators: pd.DataFrame,
    base: str,
    scenarios: Sequence[str] | None = None,
    confidence: float = CONFIDENCE,
) -> pd.DataFrame:
    """Return how much every other scenario differs from the base, paired by replication.

    Parameters
    ----------
    indicators : DataFrame
        Columns ``scenario, replication, indicator, tier, county, value``, computed under common
        random numbers: the same replication has the same luck in every scenario.
    base : str
        Scenario that is subtracted.
    scenarios : sequence of str, optional
        Which scenarios to compare, in this order; all others by default.
    confidence : float
        Level of the intervals.

    Returns
    -------
    DataFrame
        Columns `DIFFERENCE_COLUMNS`: the scenario's value minus the base's, quantities sorted.
        ``n`` is the number of replications in which both are defined; quantities that only one of
        the two has are left out. ``low`` and ``high`` hold for one scenario by itself; ``low_joint`` and
        ``high_joint`` for all compared scenarios together (Bonferroni), quantity by quantity; ``p_holm`` is the
        p-value of no difference that allows for their number (Holm 1979), ``NaN`` where there is no chance.

    Raises
    ------
    InputError
        If a scenario is not among the indicators.
    ValueError
        If columns are missing or a quantity appears twice in a run.
    """
    tables = _replication_tables(indicators)
    wanted = [name for name in tables if name != base] if scenarios is None else list(scenarios)
    unknown = [name for name in [base, *wanted] if name not in tables]
    if unknown:
        known = ", ".join(tables)
        raise InputError(
            *(
                f"no scenario '{name}' here; there are {known}{nearest(name, [*tables])}"
                for name in unknown
            )
        )
    frames = []
    for scenario in wanted:
        # Quantities and replications that both scenarios have.
        table, other = tables[scenario].align(tables[base], join="inner")
        frame = _with_intervals(table - other, confidence)
        joint = joint_intervals((table - other).to_numpy(float), len(wanted), confidence)
        frame = frame.assign(low_joint=joint.low, high_joint=joint.high)
        frame["p_holm"] = p_values((table - other).to_numpy(float))
        frame.insert(0, "scenario", scenario)
        frame.insert(1, "base", base)
        frames.append(frame)
    found = _stacked(frames, DIFFERENCE_COLUMNS)
    found["p_holm"] = found.groupby(QUANTITY)["p_holm"].transform(holm)
    return found


def scorecard(
    indicators: pd.DataFrame, targets: pd.DataFrame, confidence: float = CONFIDENCE
) -> pd.DataFrame:
    """Return one row per scenario and row of the plan: value, interval, target and verdict.

    Parameters
    ----------
    indicators : DataFrame
        Columns ``scenario, replication, indicator, tier, county, value``; only rows with tier
        ``""`` and county 0 are used.
    targets : DataFrame
        Columns ``number, indicator, operator, target, tolerance, value_2020, nature, kind``; the
        operator is one of ``>= > <= < about`` or ``""`` for no target, the kind one of `KINDS`.
        Values in the unit of the indicator.
    confidence : float
        Level of the intervals.

    Returns
    -------
    DataFrame
        Columns `SCORECARD_COLUMNS`. ``verdict`` is one of

        - ``met``, ``not_met``, ``undecided``: as `sim.measure.statistics.verdict` says;
        - ``not_judged``: it would be met, or might be, by those who were treated, but more than `MOST_UNMET`
          of the visits, or of the stays, that were needed found no place;
        - ``no_target``: the plan names none;
        - ``input``: the scenario states the value, so meeting it proves nothing;
        - ``not_modelled``: the model gives no value;
        - ``undefined``: it gives one, but not in these runs: a rate of nobody, such as a mean wait where none
          waited.

        ``probability`` is the share of replications that meet the target, where there is a
        verdict to go with it (`sim.measure.meeting.run_meets`). It is the chance that one realisation of
        the counted period meets the target if the parameters are right; it does not contain doubt about them,
        and it is not the chance that the long-run mean meets the target, of which the verdict speaks.
        Indicators that are not
        ``simulated`` have no chance in them: one replication is enough for a verdict, and the
        interval is the value itself as long as all replications agree. The columns `UNMET_SHARES` are the mean
        shares of needed visits and stays that found no place, beside every row that is counted from patients;
        ``NaN`` beside others.

    Raises
    ------
    ValueError
        If columns are missing, an indicator appears twice in a run, or an operator, target,
        tolerance or kind is not allowed.
    """
    _require(targets, TARGET_COLUMNS, "targets")
    _require(indicators, [*RUN, *QUANTITY, "value"], "indicators")
    whole = indicators[(indicators["tier"] == "") & (indicators["county"] == 0)]
    if whole.duplicated([*RUN, "indicator"]).any():
        raise ValueError("indicators: duplicate rows, an indicator appears twice in a run")
    # Each by itself: what only another scenario has is not in its columns.
    by_scenario = {name: run_values(own) for name, own in whole.groupby("scenario")}
    # Scenarios from all rows: one whose rows are all by county still has its place.
    runs = {
        name: _Runs.of(by_scenario.get(name, pd.DataFrame()))
        for name in dict.fromkeys(indicators["scenario"])
    }
    rows = [
        _scorecard_row(name, row, runs[name], confidence)
        for name in runs
        for _, row in targets.iterrows()
    ]
    return pd.DataFrame(rows, columns=SCORECARD_COLUMNS)


@dataclass(frozen=True)
class _Runs:
    """What a scenario's runs found: values by run and indicator, which of them count, mean unmet need."""

    values: pd.DataFrame
    place: pd.Series
    unmet: Mapping[str, float]

    @classmethod
    def of(cls, values: pd.DataFrame) -> _Runs:
        unmet = {
            share: mean_interval(values[share]).mean if share in values else math.nan
            for share in UNMET_SHARES
        }
        return cls(values, found_a_place(values), unmet)

    def of_indicator(self, name: str) -> pd.Series:
        """Return the values of an indicator by run; none if it is not measured."""
        none = pd.Series(index=self.values.index[:0], dtype=np.float64)
        return self.values.get(name, none)


def _scorecard_row(
    scenario: str, plan: pd.Series[Any], runs: _Runs, confidence: float
) -> dict[str, object]:
    """Return one row of the scorecard."""
    kind, target = plan["kind"], _target(plan)
    if kind not in KINDS:
        raise ValueError(
            f"unknown kind {kind!r} of {plan['indicator']}; allowed: {', '.join(KINDS)}"
        )
    values = runs.of_indicator(plan["indicator"])
    estimate = mean_interval(values, confidence)
    if kind != "simulated" and estimate.n == 1:
        estimate = replace(estimate, low=estimate.mean, high=estimate.mean)
    row = {key: plan[key] for key in TARGET_COLUMNS} | asdict(estimate)
    measured = plan["indicator"] in runs.values
    row |= {"scenario": scenario, "verdict": _verdict(kind, estimate, target, measured)}
    if kind == COUNTED:
        row |= runs.unmet
        if row["verdict"] in ("met", "undecided") and any(
            share > MOST_UNMET for share in runs.unmet.values()
        ):
            row["verdict"] = NOT_JUDGED
    if target is not None and kind not in ("input", "outside"):
        met = run_meets(values, target, runs.place if kind == COUNTED else None).dropna()
        chance = wilson_interval(int(met.sum()), len(met), confidence)
        row |= {"probability": chance.mean}
        row |= {"probability_low": chance.low, "probability_high": chance.high}
    return row


def _target(plan: pd.Series[Any]) -> Target | None:
    """Return the target of a row of the targets, or ``None`` if it names none."""
    if plan["operator"] == "":
        return None
    try:
        return Target(plan["operator"], float(plan["target"]), float(plan["tolerance"]))
    except ValueError as error:
        raise ValueError(f"target of {plan['indicator']}: {error}") from error


def _verdict(kind: str, estimate: Estimate, target: Target | None, measured: bool) -> str:
    """Return the word of the scorecard's last judgement, see `scorecard`."""
    if kind == "input":
        return "input"
    if kind == "outside" or not measured:
        return "not_modelled"
    if estimate.n == 0:
        return "undefined"
    if target is None:
        return "no_target"
    return verdict_of_interval(estimate.low, estimate.high, target)


def _replication_tables(indicators: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return for each scenario a table of values: quantities by row, replications by column."""
    _require(indicators, [*RUN, *QUANTITY, "value"], "indicators")
    if indicators[[*RUN, *QUANTITY]].isna().to_numpy().any():
        raise ValueError("indicators: a scenario, replication, indicator, tier or county is empty")
    return {
        str(scenario): group.pivot(index=QUANTITY, columns="replication", values="value")
        for scenario, group in indicators.groupby("scenario", sort=False)
    }


def _with_intervals(table: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Return the quantities of a table of replications with mean, low, high and n."""
    estimates = mean_intervals(table.to_numpy(dtype=np.float64), confidence)
    return table.index.to_frame(index=False).assign(**asdict(estimates))


def _stacked(frames: Sequence[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    """Return the frames below each other, also if there is none."""
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def _require(frame: pd.DataFrame, columns: Sequence[str], name: str) -> None:
    """Raise ValueError if a frame lacks columns."""
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise ValueError(f"{name}: columns {missing} are missing")
