"""The formulas themselves, against published tables, special cases and each other."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from sim.validation.theory.jackson import jackson_rates
from sim.validation.theory.stations import (
    MMc,
    erlang_a,
    erlang_b,
    erlang_c,
    mg1_wait_mean,
    priority_wait_means,
)


@pytest.mark.parametrize(
    ("servers", "load", "blocked"),
    [
        # Traffic tables: the load in Erlang that a trunk group carries at a grade of service.
        (1, 0.0101, 0.01),
        (5, 1.361, 0.01),
        (10, 4.461, 0.01),
        (20, 12.03, 0.01),
        (5, 2.218, 0.05),
        (10, 6.216, 0.05),
        (20, 15.25, 0.05),
        (50, 37.90, 0.01),
    ],
)
def test_erlang_b_agrees_with_traffic_tables(servers: int, load: float, blocked: float) -> None:
    assert erlang_b(servers, load) == pytest.approx(blocked, rel=5e-3)


def test_erlang_b_small_cases_by_hand() -> None:
    assert erlang_b(1, 1.0) == pytest.approx(1 / 2)
    assert erlang_b(2, 1.0) == pytest.approx(1 / 5)
    assert erlang_b(3, 2.0) == pytest.approx((8 / 6) / (1 + 2 + 2 + 8 / 6))


@pytest.mark.parametrize(
    ("servers", "load", "waits"), [(1, 0.5, 0.5), (2, 1.0, 1 / 3), (2, 1.6, 32 / 45)]
)
def test_erlang_c_small_cases_by_hand(servers: int, load: float, waits: float) -> None:
    assert erlang_c(servers, load) == pytest.approx(waits)


def test_mm1_is_the_textbook_case() -> None:
    queue = MMc(rate=0.8, service=1.0, servers=1)
    assert queue.wait_mean == pytest.approx(4.0)
    assert queue.present(3) == pytest.approx(0.2 * 0.8**3)
    assert queue.waited_over(5.0) == pytest.approx(0.8 * math.exp(-1.0))


@pytest.mark.parametrize("servers", [1, 2, 5, 20])
@pytest.mark.parametrize("load", [0.5, 0.8])
def test_mmc_distribution_adds_up_and_gives_the_wait(servers: int, load: float) -> None:
    queue = MMc(rate=load * servers, service=1.0, servers=servers)
    share = [queue.present(n) for n in range(400)]
    assert math.fsum(share) == pytest.approx(1.0)
    assert math.fsum(share[servers:]) == pytest.approx(queue.waited_share)
    waiting = math.fsum(max(0, n - servers) * p for n, p in enumerate(share))
    assert waiting == pytest.approx(queue.rate * queue.wait_mean)


def test_mg1_special_cases() -> None:
    assert mg1_wait_mean(0.8, 1.0, 1.0) == pytest.approx(4.0)
    assert mg1_wait_mean(0.8, 1.0, 0.0) == pytest.approx(2.0)


def test_priorities_keep_the_mean_over_classes() -> None:
    # Equal services: who goes first changes single waits, not their mean (a conservation law).
    for servers in (1, 3):
        rates = [0.3 * servers, 0.5 * servers]
        waits = priority_wait_means(rates, 1.0, servers)
        together = MMc(sum(rates), 1.0, servers).wait_mean
        assert (rates[0] * waits[0] + rates[1] * waits[1]) / sum(rates) == pytest.approx(together)
        assert waits[0] < together < waits[1]


def mg1_priority_wait_means(
    rates: Sequence[float], means: Sequence[float], sds: Sequence[float]
) -> list[float]:
    """Return the mean wait of each class in M/G/1 with non-preemptive priorities (Cobham 1954)."""
    residual = sum(
        rate * (mean**2 + sd**2) / 2.0 for rate, mean, sd in zip(rates, means, sds, strict=True)
    )
    waits, below = [], 0.0
    for rate, mean in zip(rates, means, strict=True):
        upto = below + rate * mean
        waits.append(residual / ((1.0 - below) * (1.0 - upto)))
        below = upto
    return waits


def test_both_priority_formulas_agree_on_mm1() -> None:
    expected = mg1_priority_wait_means([0.3, 0.5], [1.0, 1.0], [1.0, 1.0])
    assert priority_wait_means([0.3, 0.5], 1.0, 1) == pytest.approx(expected)


def test_priorities_of_a_textbook_example() -> None:
    # 5 and 12.5 an hour of two classes, service 2 minutes each, M/M/1: rho 1/6 and 5/12.
    waits = priority_wait_means([5 / 60, 12.5 / 60], 2.0, 1)
    residual = (7 / 12) * 2.0
    assert waits == pytest.approx([residual / (5 / 6), residual / (5 / 6 * 5 / 12)])


def test_erlang_a_lies_between_its_limits() -> None:
    # Endless patience is M/M/c; patience of no length is Erlang B.
    patient, hasty = erlang_a(4.0, 1.0, 5, 1e7), erlang_a(4.0, 1.0, 5, 1e-7)
    assert patient.queue_length == pytest.approx(4.0 * MMc(4.0, 1.0, 5).wait_mean, rel=1e-4)
    assert hasty.reneged_share == pytest.approx(erlang_b(5, 4.0), rel=1e-4)


def test_erlang_a_with_patience_like_service_is_poisson() -> None:
    # Everybody leaves at the same rate, waiting or served: M/M/infinity.
    found = erlang_a(6.0, 1.0, 5, 1.0)
    poisson = [math.exp(-6.0) * 6.0**n / math.factorial(n) for n in range(60)]
    assert found.waited_share == pytest.approx(math.fsum(poisson[5:]))
    assert found.queue_length + found.in_service == pytest.approx(6.0)


def test_erlang_a_conserves_patients() -> None:
    found = erlang_a(6.0, 1.0, 5, 2.0)
    assert found.in_service / 1.0 == pytest.approx(6.0 * (1.0 - found.reneged_share))


def test_jackson_rates_of_a_tandem_with_feedback() -> None:
    # A fifth of those who leave the second station begin again.
    assert jackson_rates([0.4, 0.0], [[0.0, 1.0], [0.2, 0.0]]) == pytest.approx([0.5, 0.5])
