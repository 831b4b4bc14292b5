"""How many people of each age band live in each place, and which conditions are whose."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.glossary import AGE_BANDS
from sim.scenario.care.inputs import Inputs
from sim.world.care.build.people import Catchment
from sim.world.fields import Ints, Reals, ints, reals


def whole_parts(total: int, shares: Reals) -> Ints:
    """Return whole numbers that add up to a total, as near to its shares as can be, none of them 0.

    The method of the largest remainder; of equal ones the first. A part of 0 takes one from the largest
    part, since people fall ill in every age band of every place.

    Parameters
    ----------
    total : int
        At least the number of shares.
    shares : Reals
        From 0 to 1; they need not add up to exactly 1.
    """
    exact = total * shares / shares.sum()
    parts = np.floor(exact).astype(np.int64)
    largest_first = np.argsort(parts - exact, kind="stable")
    parts[largest_first[: total - int(parts.sum())]] += 1
    for empty in np.flatnonzero(parts == 0):
        parts[np.argmax(parts)] -= 1
        parts[empty] = 1
    return parts


def person_fields(base: Inputs, catchment: Catchment) -> dict[str, Any]:
    """Return where the people of each place and age band are, in the order of places.

    Parameters
    ----------
    base : Inputs
        The region without any lever, so that a person is the same one in every scenario.
    """
    columns = [f"share_{band}" for band in AGE_BANDS]
    shares = base.counties.set_index("county")[columns].astype(float)
    places = catchment.places
    people = [
        whole_parts(max(round(float(total)), len(columns)), shares.loc[county].to_numpy())
        for county, total in zip(places["county"], places["population"], strict=True)
    ]
    return {
        "place_name": ints(places["place"]),
        "person_first": ints(np.concatenate([[0], np.cumsum(people)])),
    }


def prevalence_field(inputs: Inputs) -> Reals:
    """Return the share of people whom each condition befalls, by age band and condition."""
    columns = [f"prevalence_{band}" for band in AGE_BANDS]
    return reals(inputs.conditions[columns].to_numpy(dtype=float).T)
