"""Onset streams: who falls ill with what, on which day, at which hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.glossary import AGE_BANDS
from sim.scenario.care.inputs import Inputs
from sim.world.care.world import HOURS, LAYERS, MIX_STEPS, PROFILES
from sim.world.fields import Ints, Reals, ints, reals
from sim.world.horizon import Horizon

_MINUTES_PER_YEAR = 365 * 1440
STREAMS_PER_PLACE = len(PROFILES) * LAYERS


@dataclass(frozen=True)
class Catchment:
    """The people of a run: which counties and places it has, in which order.

    Attributes
    ----------
    counties : Ints
        County codes; a county's index is its place here.
    places : DataFrame
        The places of these counties, in the region's order.
    """

    counties: Ints
    places: pd.DataFrame

    @classmethod
    def of(cls, inputs: Inputs) -> Catchment:
        """Return the people of the counties of some inputs."""
        return cls(ints(sorted(inputs.counties["county"])), inputs.places)

    @property
    def place_county(self) -> Ints:
        """(places,) index of the county."""
        return ints(np.searchsorted(self.counties, self.places["county"].to_numpy()))

    @property
    def place_group(self) -> Ints:
        """(places,) place group: county index * 2 + urban."""
        return ints(self.place_county * 2 + self.places["urban"].to_numpy().astype(np.int64))


def onset_weights(inputs: Inputs, counties: Ints) -> Reals:
    """Return onsets per resident and year by county, age band and condition.

    Returns
    -------
    Reals
        (counties, ages, conditions): share of residents in the age band times its rate.
    """
    table = inputs.counties.set_index("county").loc[list(counties)]
    shares = table[[f"share_{band}" for band in AGE_BANDS]].to_numpy(dtype=float)
    rates = inputs.conditions[[f"rate_{band}" for band in AGE_BANDS]].to_numpy(dtype=float).T
    return np.asarray(shares[:, :, None] * rates[None, :, :])


def season_factors(inputs: Inputs) -> Reals:
    """Return the factor of each month and condition, (12, conditions), mean 1 over the year."""
    table = inputs.seasons.pivot(index="month", columns="season", values="factor").sort_index()
    table = table / table.mean()
    return np.asarray(table[list(inputs.conditions["season"])].to_numpy(dtype=float))


def hour_factors(inputs: Inputs) -> Reals:
    """Return the factor of each profile and hour of the week, (profiles, 168), mean 1."""
    table = inputs.onset_hours.sort_values(["weekday", "hour"])
    rows = [table.loc[table["profile"] == p, "factor"].to_numpy(dtype=float) for p in PROFILES]
    return np.stack([row / row.mean() for row in rows])


def hours_before(inputs: Inputs) -> Reals:
    """Return the sums of each day's hour factors before every hour, (profiles, 7, 25)."""
    by_day = hour_factors(inputs).reshape(len(PROFILES), -1, HOURS)
    return np.pad(by_day.cumsum(axis=2), ((0, 0), (0, 0), (1, 0)))


def mix_guide(mix: Reals) -> Ints:
    """Return the first cell above each step of probability, of every cumulative row."""
    steps = np.arange(MIX_STEPS) / MIX_STEPS
    found = [np.searchsorted(row, steps, side="right") for row in mix]
    return ints(np.minimum(found, mix.shape[1] - 1))


def profile_shares(inputs: Inputs) -> Reals:
    """Return the part of each condition's onsets in each profile, (profiles, conditions)."""
    emergency = inputs.conditions["emergency_share"].to_numpy(dtype=float)
    return np.stack([1.0 - emergency, emergency])


def stream_fields(catchment: Catchment) -> dict[str, Any]:
    """Return the fields that describe the onset streams: place, then profile, then layer."""
    places = len(catchment.places)
    place, profile, layer = np.meshgrid(
        np.arange(places), np.arange(len(PROFILES)), np.arange(LAYERS), indexing="ij"
    )
    group = catchment.place_group[place]
    names = catchment.places["place"].to_numpy()[place] * STREAMS_PER_PLACE
    return {
        "stream_name": ints(names + profile * LAYERS + layer),
        "stream_place": ints(place),
        "stream_profile": ints(profile),
        "stream_layer": ints(layer),
        "stream_onset_group": ints((group * len(PROFILES) + profile) * LAYERS + layer),
        "place_people": reals(catchment.places["population"]),
        "place_group": catchment.place_group,
        "place_county": catchment.place_county,
    }


