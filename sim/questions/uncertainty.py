"""What a scenario leads to if the assumed numbers are other than assumed: samples of all of them at once."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sim.measure.meeting import judged_targets, runs_that_meet
from sim.measure.output_analysis.correlation import rank_correlation_interval
from sim.measure.output_analysis.quantiles import quantile_interval
from sim.measure.statistics import CONFIDENCE, Floats, mean_interval, wilson_of_share
from sim.region.parameters import Parameter
from sim.runs.case import Case
from sim.runs.run_key import hash_json
from sim.subjects.care.cases import CarePayload

QUANTILES = {"q05": 0.05, "q50": 0.5, "q95": 0.95}
OUTCOME_COLUMNS = [
    *("scenario", "indicator"),
    *(f"{name}{end}" for name in ("mean", *QUANTILES) for end in ("", "_low", "_high")),
    *("sd_parameters", "sd_chance", "samples"),
    *("operator", "target", "probability", "probability_low", "probability_high"),
]
INFLUENCE_COLUMNS = ["scenario", "indicator", "parameter", "correlation", "low", "high", "n"]
ALL_TARGETS = "all_targets"
"""In place of an indicator: all targets that are judged, at once."""
_SEEDS = 1 << 32


@dataclass(frozen=True)
class Samples:
    """Values of uncertain numbers.

    Attributes
    ----------
    parameters : tuple of Parameter
    values : array of float, shape (samples, parameters)
    """

    parameters: tuple[Parameter, ...]
    values: Floats

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.values)

    def named(self, sample: int) -> dict[str, float]:
        """Return the values of one sample by parameter."""
        row = (float(value) for value in self.values[sample])
        return dict(zip((each.name for each in self.parameters), row, strict=True))

    def frame(self) -> pd.DataFrame:
        """Return a row per sample and a column per parameter."""
        frame = pd.DataFrame(self.values, columns=[each.name for each in self.parameters])
        return frame.rename_axis("sample").reset_index()


def draw_samples(parameters: Sequence[Parameter], number: int, seed: int) -> Samples:
    """Draw values of all parameters: a Latin hypercube of triangular distributions.

    Each parameter's range is cut into as many parts of equal probability as there are samples, and each
    part is used once (McKay, Beckman and Conover 1979). The distribution is a triangle over the range
    with its peak at the stated value. Ranges are taken as independent of each other. A parameter's values
    depend on its name, the seed and the number of samples only, not on which others there are.

    Parameters
    ----------
    parameters : sequence of Parameter
    number : int
        Samples, at least 1.
    seed : int
    """
    values = np.empty((number, len(parameters)))
    for column, each in enumerate(parameters):
        generator = np.random.default_rng([seed, zlib.crc32(each.name.encode())])
        u = (generator.permutation(number) + generator.random(number)) / number
        values[:, column] = _triangular(u, each)
    return Samples(tuple(parameters), values)


def _triangular(u: Floats, parameter: Parameter) -> Floats:
    """Return quantiles of the triangular distribution over a range."""
    low, high = parameter.low, parameter.high
    peak = min(max(parameter.value, low), high)
    below = (peak - low) / (high - low)
    rising = low + np.sqrt(u * (high - low) * (peak - low))
    falling = high - np.sqrt((1.0 - u) * (high - low) * (high - peak))
    values: Floats = np.where(u < below, rising, falling)
    return values


def sampled_cases(
    cases: Sequence[Case[CarePayload]], samples: Samples, replications: int
) -> list[Case[CarePayload]]:
    """Return every case with every sample, as cases of their own.

    Parameters
    ----------
    cases : sequence of Case
    samples : Samples
    replications : int
        Of each case and sample. Samples have seeds of their own, the same for all cases: so chance
        differs between samples as it does between years, and cases are still compared with the same luck.

    Returns
    -------
    list of Case
        Called ``<case>_<sample>``.
    """
    return [
        _sampled(case, sample, samples.named(sample), replications)
        for sample in range(len(samples))
        for case in cases
    ]


def _sampled(
    case: Case[CarePayload], sample: int, values: dict[str, float], replications: int
) -> Case[CarePayload]:
    source = case.payload.source
    seed = (case.payload.seed + 1 + sample) % _SEEDS
    run = source.scenario.run.model_copy(update={"seed": seed})
    determinants = {**case.determinants, "parameters": values, "seed": seed}
    scenario = replace(source.scenario, run=run)
    key = hash_json(determinants)
    return replace(
        case,
        name=sample_name(case.name, sample),
        replications=replications,
        determinants=determinants,
        payload=replace(
            case.payload,
            source=replace(source, key=key, scenario=scenario, values=tuple(values.items())),
        ),
        resolved="",
        family="",
        shared=0.0,
    )


def sample_name(case: str, sample: int) -> str:
    """Return the name of a case with a sample."""
    return f"{case}_{sample:04d}"


def outcomes(
    indicators: pd.DataFrame,
    cases: Sequence[str],
    samples: int,
    targets: Mapping[str, pd.DataFrame],
    confidence: float = CONFIDENCE,
) -> pd.DataFrame:
    """Return the spread of every indicator and the probability of meeting its target.

    Parameters
    ----------
    indicators : DataFrame
        Of all sampled cases; columns ``scenario, replication, indicator, tier, county, value``.
    cases : sequence of str
        Names of the cases that were sampled.
    samples : int
    targets : mapping of str to DataFrame
        Of each case, as for `sim.measure.meeting.judged_targets`.
    confidence : float
        Level of the intervals.

    Returns
    -------
    DataFrame
        Columns `OUTCOME_COLUMNS`. Mean and quantiles are of all runs of samples in which every replication
        has a value, ``samples`` is their number. The mean's interval is Student's t of the samples' means;
        those of quantiles are order statistics with each sample a group,
        `sim.measure.output_analysis.quantiles`, an end empty where there are too few samples. Both
        take samples as independent of each other, though a Latin hypercube spreads them more evenly
        than chance would, which makes intervals wider than need be, not narrower (Stein 1987).
        ``sd_parameters`` and ``sd_chance`` part the variance between samples from that between
        replications of a sample (one-way analysis of variance); NaN with one replication. They have no
        interval. A probability is of one run, under chance and doubt about the parameters; runs without a
        value are left out; its interval is Wilson's with as many trials as samples. The last row of a case
        is `ALL_TARGETS`: of the runs in which every target can be judged.
    """
    names = {sample_name(case, k): (case, k) for case in cases for k in range(samples)}
    whole = indicators[(indicators["tier"] == "") & (indicators["county"] == 0)]
    whole = whole[whole["scenario"].isin(names)]
    whole = whole.assign(
        case=whole["scenario"].map(lambda name: names[name][0]),
        sample=whole["scenario"].map(lambda name: names[name][1]),
    )
    rows = [
        row
        for case in cases
        for row in _of_case(whole[whole["case"] == case], case, targets[case], confidence)
    ]
    return pd.DataFrame(rows, columns=OUTCOME_COLUMNS)


def _of_case(
    whole: pd.DataFrame, case: str, targets: pd.DataFrame, confidence: float
) -> Iterator[dict[str, object]]:
    judged = judged_targets(targets)
    met = runs_that_meet(whole, targets)
    for indicator, group in whole.groupby("indicator", sort=False):
        row: dict[str, object] = {"scenario": case, "indicator": indicator}
        row |= _spread(
            group.pivot(index="sample", columns="replication", values="value").to_numpy(),
            confidence,
        )
        if indicator in met:
            row |= {
                "operator": judged[str(indicator)].operator,
                "target": judged[str(indicator)].value,
            }
            row |= _chance(met[indicator].dropna(), confidence)
        yield row
    if len(met.columns):
        judged_runs = met.dropna()
        joint = _chance(judged_runs.min(axis=1), confidence)
        samples = _samples_of(judged_runs)
        yield {"scenario": case, "indicator": ALL_TARGETS, "samples": samples, **joint}


def _spread(values: Floats, confidence: float) -> dict[str, float]:
    """Return mean, quantiles and the two parts of the spread of (samples, replications) values."""
    defined = values[~np.isnan(values).any(axis=1)]
    found: dict[str, float] = {"samples": len(defined)}
    if defined.size == 0:
        return found
    estimates = {"mean": mean_interval(defined.mean(axis=1), confidence)}
    estimates |= {
        name: quantile_interval(defined, share, confidence) for name, share in QUANTILES.items()
    }
    for name, each in estimates.items():
        found |= {name: each.mean, f"{name}_low": each.low, f"{name}_high": each.high}
    samples, replications = defined.shape
    if replications > 1 and samples > 1:
        within = defined.var(axis=1, ddof=1).mean()
        between = defined.mean(axis=1).var(ddof=1) - within / replications
        found |= {"sd_chance": float(within**0.5), "sd_parameters": float(max(between, 0.0) ** 0.5)}
    return found


def _samples_of(runs: pd.Series | pd.DataFrame) -> int:
    """Return of how many samples there are runs: each is a scenario of its own."""
    return int(runs.index.get_level_values("scenario").nunique())


def _chance(met: pd.Series, confidence: float) -> dict[str, float]:
    """Return the share of runs that meet something; those that cannot be judged have been left out."""
    found = wilson_of_share(float(met.mean()), _samples_of(met), confidence)
    return {
        "probability": found.mean,
        "probability_low": found.low,
        "probability_high": found.high,
    }


def influence(
    indicators: pd.DataFrame, case: str, samples: Samples, without: Collection[str] = ()
) -> pd.DataFrame:
    """Return how strongly each parameter moves each indicator, by rank correlation.

    Parameters
    ----------
    indicators : DataFrame
        As for `outcomes`.
    case : str
        Name of the case that was sampled.
    samples : Samples
    without : collection of str
        Parameters that can make no difference to the case, `sim.questions.set_by_levers`; they have no row.

    Returns
    -------
    DataFrame
        Columns `INFLUENCE_COLUMNS`: Spearman's correlation over ``n`` samples of the parameter with the mean
        of the indicator over replications, the strongest first, and its 95 % interval,
        `rank_correlation_interval`. It is for one correlation by itself: of twenty parameters without
        influence one is expected to have an interval without 0.
    """
    names = {sample_name(case, sample): sample for sample in range(len(samples))}
    whole = indicators[(indicators["tier"] == "") & (indicators["county"] == 0)]
    whole = whole[whole["scenario"].isin(names)]
    whole = whole.assign(sample=whole["scenario"].map(names))
    means = whole.pivot_table(index="sample", columns="indicator", values="value", aggfunc="mean")
    ranks = means.rank()
    parameters = samples.frame().set_index("sample").loc[means.index].rank()
    rows = [
        (
            case,
            indicator,
            name,
            correlation,
            *rank_correlation_interval(correlation, number),
            number,
        )
        for indicator, number in means.notna().sum().items()
        if ranks[indicator].nunique() > 1
        for name in parameters
        if name not in without
        for correlation in [float(ranks[indicator].corr(parameters[name]))]
    ]
    frame = pd.DataFrame(rows, columns=INFLUENCE_COLUMNS)
    order = frame.assign(strength=frame["correlation"].abs())
    order = order.sort_values(["indicator", "strength"], ascending=[True, False])
    return order.drop(columns="strength").reset_index(drop=True)
