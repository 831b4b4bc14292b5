"""Random numbers: each is a function of the patient, the purpose of the draw and its occasion.

``draw(key, purpose, occasion)`` depends on nothing else: not on the order of events, the engine,
the number of workers or other patients. `key` comes from (seed, replication, stream, number of the
patient in the stream), so that scenarios are compared with common random numbers, patient by patient.

The mixing function is the finaliser of SplitMix64 (Steele, Lea and Flood, 2014, "Fast splittable
pseudorandom number generators").
"""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import IntEnum
from typing import Any, TypeAlias, TypeVar

import numba
import numpy as np

from sim.kernel import entry_kernel, kernel, open_kernel

_Function = TypeVar("_Function", bound=Callable[..., Any])


class Purpose(IntEnum):
    """What a draw decides. Numbers are part of the results: append, never renumber."""

    ONSET = 1
    WHO = 2
    THINNING = 3
    COMPLEXITY = 4
    SEEKING = 5
    SCHEME = 6
    CONTRACT = 7
    BOUND = 8
    CHOICE = 9
    CONSULTATION = 10
    EXAM_NEED = 11
    EXAM = 12
    ADMISSION = 13
    OVER_REFERRAL = 14
    REVIEW = 15
    COMPLIANCE = 16
    DOCTOR_PATIENCE = 17
    BED_PATIENCE = 18
    STAY = 19
    REHABILITATION = 20
    STEP_DOWN = 21
    READMISSION = 22
    READMISSION_DELAY = 23
    AFTER_RENEGE = 24
    REFERRAL_DELAY = 25
    NEST = 26
    SET_OUT = 27
    RETRY = 28
    PERSON = 29
    AMBULANCE = 30
    FORMAL = 31
    CHOICE_NONE = 36
    EXAM_RETURN = 39
    SERVICE = 40
    PATIENCE = 41
    ROUTE = 42
    TRAVEL = 43
    BATCH = 44
    HOLD_LIMIT = 45


Key: TypeAlias = "int | np.int64"
"""A signed 64-bit number."""

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31 = np.uint64(30), np.uint64(27), np.uint64(31)
_S12 = np.uint64(12)
_OCCASIONS = 1 << 20
"""Room for occasions per purpose: far more than any patient's visits."""
_STEP = 2.0**-52
_ROUNDS = 3
"""Of multiplying and mixing, by which people are shuffled."""


def _wrapping(function: _Function) -> _Function:
    """Let unsigned numbers wrap silently when interpreted, as they do compiled."""
    if not numba.config.DISABLE_JIT:
        return function
    silent: _Function = np.errstate(over="ignore")(function)
    return silent


@kernel
def _unsigned(key: Key) -> np.uint64:
    """Return the bits of a signed key (NumPy makes no uint64 of a Python number below 0)."""
    return np.uint64(np.int64(key))


@kernel
def _mix(x: np.uint64) -> np.uint64:
    x = (x ^ (x >> _S30)) * _MIX_1
    x = (x ^ (x >> _S27)) * _MIX_2
    return x ^ (x >> _S31)


@entry_kernel
@_wrapping
def run_key(seed: int, replication: int) -> Key:
    """Return the key of one replication of a run (a signed 64-bit integer)."""
    mixed = _mix(np.uint64(seed) * _GOLDEN + np.uint64(1))
    return np.int64(_mix(mixed + np.uint64(replication + 1) * _GOLDEN))


@entry_kernel
@_wrapping
def stream_key(run: Key, name: int) -> Key:
    """Return the key of one stream of patients; `name` is a number that policy never changes."""
    return np.int64(_mix(_unsigned(run) ^ _mix(np.uint64(name) * _GOLDEN + np.uint64(3))))


@entry_kernel
@_wrapping
def facility_key(number: int) -> Key:
    """Return the key that tells a facility's draws from another's; `number` is the facility's own one."""
    return np.int64(_mix(np.uint64(number) * _GOLDEN + np.uint64(5)))


@open_kernel
@_wrapping
def patient_key(stream: Key, number: Key) -> Key:
    """Return the key of patient `number` (0, 1, ...) of the stream with key `stream`."""
    return np.int64(_mix(_unsigned(stream) + np.uint64(number + 1) * _GOLDEN))


