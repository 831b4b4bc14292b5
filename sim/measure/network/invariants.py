"""What must hold in every run of a small network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sim.engine.invariants import broken_in_counts, slack
from sim.engine.tally import Amount, Count, Tally
from sim.pathway.network.state import FATES, REASONS, NetworkArrays, Unserved
from sim.scenario.network.schema import NetworkScenario
from sim.world.network.build import network_pools
from sim.world.pools import Pools

_RENEGE = [Unserved.PATIENCE, Unserved.CLOSING, Unserved.HOLD_LIMIT, Unserved.NONE_FREE]
_REFUSE = [Unserved.FULL, Unserved.NONE_FREE_NOR_ROOM]


def broken_in_network(
    scenario: NetworkScenario, tally: Tally, pools: Sequence[Pools] = ()
) -> list[str]:
    """Return the invariants that a run of a network violates.

    Beside those of any model: classes add up to all patients, and the time with 0, 1, 2, ... present at a
    station is the counted time, and gives the same mean number as the areas under queue and service; engine and
    pathway agree on who waits and who was not served for which reason; and whoever is inside began somewhere.

    Parameters
    ----------
    scenario : NetworkScenario
        What was run.
    tally : Tally
        What was counted.
    pools : sequence of Pools, optional
        Of every epoch, if they are not those of the file all the time.

    Returns
    -------
    list of str
        One sentence per violation.
    """
    return [
        *broken_in_counts(pools or [network_pools(scenario)], tally),
        *_classes(tally),
        *_levels(scenario, tally),
        *_reasons(scenario, tally),
        *_now(scenario, tally),
    ]


def _classes(tally: Tally) -> Iterator[str]:
    arrays: NetworkArrays = tally.state.arrays
    entered, left = int(arrays.entered_count.sum()), int(arrays.left_count.sum())
    if entered > tally.entered or left > tally.left:
        yield f"{entered} patients entered and {left} left in the counted time, more than ever did"
    if tally.starts[tally.counted_from] == 0.0 and (entered, left) != (tally.entered, tally.left):
        yield (
            f"the classes have {entered} patients who entered and {left} who left, "
            f"the network {tally.entered} and {tally.left}"
        )
    by_fate = arrays.time_histogram.reshape(len(arrays.entered_count), FATES, -1).sum(axis=-1)
    if not np.array_equal(by_fate.ravel(), arrays.left_count):
        yield "the times in system are not as many as patients who left"


def _reasons(scenario: NetworkScenario, tally: Tally) -> Iterator[str]:
    """Yield the stations where the pathway's reasons are not as many as the engine's events."""
    by_cell = (len(scenario.classes), len(scenario.stations), REASONS)
    arrays: NetworkArrays = tally.state.arrays
    unserved = arrays.unserved_count.reshape(by_cell)
    counted = tally.counts[tally.counted_from :].sum(axis=0)
    for pool, name in enumerate(scenario.stations):
        for count, reasons in ((Count.RENEGED, _RENEGE), (Count.REFUSED, _REFUSE)):
            if not np.array_equal(unserved[:, pool, reasons].sum(axis=-1), counted[pool, :, count]):
                yield f"{name}: {count.name.lower()} patients are not as many as the reasons for it"


def _now(scenario: NetworkScenario, tally: Tally) -> Iterator[str]:
    """Yield where those who are in the network at the end are not told alike by engine and pathway."""
    arrays: NetworkArrays = tally.state.arrays
    if int(arrays.inside_now.sum()) != tally.inside or (arrays.inside_now < 0).any():
        yield f"{arrays.inside_now.sum()} patients began at stations and are inside, not {tally.inside}"
    waiting = arrays.waiting_now.reshape(len(scenario.classes), -1).T
    counts = tally.counts.sum(axis=0)
    settled = counts[..., [Count.GRANTED, Count.RENEGED, Count.REFUSED]].sum(axis=-1)
    if not np.array_equal(waiting, counts[..., Count.JOINED] - settled):
        yield "engine and pathway do not agree on how many wait"
    if (arrays.held_now < 0).any() or arrays.held_now.sum() + waiting.sum() > 2 * tally.inside:
        yield "more servers are held than patients can hold"
    if (arrays.overtime < 0.0).any():
        yield "somebody worked less than no time after closing"


def _levels(scenario: NetworkScenario, tally: Tally) -> Iterator[str]:
    """Yield the stations whose time by number present contradicts the areas."""
    counted = tally.amounts[tally.counted_from :]
    areas = counted[..., [Amount.QUEUE_AREA, Amount.BUSY_AREA]].sum(axis=(0, 2, 3))
    length = float(tally.starts[-1] - tally.starts[tally.counted_from])
    starts = network_pools(scenario).level_start
    for pool, name in enumerate(scenario.stations):
        minutes = tally.level_minutes[starts[pool] : starts[pool + 1]]
        if abs(minutes.sum() - length) > slack(length):
            yield f"{name}: the numbers present were counted for {minutes.sum():.6f} minutes"
        present = float(minutes @ np.arange(minutes.size))
        # The last level also stands for all above it.
        too_many = minutes[-1] == 0.0 and areas[pool] > present + slack(present)
        if too_many or areas[pool] < present - slack(present):
            yield f"{name}: queue and service add up to {areas[pool]:.6f} minutes, not {present:.6f}"
