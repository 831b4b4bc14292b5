"""Faults in what is measured and compared after a run."""

from __future__ import annotations

from tests.mutation.fault import Fault

_CARE = ("tests/unit/measure/test_care_indicators.py", "tests/unit/measure", "tests/scenario")
_STATISTICS = ("tests/unit/measure",)
_DOUBT = ("tests/unit/questions/test_uncertainty.py",)

MEASURES = (
    Fault(
        "fund and patient swapped in the indicator",
        "sim/measure/care/simulated.py",
        'yield "out_of_pocket_share", "", 0, 1.0 - ratio(paid, price)',
        'yield "out_of_pocket_share", "", 0, ratio(paid, price)',
        _CARE,
    ),
    Fault(
        "hospitals of a city's districts outside the run are nobody's",
        "sim/world/care/build/definitions.py",
        'table = inputs.region.counties.set_index("county")',
        'table = inputs.counties.set_index("county")',
        ("tests/scenario/test_what_is_inside.py",),
    ),
    Fault(
        "county hospitals count as primary care",
        "sim/measure/care/simulated.py",
        'yield "primary_visit_share", "", 0, ratio(seen[: TOWNSHIP + 1].sum(), seen.sum())',
        'yield "primary_visit_share", "", 0, ratio(seen[: COUNTY + 1].sum(), seen.sum())',
        _CARE,
    ),
    Fault(
        "emergencies are no visits",
        "sim/measure/care/simulated.py",
        "seen = flow[..., [Visit.OUTPATIENT, Visit.EMERGENCY], :, :]",
        "seen = flow[..., [Visit.OUTPATIENT], :, :]",
        _CARE,
    ),
    Fault(
        "idle doctors count as busy",
        "sim/measure/care/totals.py",
        "busy = self.pool_amounts[pools][:, :, Amount.BUSY_AREA].sum()",
        "busy = self.pool_amounts[pools][:, 0, Amount.SERVER_AREA].sum()",
        _CARE,
    ),
    Fault(
        "a mean wait leaves out who did not wait",
        "sim/measure/network/measures.py",
        'add("wait_mean", _ratio(total, granted))',
        'add("wait_mean", _ratio(total, counts[Count.WAITED]))',
        ("tests/unit/network", "tests/theory"),
    ),
    Fault(
        "an interval from n, not n - 1",
        "sim/measure/statistics.py",
        "degrees = np.where(n > 1, n - 1.0, np.nan)",
        "degrees = np.where(n > 1, n, np.nan)",
        _STATISTICS,
    ),
    Fault(
        "a one-sided level for a two-sided interval",
        "sim/measure/statistics.py",
        "half = scipy.special.stdtrit(degrees, 0.5 + confidence / 2)",
        "half = scipy.special.stdtrit(degrees, confidence)",
        _STATISTICS,
    ),
    Fault(
        "differences are not paired by replication",
        "sim/measure/compare.py",
        "frame = _with_intervals(table - other, confidence)",
        "frame = _with_intervals(table - other.iloc[:, ::-1].to_numpy(), confidence)",
        ("tests/unit/measure/test_compare.py",),
    ),
    Fault(
        "a target that is missed is met",
        "sim/measure/statistics.py",
        '">=": value >= lowest,',
        '">=": value >= lowest - 1.0,',
        _STATISTICS,
    ),
    Fault(
        "a warm-up rule that leaves out as much as it may",
        "sim/measure/output_analysis/warm_up.py",
        "- sums[enough] ** 2 / n) / n**2",
        "- sums[enough] ** 2 / n)",
        _STATISTICS,
    ),
    Fault(
        "replications are enough without looking ahead",
        "sim/measure/output_analysis/precision.py",
        "if last <= enough.size and enough[n - 1 : last].all():",
        "if last <= enough.size and enough[n - 1]:",
        _STATISTICS,
    ),
    Fault(
        "the quantile's upper end is one value too low",
        "sim/measure/output_analysis/quantiles.py",
        "high = int(np.searchsorted(below, 1.0 - tail)) + 1",
        "high = int(np.searchsorted(below, 1.0 - tail))",
        _STATISTICS,
    ),
    Fault(
        "Holm's p-values may fall again",
        "sim/measure/output_analysis/multiple.py",
        "np.maximum.accumulate(factors * values[places])",
        "factors * values[places]",
        _STATISTICS,
    ),
    Fault(
        "all orders count alike, however many parts come before",
        "sim/measure/attribution.py",
        "orders = [factorial(size) * factorial(parts - size - 1) for size in sizes]",
        "orders = [factorial(parts) / len(sizes) for size in sizes]",
        _STATISTICS,
    ),
    Fault(
        "one target met is all targets met",
        "sim/measure/joint.py",
        "all_met = met.dropna().min(axis=1)",
        "all_met = met.dropna().max(axis=1)",
        _DOUBT,
    ),
    Fault(
        "one target met is all targets met, under doubt",
        "sim/questions/uncertainty.py",
        "judged_runs.min(axis=1)",
        "judged_runs.max(axis=1)",
        _DOUBT,
    ),
    Fault(
        "what cannot be judged is missed",
        "sim/measure/meeting.py",
        ".where(value.notna())",
        ".where(value.notna(), 0.0)",
        _DOUBT,
    ),
    Fault(
        "a replication without leaks does not count",
        "sim/measure/leaks.py",
        ").reindex(columns=runs, fill_value=0)",
        ").reindex(columns=runs)",
        ("tests/unit/questions/test_why.py",),
    ),
    Fault(
        "ends of a marginal value's interval are of the whole step",
        "sim/questions/marginal.py",
        '_PER_UNIT = ["mean", "low", "high", "low_joint", "high_joint"]',
        '_PER_UNIT = ["mean"]',
        ("tests/unit/questions/test_why.py",),
    ),
    Fault(
        "what is added is lost when a lever begins later",
        "sim/scenario/care/timeline.py",
        "return (entry.lever.on_top, entry.begins or date.min",
        "return (False, entry.begins or date.min",
        ("tests/unit/scenario/test_scenario_files.py", "tests/unit/questions/test_why.py"),
    ),
    Fault(
        "chance is taken for doubt about parameters",
        "sim/questions/uncertainty.py",
        "between = defined.mean(axis=1).var(ddof=1) - within / replications",
        "between = defined.mean(axis=1).var(ddof=1)",
        _DOUBT,
    ),
)
