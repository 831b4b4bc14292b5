"""How often 95 % intervals hold the truth, where the truth is known.

Small queues run on the compiled engine exactly as users run them: a warm-up, replications, Student's t. Each
repetition is a study of its own with another seed; the share of them whose interval holds the value of theory
is to be 95 %.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from sim.engine.compiled import simulate
from sim.engine.model import Model
from sim.engine.snapshots import snapshots
from sim.engine.tally import Amount, Count, Tally
from sim.frames import rows
from sim.measure.network.quantiles import histogram_quantile
from sim.measure.output_analysis.batch_means import BATCHES, batch_means
from sim.measure.slices import between
from sim.measure.statistics import (
    CONFIDENCE,
    Estimate,
    mean_interval,
    paired_difference,
    wilson_interval,
)
from sim.scenario.network.schema import NetworkScenario
from sim.subjects.network.model import network_model
from sim.validation.theory.stations import MMc

REPETITIONS = 2000
REPLICATIONS = 10
MARGIN = 0.015
"""How far from 95 % the share may be after `REPETITIONS`: three standard errors."""
NOT_JUDGED = "batch_means"
"""Shown beside the intervals that studies use."""
COVERAGE_COLUMNS = ["interval", "truth", "repetitions", "covered", "share", "low", "high"]
"""Of `interval_coverage`; ``low`` and ``high`` are Wilson's of the share."""
_SEED = 20260101
_RATE, _SERVERS, _SHARE = 1.4, 2, 0.9
_SERVICE, _FASTER = 1.0, 0.9
_WARM_UP, _LENGTH = 200.0, 4000.0


def queue_model(queue: MMc, warm_up: float, length: float) -> Model:
    """Return a queue as an engine runs it."""
    page = {
        "kind": "network",
        "name": "queue",
        "title": {"zh": "排队", "en": "A queue"},
        "run": {
            "warm_up": f"{warm_up} min",
            "length": f"{length} min",
            "replications": 1,
            "seed": 0,
        },
        "classes": {
            "patient": {
                "arrivals": {"poisson": f"{queue.rate} per minute"},
                "start": "desk",
            }
        },
        "stations": {
            "desk": {
                "servers": queue.servers,
                "service": {"other": {"exponential": f"{queue.service} min"}},
            }
        },
    }
    return network_model(NetworkScenario.model_validate(page))


def interval_coverage(
    repetitions: int = REPETITIONS, workers: int = 1, replications: int = REPLICATIONS
) -> pd.DataFrame:
    """Return how often nominal 95 % intervals of a queue's waits hold the truth.

    Parameters
    ----------
    repetitions : int
        Studies, each with a seed of its own.
    workers : int
        Threads; they change no figure.
    replications : int
        Of each study.

    Returns
    -------
    DataFrame
        Columns `COVERAGE_COLUMNS`; a row for the mean wait and the 90th percentile of the waits (t intervals
        over replications), the paired difference of the mean when service is a tenth faster (common random
        numbers), and the mean wait by batch means of one run as long as the replications together.
    """
    slow, fast = MMc(_RATE, _SERVICE, _SERVERS), MMc(_RATE, _FASTER, _SERVERS)
    study = _Study(
        queue_model(slow, _WARM_UP, _LENGTH),
        queue_model(fast, _WARM_UP, _LENGTH),
        queue_model(slow, 0.0, _WARM_UP + replications * _LENGTH),
        replications,
    )
    truths = {
        "mean": slow.wait_mean,
        "quantile": slow.wait_quantile(_SHARE),
        "paired_difference": fast.wait_mean - slow.wait_mean,
        "batch_means": slow.wait_mean,
    }
    with ThreadPoolExecutor(workers) as threads:
        found = list(threads.map(study.intervals, range(_SEED, _SEED + repetitions)))
    return pd.DataFrame(
        [_covered(name, truth, [each[name] for each in found]) for name, truth in truths.items()],
        columns=COVERAGE_COLUMNS,
    )


def _covered(name: str, truth: float, intervals: list[Estimate]) -> tuple[object, ...]:
    hit = sum(each.low <= truth <= each.high for each in intervals)
    share = wilson_interval(hit, len(intervals))
    return (name, truth, len(intervals), hit, share.mean, share.low, share.high)


@dataclass(frozen=True)
class _Study:
    """The models of one repetition; a repetition is a study with its own seed."""

    slow: Model
    fast: Model
    long: Model
    replications: int

    def intervals(self, seed: int) -> dict[str, Estimate]:
        """Return the intervals of one study."""
        slow = [simulate(self.slow, seed, r) for r in range(self.replications)]
        fast = [simulate(self.fast, seed, r) for r in range(self.replications)]
        waits = [_wait_mean(tally) for tally in slow]
        # Another replication number: other luck than the runs above.
        batches = [_wait_mean(tally) for tally in self._batches(seed, self.replications)]
        return {
            "mean": mean_interval(waits),
            "quantile": mean_interval([_wait_quantile(tally) for tally in slow]),
            "paired_difference": paired_difference([_wait_mean(tally) for tally in fast], waits),
            "batch_means": batch_means(batches).estimate,
        }

    def _batches(self, seed: int, replication: int) -> Iterator[Tally]:
        """Yield the batches of one long run."""
        edges = np.linspace(_WARM_UP, float(self.long.period_starts[-1]), BATCHES + 1).tolist()
        looks = list(snapshots(self.long, seed, replication, edges))
        for (begins, ends), (earlier, later) in zip(pairwise(edges), pairwise(looks), strict=True):
            yield between(earlier, later, begins, ends)


def _wait_mean(tally: Tally) -> float:
    counted = slice(tally.counted_from, None)
    waits = tally.amounts[counted, 0, 0, Amount.WAIT].sum()
    return float(waits / tally.counts[counted, 0, 0, Count.GRANTED].sum())


def _wait_quantile(tally: Tally) -> float:
    return histogram_quantile(tally.wait_histogram[0], tally.wait_edges, _SHARE)


def misses(covered: pd.DataFrame) -> list[str]:
    """Return what is wrong with the coverage: intervals that miss 95 % by more than chance.

    Parameters
    ----------
    covered : DataFrame
        As of `interval_coverage`. With fewer repetitions than `REPETITIONS` the margin is wider, as the
        standard error is.
    """
    judged = covered[covered["interval"] != NOT_JUDGED]
    margins = MARGIN * np.sqrt(REPETITIONS / judged["repetitions"])
    off = judged[(judged["share"] - CONFIDENCE).abs() > margins]
    return [
        f"{row.interval}: covers in {100 * row.share:.1f} %, not {100 * CONFIDENCE:.0f} %"
        for row in rows(off)
    ]