def onset_fields(
    base: Inputs, epochs: Sequence[tuple[int, Inputs]], catchment: Catchment, horizon: Horizon
) -> dict[str, Any]:
    """Return the fields that tell when onsets happen and to whom, for every day of the run.

    Layer 0 is the region's base year in every scenario, so that the same people fall ill at the same
    minute; a scenario thins it (`keep_fields`) or adds what it has more of as layer 1.

    Parameters
    ----------
    base : Inputs
        The region without any lever.
    epochs : sequence of (first day, Inputs)
    """
    season, profiles = season_factors(base), profile_shares(base)
    months = horizon.months
    first_days = np.array([day for day, _ in epochs])
    epoch_of_day = np.searchsorted(first_days, np.arange(horizon.days), side="right") - 1
    weights = onset_weights(base, catchment.counties)
    added = [
        np.maximum(onset_weights(inputs, catchment.counties) - weights, 0.0) for _, inputs in epochs
    ]
    distinct, number = _distinct(added)
    layers = [weights[None], distinct]
    variant_of_day = [np.zeros_like(epoch_of_day), number[epoch_of_day]]
    counties, conditions = weights.shape[0], weights.shape[2]
    groups = counties * 2 * len(PROFILES) * LAYERS
    rate = np.zeros((groups, horizon.days))
    mix_row = np.zeros((groups, horizon.days), dtype=np.int64)
    mix: list[Reals] = []
    for county in range(counties):
        for profile in range(len(PROFILES)):
            for layer, by_variant in enumerate(layers):
                # (variants, months, ages, conditions)
                monthly = (
                    by_variant[:, county][:, None] * (season * profiles[profile])[None, :, None]
                )
                flat = monthly.reshape(-1, 12, len(AGE_BANDS) * conditions)
                totals = flat.sum(axis=2)
                variant = variant_of_day[layer]
                first_row = sum(block.shape[0] for block in mix)
                safe = np.where(totals > 0.0, totals, 1.0)
                mix.append((flat.cumsum(axis=2) / safe[..., None]).reshape(-1, flat.shape[2]))
                for urban in (0, 1):
                    group = ((county * 2 + urban) * len(PROFILES) + profile) * LAYERS + layer
                    rate[group] = totals[variant, months] / _MINUTES_PER_YEAR
                    mix_row[group] = first_row + variant * 12 + months
    return {
        "onset_rate": reals(rate),
        "onset_mix": ints(mix_row),
        "mix": reals(np.concatenate(mix)),
        "mix_guide": mix_guide(np.concatenate(mix)),
        "hours_before": reals(hours_before(base)),
    }


def _distinct(arrays: Sequence[Reals]) -> tuple[Reals, Ints]:
    """Return the different ones among some arrays, stacked, and which of them each array is.

    So that an epoch in which the same people fall ill leaves these fields as they would be without it.
    """
    found: dict[bytes, int] = {}
    numbers = [found.setdefault(array.tobytes(), len(found)) for array in arrays]
    return np.stack([arrays[numbers.index(number)] for number in range(len(found))]), ints(numbers)


def keep_field(base: Inputs, inputs: Inputs, catchment: Catchment) -> Reals:
    """Return the share of base-layer onsets that still happen, by place group, age and condition."""
    before = onset_weights(base, catchment.counties)
    after = onset_weights(inputs, catchment.counties)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(before > 0.0, np.minimum(after / before, 1.0), 1.0)
    return reals(np.repeat(share, 2, axis=0))


def insurance_fields(inputs: Inputs, catchment: Catchment) -> dict[str, Any]:
    """Return cumulative scheme shares by place group, and contract coverage by age band."""
    shares = inputs.schemes[["rural_share", "urban_share"]].to_numpy(dtype=float).T.cumsum(axis=1)
    coverage = [inputs.behaviour[f"contract_coverage_{band}"] for band in AGE_BANDS]
    return {
        "scheme_share": reals(np.tile(shares, (catchment.counties.size, 1))),
        "contract_share": reals(coverage),
    }