@entry_kernel
@_wrapping
def place_key(run: Key, name: int) -> Key:
    """Return the key of one place's people; `name` is the place's number in the region."""
    return np.int64(_mix(_unsigned(run) ^ _mix(np.uint64(name) * _GOLDEN + np.uint64(5))))


@open_kernel
@_wrapping
def shuffled(key: Key, size: int, index: int) -> Key:
    """Return where a permutation of 0 ... size - 1, one of many that the key chooses from, puts `index`.

    Each round maps the numbers of as many bits one to one; who lands beyond `size` goes on until within it,
    so that nobody meets anybody and no permutation is stored.
    """
    bits = 0
    while (1 << bits) < size:
        bits += 1
    mask, shift = np.uint64((1 << bits) - 1), np.uint64(bits // 2 + 1)
    base, place = _unsigned(key), np.uint64(index)
    while True:
        for turn in range(_ROUNDS):
            luck = _mix(base + np.uint64(Purpose.PERSON * _OCCASIONS + turn + 1) * _GOLDEN)
            place = (place * (luck | np.uint64(1)) + (luck >> _S31)) & mask
            place = place ^ (place >> shift)
        if place < np.uint64(size):
            return np.int64(place)


@open_kernel
@_wrapping
def draw(key: Key, purpose: int, occasion: int) -> float:
    """Return a uniform number strictly between 0 and 1, with 52 random bits."""
    index = np.uint64(purpose * _OCCASIONS + occasion + 1)
    bits = _mix(_unsigned(key) + index * _GOLDEN)
    return (np.float64(bits >> _S12) + 0.5) * _STEP


@open_kernel
def exponential(u: float, mean: float) -> float:
    """Return the exponential quantile at `u`; mean in the unit of the result."""
    return -math.log(u) * mean


@kernel
def _polynomial(r: float, c: tuple[float, ...]) -> float:
    """Return a polynomial of degree 7, highest coefficient first; its pairs do not wait for each other."""
    square = r * r
    high = (c[0] * r + c[1]) * square + (c[2] * r + c[3])
    low = (c[4] * r + c[5]) * square + (c[6] * r + c[7])
    return high * (square * square) + low


@kernel
def _rational(r: float, top: tuple[float, ...], bottom: tuple[float, ...]) -> float:
    return _polynomial(r, top) / _polynomial(r, bottom)


_CENTRE_TOP = (
    2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
    13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608,
)  # fmt: skip
_CENTRE_BOTTOM = (
    5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
    5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0,
)  # fmt: skip
_MIDDLE_TOP = (
    7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177,
    1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055,
    4.6303378461565452959, 1.42343711074968357734,
)  # fmt: skip
_MIDDLE_BOTTOM = (
    1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966,
    0.14810397642748007459, 0.68976733498510000455, 1.6763848301838038494,
    2.05319162663775882187, 1.0,
)  # fmt: skip
_TAIL_TOP = (
    2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386,
    0.026532189526576123093, 0.29656057182850489123, 1.7848265399172913358,
    5.4637849111641143699, 6.6579046435011037772,
)  # fmt: skip
_TAIL_BOTTOM = (
    2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5,
    7.868691311456132591e-4, 0.0148753612908506148525, 0.13692988092273580531,
    0.59983220655588793769, 1.0,
)  # fmt: skip


@open_kernel
def normal_quantile(u: float) -> float:
    """Return the standard normal quantile (Wichura 1988, algorithm AS 241; 16 digits)."""
    q = u - 0.5
    if abs(q) <= 0.425:
        return q * _rational(0.180625 - q * q, _CENTRE_TOP, _CENTRE_BOTTOM)
    tail = u if q < 0.0 else 1.0 - u
    r = math.sqrt(-math.log(tail))
    if r <= 5.0:
        value = _rational(r - 1.6, _MIDDLE_TOP, _MIDDLE_BOTTOM)
    else:
        value = _rational(r - 5.0, _TAIL_TOP, _TAIL_BOTTOM)
    return -value if q < 0.0 else value


@open_kernel
def lognormal(u: float, mean: float, sigma: float) -> float:
    """Return the lognormal quantile at `u`, from the mean and the logarithm's standard deviation."""
    return mean * math.exp(sigma * (normal_quantile(u) - 0.5 * sigma))


def log_deviation(cv: float) -> float:
    """Return the logarithm's standard deviation of a lognormal with a coefficient of variation."""
    return math.sqrt(math.log1p(cv * cv))
