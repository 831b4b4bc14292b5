"""What a network must show, from queueing theory, and how far chance may move it.

In these networks every station on its own behaves as a birth and death process (Jackson 1957; with
patience where nobody goes on, the product form still holds), of which the mean number waiting, the
variance of its time average and the effect of an empty start are known in closed form (Whitt 1992,
Probability in the Engineering and Informational Sciences 6:413).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.sparse import eye_array
from scipy.sparse.linalg import spsolve

from benchmarks.networks import Network

_TAIL = 1e-13


@dataclass(frozen=True)
class Queue:
    """One station in the long run.

    Attributes
    ----------
    waiting, present : float
        Mean number waiting, and waiting or served.
    variance : float
        Of the mean number waiting over a long time, times that time.
    missing : float
        Patient-minutes of waiting that a start with an empty station leaves out.
    """

    waiting: float
    present: float
    variance: float
    missing: float


@dataclass(frozen=True)
class Expected:
    """What a run must show, each with the distance that chance and the edges of the run explain.

    Attributes
    ----------
    patients : float
        Who left the network.
    visits : float
        Visits per patient.
    wait : float
        Mean minutes waited per visit, of those who were served and those who gave up.
    reneged : float
        Patients who gave up.
    """

    patients: float
    patients_within: float
    visits: float
    visits_within: float
    wait: float
    wait_within: float
    reneged: float
    reneged_within: float


@lru_cache(maxsize=1024)
def queue(rate: float, service: float, servers: int, patience: float | None) -> Queue:
    """Return M/M/c, with exponential patience if any, in the long run."""
    leaving = _leaving_rates(rate, service, servers, patience)
    weights = np.concatenate([[0.0], np.cumsum(math.log(rate) - np.log(leaving[1:]))])
    share = np.exp(weights - weights.max())
    share /= share.sum()
    present = np.arange(share.size)
    waits = np.maximum(present - servers, 0).astype(float)
    mean = float(share @ waits)
    slope = _slopes(rate, leaving, waits - mean, int(share.argmax()))
    relative = np.concatenate([[0.0], np.cumsum(-slope / rate)])[:-1]
    return Queue(
        waiting=mean,
        present=float(share @ present),
        variance=float(2.0 * (share @ slope**2) / rate),
        missing=float(share @ relative),
    )


def _leaving_rates(rate: float, service: float, servers: int, patience: float | None) -> np.ndarray:
    """Return the rate of leaving with 0, 1, ... present, as far as it matters."""
    size = 64 + 2 * servers
    while True:
        present = np.arange(size)
        leaving = np.minimum(present, servers) / service
        if patience is not None:
            leaving = leaving + np.maximum(present - servers, 0) / patience
        weights = np.concatenate([[0.0], np.cumsum(math.log(rate) - np.log(leaving[1:]))])
        if weights[-1] < weights.max() + math.log(_TAIL):
            return leaving
        size *= 2


def _slopes(rate: float, leaving: np.ndarray, centred: np.ndarray, mode: int) -> np.ndarray:
    """Return ``sum(centred[: n + 1] * share) / share[n]`` without cancellation.

    Upwards to the most likely number present, and downwards from the end to it.
    """
    slope = np.zeros(centred.size)
    total = 0.0
    for n in range(mode + 1):
        total = centred[n] + total * leaving[n] / rate
        slope[n] = total
    total = 0.0
    for n in range(centred.size - 2, mode, -1):
        total = (rate / leaving[n + 1]) * (centred[n + 1] + total)
        slope[n] = -total
    return slope


def expected(network: Network, minutes: float, errors: float = 5.0) -> Expected:
    """Return what a run of some minutes, begun empty, must show.

    Parameters
    ----------
    network : Network
    minutes : float
    errors : float
        Standard errors that chance is allowed. The edges of the run come on top: patients still
        inside at its end, and the wait that an empty start leaves out.
    """
    rates = network.visit_rates()
    queues = [
        queue(float(rate), station.service, station.servers, station.patience)
        for rate, station in zip(rates, network.stations, strict=True)
    ]
    arrived, coming = network.arrivals * minutes, float(rates.sum())
    inside = sum(q.present for q in queues)
    visits, deviation = _visits(network)
    waiting = sum(q.waiting for q in queues)
    missing = sum(min(abs(q.missing) / minutes, q.waiting) for q in queues)
    chance = math.sqrt(sum(q.variance for q in queues) / minutes)
    # Whoever waits at the end is in no sum yet: about one mean wait for everybody waiting.
    missing += waiting * (waiting / coming) / minutes
    reneged, reneged_within = _reneged(network, queues, minutes, errors)
    return Expected(
        patients=arrived - 0.5 * inside,
        patients_within=errors * math.sqrt(arrived) + 0.5 * inside,
        visits=visits,
        visits_within=errors * deviation / math.sqrt(arrived) + visits * inside / arrived,
        wait=waiting / coming,
        wait_within=(errors * chance + missing) / coming,
        reneged=reneged,
        reneged_within=reneged_within,
    )


def _visits(network: Network) -> tuple[float, float]:
    """Return mean and standard deviation of the visits of a patient."""
    start = np.array([station.arrivals for station in network.stations]) / network.arrivals
    if not any(station.routes for station in network.stations):
        return 1.0, 0.0
    stays = (eye_array(start.size) - network.routing()).tocsc()
    first = np.asarray(spsolve(stays, np.ones(start.size)))
    second = np.asarray(spsolve(stays, 2.0 * first - 1.0))
    mean = float(start @ first)
    return mean, math.sqrt(max(0.0, float(start @ second) - mean * mean))


def _reneged(
    network: Network, queues: list[Queue], minutes: float, errors: float
) -> tuple[float, float]:
    """Return how many give up, and how far chance may move that."""
    mean = variance = edge = 0.0
    for station, q in zip(network.stations, queues, strict=True):
        if station.patience is not None:
            mean += q.waiting * minutes / station.patience
            variance += q.waiting * minutes / station.patience
            variance += q.variance * minutes / station.patience**2
            edge += min(abs(q.missing), q.waiting * minutes) / station.patience
    return mean, errors * math.sqrt(variance) + edge
