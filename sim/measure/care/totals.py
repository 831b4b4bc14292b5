"""One run's counters with their axes named, summed over the counted time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.engine.tally import Amount, Count, Tally
from sim.glossary import TIERS
from sim.pathway.care.state import TICKS_PER_MINUTE, CareState, Event, Work
from sim.time_units import MINUTES_PER_DAY
from sim.world.care.build.assemble import CareWorlds
from sim.world.care.build.resources import wait_row
from sim.world.care.world import SETTINGS, Priority
from sim.world.fields import Ints, Reals
from sim.world.pools import UNLIMITED

DAYS_PER_YEAR = 365.0
FEN_PER_CNY = 100.0


Row = tuple[str, str, int, float]
"""An indicator's ``(key, tier or '', county code or 0, value)``."""


def ratio(part: float, whole: float) -> float:
    """Return part over whole; NaN where there is no whole."""
    return float(part / whole) if whole else float("nan")


def histogram_quantile(counts: Ints, edges: Reals, share: float) -> float:
    """Return the wait in minutes that a share of the counted does not exceed; NaN of nobody.

    Parameters
    ----------
    counts : Ints
        (bins + 1,) as in `Tally.wait_histogram`.
    edges : Reals
        (bins,) upper edges; within a bin the wait is put at its middle, so the error is below 1 %.
    share : float
        0 to 1.
    """
    total = int(counts.sum())
    if total == 0:
        return float("nan")
    cell = int(np.searchsorted(counts.cumsum(), share * total))
    if cell == 0:
        return 0.0
    if cell >= edges.size:
        return float(edges[-1])
    return float(0.5 * (edges[cell - 1] + edges[cell]))


