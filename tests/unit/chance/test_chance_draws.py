"""Draws are uniform and independent along every part of their address.

Seeds are fixed. A family of n tests shares the level 1e-4: each has 1e-4 / n (Bonferroni).
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from sim.chance import (
    Purpose,
    draw,
    exponential,
    normal_quantile,
    patient_key,
    run_key,
    stream_key,
)
from sim.kernel import open_kernel
from sim.world.fields import Reals

_LEVEL = 1e-4
_NUMBERS = 20_000


@open_kernel
def _fill_patients(
    out: Reals, seed: int, replication: int, name: int, purpose: int, occasion: int
) -> None:
    stream = stream_key(run_key(seed, replication), name)
    for number in range(out.size):
        out[number] = draw(patient_key(stream, number), purpose, occasion)


def patients(
    seed: int = 1,
    replication: int = 0,
    name: int = 350429001001,
    purpose: int = 4,
    occasion: int = 0,
) -> Reals:
    """Return one draw of each of many patients of a stream."""
    out = np.empty(_NUMBERS)
    _fill_patients(out, seed, replication, name, purpose, occasion)
    return out


_PLACES = {
    **{f"purpose {p.name}": {"purpose": int(p)} for p in Purpose},
    **{f"seed {seed}": {"seed": seed} for seed in (0, 2, 3, 2**32 - 1)},
    **{f"replication {r}": {"replication": r} for r in (1, 2, 19)},
    **{f"stream {n}": {"name": n} for n in (0, 1, 2, 4 * 350429001001 + 3)},
    **{f"occasion {o}": {"occasion": o} for o in (1, 2, 64, 1_000_000)},
}


def test_draws_are_uniform_wherever_they_are_addressed() -> None:
    level = _LEVEL / len(_PLACES)
    worst = {}
    for where, address in _PLACES.items():
        counts = np.histogram(patients(**address), bins=100, range=(0.0, 1.0))[0]
        worst[where] = stats.chisquare(counts).pvalue
    assert min(worst.values()) > level, min(worst, key=lambda where: worst[where])


def test_one_patients_draws_are_uniform_over_purposes_and_occasions() -> None:
    key = patient_key(stream_key(run_key(7, 0), 11), 3)
    values = [draw(key, purpose, occasion) for purpose in range(1, 44) for occasion in range(500)]
    counts = np.histogram(values, bins=100, range=(0.0, 1.0))[0]
    assert stats.chisquare(counts).pvalue > _LEVEL


def _pairs() -> dict[str, tuple[Reals, Reals]]:
    purposes = list(Purpose)
    found = {
        f"{one.name} and {two.name}": (patients(purpose=one), patients(purpose=two))
        for one, two in pairwise(purposes)
    }
    for occasion in (0, 1, 63):
        found[f"occasions {occasion}, {occasion + 1}"] = (
            patients(occasion=occasion),
            patients(occasion=occasion + 1),
        )
    for r in range(4):
        found[f"replications {r}, {r + 1}"] = (
            patients(replication=r),
            patients(replication=r + 1),
        )
    found["seeds"] = (patients(seed=1), patients(seed=2))
    found["streams"] = (patients(name=100), patients(name=101))
    # A seed and a replication that differ by one each must not meet.
    found["seed against replication"] = (patients(seed=1, replication=1), patients(seed=2))
    values = patients()
    found["neighbouring patients"] = (values[:-1], values[1:])
    return found


def test_draws_at_different_addresses_are_independent() -> None:
    # The correlation of n independent pairs is normal with standard deviation 1 / sqrt(n).
    pairs = _pairs()
    bound = stats.norm.isf(_LEVEL / len(pairs) / 2) / math.sqrt(_NUMBERS - 1)
    found = {name: abs(np.corrcoef(*pair)[0, 1]) for name, pair in pairs.items()}
    assert max(found.values()) < bound, max(found, key=lambda name: found[name])


def test_pairs_of_draws_fill_the_square_evenly() -> None:
    # Catches dependence that a correlation does not see.
    pairs = _pairs()
    level = _LEVEL / len(pairs)
    for name, (one, two) in pairs.items():
        counts = np.histogram2d(one, two, bins=12, range=((0.0, 1.0), (0.0, 1.0)))[0]
        assert stats.chisquare(counts.ravel()).pvalue > level, name


def test_addresses_do_not_collide() -> None:
    values = np.concatenate([patients(**address) for address in _PLACES.values()])
    # 52 random bits: among n draws, n**2 / 2**53 = 0.00008 pairs agree by chance.
    assert np.unique(values).size == values.size


def _unmixed(bits: int) -> int:
    """Return the number that the finaliser of SplitMix64 turns into `bits`; it is one to one."""

    def unshift(x: int, by: int) -> int:
        found = x
        for _ in range(64 // by + 1):
            found = x ^ (found >> by)
        return found

    x = unshift(bits, 31)
    x = unshift(x * pow(0x94D049BB133111EB, -1, 2**64) % 2**64, 27)
    return unshift(x * pow(0xBF58476D1CE4E5B9, -1, 2**64) % 2**64, 30)


@pytest.mark.parametrize(("bits", "value"), [(0, 2.0**-53), (2**64 - 1, 1.0 - 2.0**-53)])
def test_the_extreme_draws_lie_strictly_between_0_and_1(bits: int, value: float) -> None:
    # The key is chosen so that purpose 0, occasion 0 (index 1) meets these random bits.
    key = (_unmixed(bits) - 0x9E3779B97F4A7C15) % 2**64
    signed = key - 2**64 if key >= 2**63 else key
    assert draw(signed, 0, 0) == value
    assert 0.0 < value < 1.0
    assert math.isfinite(normal_quantile(value))
    assert exponential(value, 1.0) > 0.0


def test_the_same_address_gives_the_same_draw_for_ever() -> None:
    # Results of earlier versions can be repeated only while these stay.
    key = patient_key(stream_key(run_key(1, 0), 1401716004004), 0)
    found = [
        draw(key, Purpose.ONSET, 0),
        draw(key, Purpose.CHOICE, 65),
        draw(key, Purpose.TRAVEL, 1),
    ]
    assert [value.hex() for value in found] == [
        "0x1.033b6280a1db0p-5",
        "0x1.cbd54a622f402p-2",
        "0x1.528a2a48d47ecp-3",
    ]


def test_purposes_keep_their_numbers() -> None:
    numbers = [purpose.value for purpose in Purpose]
    assert len(set(numbers)) == len(numbers)
    assert numbers[:25] == list(range(1, 26))
    assert [Purpose.SERVICE, Purpose.PATIENCE, Purpose.ROUTE, Purpose.TRAVEL] == [40, 41, 42, 43]
