"""What the benchmark expects of a network, against plain linear algebra and small closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.networks import Network, Station, network_named
from benchmarks.theory import expected, queue


def poisson_equation(
    rate: float, service: float, servers: int, patience: float | None
) -> tuple[float, float, float]:
    """Mean number waiting, variance of its time average, and what an empty start leaves out."""
    present = np.arange(400)
    leaving = np.minimum(present, servers) / service
    if patience is not None:
        leaving = leaving + np.maximum(present - servers, 0) / patience
    generator = np.diag(np.full(399, rate), 1) + np.diag(leaving[1:], -1)
    generator -= np.diag(generator.sum(axis=1))
    share = np.linalg.lstsq(
        np.vstack([generator.T, np.ones(400)]), np.r_[np.zeros(400), 1.0], rcond=None
    )[0]
    waits = np.maximum(present - servers, 0)
    mean = share @ waits
    relative = np.linalg.lstsq(generator, -(waits - mean), rcond=None)[0]
    relative -= share @ relative
    return mean, 2.0 * share @ ((waits - mean) * relative), -relative[0]


@pytest.mark.parametrize(
    ("rate", "service", "servers", "patience"),
    [(0.7, 1.0, 1, None), (0.2, 12.0, 3, None), (0.3125, 12.0, 3, 60.0)],
)
def test_a_queue_agrees_with_its_generator(
    rate: float, service: float, servers: int, patience: float | None
) -> None:
    found = queue(rate, service, servers, patience)
    mean, variance, missing = poisson_equation(rate, service, servers, patience)
    assert found.waiting == pytest.approx(mean, rel=1e-6)
    assert found.variance == pytest.approx(variance, rel=1e-4)
    assert found.missing == pytest.approx(missing, rel=1e-4)


def test_a_long_queue_is_no_trouble() -> None:
    found = queue(0.3125, 12.0, 3, 3840.0)
    assert found.waiting == pytest.approx((0.3125 - 0.25) * 3840.0, rel=1e-3)


def test_visits_of_a_patient_who_may_come_back() -> None:
    back = 0.25
    first, second = Station(1, 1.0, 0.1, ((1, 1.0),)), Station(1, 1.0, routes=((0, back),))
    want = expected(Network("loop", "Loop", (first, second)), 1e6)
    assert want.visits == pytest.approx(2.0 / (1.0 - back))


@pytest.mark.parametrize("size", [10, 100, 1000])
def test_a_tiered_network_has_its_stations_and_its_load(size: int) -> None:
    network = network_named(f"tiered-{size}")
    loads = [
        rate * station.service / station.servers
        for rate, station in zip(network.visit_rates(), network.stations, strict=True)
    ]
    assert len(network.stations) == size
    assert loads == pytest.approx([0.7] * size)


def test_patience_is_only_where_nobody_goes_on() -> None:
    with pytest.raises(ValueError, match="last of its patients"):
        Station(1, 1.0, routes=((0, 0.5),), patience=3.0)