@dataclass(frozen=True)
class RunTotals:
    """A run's tally beside the worlds it ran in.

    Attributes
    ----------
    built : CareWorlds
    tally : Tally
    """

    built: CareWorlds
    tally: Tally

    @property
    def state(self) -> CareState:
        """The pathway's counters."""
        state = self.tally.state
        assert isinstance(state, CareState)
        return state

    @property
    def years(self) -> float:
        """Counted time in years of 365 days."""
        return self.built.horizon.counted_days / DAYS_PER_YEAR

    @property
    def people(self) -> float:
        """Residents of the simulated counties."""
        return float(self.built.catchment.places["population"].sum())

    @property
    def minutes(self) -> float:
        """Counted time in minutes."""
        return float(self.built.horizon.counted_days * MINUTES_PER_DAY)

    @cached_property
    def flow(self) -> Ints:
        """Counts by (county, first tier, tier, visit kind, condition, reason)."""
        return self.state.table("flow")

    @cached_property
    def money(self) -> Ints:
        """Fen by (county, scheme, tier, setting, 0 outside or 1 inside, Money)."""
        return self.state.table("money")

    @cached_property
    def common(self) -> Ints:
        """Visits for common conditions by (county, visit kind, 0 outside or 1 inside)."""
        return self.state.table("common")

    @cached_property
    def far(self) -> Ints:
        """Visits outside by (county, tier, visit kind, Reason they left, Reason they went so far)."""
        return self.state.table("far")

    @cached_property
    def is_district(self) -> NDArray[np.bool_]:
        """Whether each county is outside the county area of the region's definitions."""
        region = self.built.inputs[-1].region
        kind = region.counties.set_index("county")["kind"].loc[
            self.built.catchment.counties.tolist()
        ]
        return np.asarray(~kind.isin(region.definitions.county_area))

    @cached_property
    def in_area(self) -> NDArray[np.bool_]:
        """The counties that the in-county rates are of: the county area, or districts where there is none."""
        return self.is_district if self.is_district.all() else ~self.is_district

    @cached_property
    def events(self) -> Ints:
        """Counts by (county, Event)."""
        counted: Ints = self.state.table("events")[self.built.horizon.counted_from :].sum(axis=0)
        return counted

    @cached_property
    def work(self) -> Ints:
        """Counts by (facility, Work)."""
        return self.state.table("work")

    @cached_property
    def ends(self) -> Ints:
        """Ends of episodes by (county, tier where it ended or NOWHERE, Need, condition, End)."""
        return self.state.table("ends")

    @cached_property
    def ambulance(self) -> Ints:
        """Patients who called an ambulance by (county, condition, Ambulance)."""
        return self.state.table("ambulance")

    @cached_property
    def pool_counts(self) -> Ints:
        """Counts by (pool, group, Count)."""
        counted: Ints = self.tally.counts[self.tally.counted_from :].sum(axis=0)
        return counted

    @cached_property
    def pool_amounts(self) -> Reals:
        """Sums by (pool, group, Amount)."""
        counted: Reals = self.tally.amounts[self.tally.counted_from :].sum(axis=0)
        return counted

    @cached_property
    def destinations(self) -> Ints:
        """Counts by (county, destination, visit kind)."""
        return self.state.table("destinations")

    @cached_property
    def facility_tier(self) -> Ints:
        """Index of each facility's tier."""
        return np.asarray([TIERS.index(t) for t in self.built.reach.facilities["tier"]])

    @cached_property
    def pool_facility(self) -> Ints:
        """Facility of each pool."""
        return self.built.resources[0].table["facility"].to_numpy()

    @cached_property
    def pool_skill(self) -> Ints:
        """Skill of each pool."""
        return self.built.resources[0].table["skill"].to_numpy()

    def event(self, event: Event) -> float:
        """Return how often something happened to anybody."""
        return float(self.events[:, event].sum())

    def mean_minutes(self, ticks: Event, count: Event) -> float:
        """Return the mean of a time that was summed in ticks; NaN of nobody."""
        number = self.event(count)
        return self.event(ticks) / TICKS_PER_MINUTE / number if number else float("nan")

    def pools(self, role: str, tier: int | None = None) -> Ints:
        """Return the numbers of the limited pools of a role, in a tier or everywhere."""
        pools = self.pools_of(role)
        chosen = self.pool_amounts[pools, 0, Amount.SERVER_AREA] < UNLIMITED
        if tier is not None:
            chosen &= self.facility_tier[self.pool_facility[pools]] == tier
        return np.asarray(pools[chosen])

    def skills_of(self, role: str) -> tuple[int, ...]:
        """Return the numbers of the skills with a role."""
        return self.built.skills.with_role(role)

    def pools_of(self, role: str) -> Ints:
        """Return the numbers of all pools of a role."""
        return np.asarray(np.flatnonzero(np.isin(self.pool_skill, self.skills_of(role))))

    def utilisation(self, pools: Ints) -> float:
        """Return busy time over server time of some pools together; NaN without servers."""
        busy = self.pool_amounts[pools][:, :, Amount.BUSY_AREA].sum()
        servers = self.pool_amounts[pools][:, 0, Amount.SERVER_AREA].sum()
        return float(busy / servers) if servers > 0.0 else float("nan")

    def mean_wait(self, pools: Ints, groups: tuple[int, ...] = tuple(Priority)) -> float:
        """Return the mean wait in minutes of those served by some pools; NaN of nobody."""
        served = self.pool_counts[pools][:, list(groups), Count.GRANTED].sum()
        waits = self.pool_amounts[pools][:, list(groups), Amount.WAIT].sum()
        return float(waits / served) if served else float("nan")

    def utilisation_by_facility(self, pools: Ints) -> Reals:
        """Return `utilisation` of some pools of each facility, (facilities,)."""
        amounts = self.pool_amounts[pools]
        busy = self._by_facility(pools, amounts[:, :, Amount.BUSY_AREA].sum(axis=1))
        return _ratios(busy, self._by_facility(pools, amounts[:, 0, Amount.SERVER_AREA]))

    def mean_wait_by_facility(self, pools: Ints) -> Reals:
        """Return `mean_wait` of some pools of each facility, (facilities,)."""
        waits = self.pool_amounts[pools][:, list(Priority), Amount.WAIT].sum(axis=1)
        served = self.pool_counts[pools][:, list(Priority), Count.GRANTED].sum(axis=1)
        return _ratios(self._by_facility(pools, waits), self._by_facility(pools, served))

    def left_by_facility(self, pools: Ints) -> Reals:
        """Return patients who left queues of some pools, or were not let in, (facilities,)."""
        left = self.pool_counts[pools][:, :, [Count.RENEGED, Count.REFUSED]].sum(axis=(1, 2))
        return self._by_facility(pools, left)

    def waited_by_facility(self, pools: Ints) -> Reals:
        """Return minutes that patients waited for some pools, served or not, (facilities,)."""
        return self._by_facility(
            pools, self.pool_amounts[pools][:, :, Amount.QUEUE_AREA].sum(axis=1)
        )

    def _by_facility(self, pools: Ints, values: Ints | Reals) -> Reals:
        """Return the sums over the pools of each facility, (facilities,)."""
        sums = np.zeros(self.facility_tier.size)
        np.add.at(sums, self.pool_facility[pools], values)
        return sums

    def wait_counts(
        self,
        skills: tuple[int, ...],
        kinds: Sequence[int],
        groups: tuple[int, ...] = tuple(Priority),
    ) -> Ints:
        """Return the wait histogram of the pools of some skills at some kinds of facilities (`kinds_of`)."""
        number = len(self.built.skills.names)
        rows = [wait_row(q, k, number) + g for q in kinds for k in skills for g in groups]
        counts: Ints = self.tally.wait_histogram[rows].sum(axis=0)
        return counts

    def kinds_of(self, tiers: tuple[int, ...]) -> list[int]:
        """Return the numbers of the kinds of facilities of some tiers."""
        names = [TIERS[tier] for tier in tiers]
        return np.flatnonzero(self.built.inputs[0].kinds["tier"].isin(names)).tolist()

    def worked(self, work: Work, tier: int | None = None) -> float:
        """Return a kind of work of all facilities, or of a tier's (see `of_tiers`)."""
        column = self.work[:, work]
        return float(column.sum() if tier is None else column[self.of_tiers(tier)].sum())

    def of_tiers(self, *tiers: int) -> NDArray[np.bool_]:
        """Tell which facilities are of some tiers; those of neighbours that are not simulated are of none."""
        return np.isin(self.facility_tier, tiers) & (self.built.reach.slice > 0.0)


def _ratios(parts: Reals, wholes: Reals) -> Reals:
    """Return parts over wholes; NaN where there is no whole."""
    ratios = np.full(parts.shape, np.nan)
    np.divide(parts, wholes, out=ratios, where=wholes != 0.0)
    return ratios


SETTING_OF = {name: index for index, name in enumerate(SETTINGS)}
