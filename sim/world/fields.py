"""The two kinds of array a World is made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
Reals: TypeAlias = NDArray[np.float64]


def ints(values: Iterable[Any]) -> Ints:
    """Return a contiguous int64 array, never empty (an empty one gets one unused cell)."""
    array = np.ascontiguousarray(np.asarray(values, dtype=np.int64).ravel())
    return array if array.size else np.zeros(1, dtype=np.int64)


def reals(values: Iterable[Any]) -> Reals:
    """Return a contiguous float64 array, never empty (an empty one gets one unused cell)."""
    array = np.ascontiguousarray(np.asarray(values, dtype=np.float64).ravel())
    return array if array.size else np.zeros(1, dtype=np.float64)
