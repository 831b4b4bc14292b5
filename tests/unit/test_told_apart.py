"""A number that is told beside what it must be shows that it is not that."""

from __future__ import annotations

import math

import pytest

from sim.errors import told_apart


@pytest.mark.parametrize(
    ("number", "others", "told"),
    [
        (0.95, (1.0,), "0.95"),
        (1 / 3, (1.0,), "0.3333"),
        (1.00001, (1.0,), "1.00001"),
        (0.12345678, (0.1234, 0.1235), "0.12346"),
        (math.nextafter(1.0, 2.0), (1.0,), "1.0000000000000002"),
    ],
)
def test_as_many_digits_as_it_needs(number: float, others: tuple[float, ...], told: str) -> None:
    assert told_apart(number, *others) == told
    assert float(told) not in others
