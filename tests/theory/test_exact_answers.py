"""The exact chains and integrals, against closed formulas, limits and other ways to compute the same."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp
from scipy.stats import lognorm

from sim.validation.theory.blocking import blocked_tandem
from sim.validation.theory.infinite_servers import lognormal_stay, present_mean
from sim.validation.theory.markov import explored, stationary
from sim.validation.theory.overflow import overflow
from sim.validation.theory.reservation import reservation
from sim.validation.theory.served_share import called, served_share
from sim.validation.theory.shifts import Shift, shift_work
from sim.validation.theory.stations import MMc, erlang_b, priority_wait_means


def test_stationary_shares_of_a_birth_and_death_chain() -> None:
    chain = explored(
        (0,), lambda s: [(3.0 if s[0] < 4 else 0.0, (s[0] + 1,)), (2.0 * s[0], (s[0] - 1,))]
    )
    weights = [1.5**n / math.factorial(n) for n in range(5)]
    assert sorted(chain.states) == [(n,) for n in range(5)]
    assert stationary(chain) == pytest.approx(np.array(weights) / sum(weights))
    assert np.abs(chain.generator.sum(axis=1)).max() < 1e-12


# --- overflow ------------------------------------------------------------------------------------


def test_two_hospitals_with_equal_stays_lose_what_one_large_one_would() -> None:
    found = overflow((6.0, 0.0), (1.0, 1.0), (5, 4))
    assert found.first_refused == pytest.approx(erlang_b(5, 6.0))
    assert found.first_refused * found.overflow_refused == pytest.approx(erlang_b(9, 6.0))


def test_the_second_hospital_alone_is_erlang_b() -> None:
    # Hardly anybody comes to the first.
    found = overflow((1e-9, 3.0), (1.0, 2.0), (2, 5))
    assert found.own_refused == pytest.approx(erlang_b(5, 6.0))
    assert found.second_present == pytest.approx(6.0 * (1.0 - erlang_b(5, 6.0)))


def overflow_moments(load: float, servers: int) -> tuple[float, float]:
    """Return mean and variance of the overflow of a group of servers (Kosten 1937, Wilkinson 1956).

    Both are of the number present in an endless second group with the same services.

    Parameters
    ----------
    load : float
        Offered to the first group, in Erlang.
    servers : int
        Of the first group.
    """
    mean = load * erlang_b(servers, load)
    return mean, mean * (1.0 - mean + load / (servers + 1.0 - load + mean))


@pytest.mark.parametrize(("load", "servers"), [(4.0, 3), (6.0, 8)])
def test_mean_of_the_overflow_is_wilkinsons(load: float, servers: int) -> None:
    mean, variance = overflow_moments(load, servers)
    found = overflow((load, 0.0), (1.0, 1.0), (servers, 60))
    assert found.second_present == pytest.approx(mean)
    assert variance > mean  # it is peaked


def test_variance_of_the_overflow_is_kostens() -> None:
    load, servers = 4.0, 3

    def moves(state):
        first, second = state
        yield load, (first + 1, second) if first < servers else (first, min(second + 1, 60))
        yield float(first), (first - 1, second)
        yield float(second), (first, second - 1)

    chain = explored((0, 0), moves)
    shares, number = stationary(chain), chain.values(lambda s: s[1])
    mean, variance = overflow_moments(load, servers)
    assert shares @ number == pytest.approx(mean)
    assert shares @ (number - mean) ** 2 == pytest.approx(variance)


def test_overflow_is_refused_more_often_than_patients_at_random() -> None:
    found = overflow((6.0, 2.0), (1.0, 1.5), (5, 6))
    assert found.overflow_refused > found.own_refused


# --- blocking ------------------------------------------------------------------------------------


def test_a_crowded_line_of_two_single_servers_passes_two_thirds() -> None:
    # Hunt (1956): without room between, equal services, always somebody waiting.
    found = blocked_tandem(1e7, (1.0, 1.0), (1, 1), 1)
    assert found.throughput == pytest.approx(2 / 3, rel=1e-5)


def test_a_crowded_line_with_unequal_services() -> None:
    # Three states (serving and free, serving and busy, blocked) by hand: 1 and 2 a minute.
    found = blocked_tandem(1e7, (1.0, 0.5), (1, 1), 1)
    assert found.throughput == pytest.approx(1 / (1.0 + 0.5 - 1 / 3), rel=1e-5)


def test_endless_room_behind_leaves_one_station() -> None:
    found = blocked_tandem(2.0, (1.0, 1.0), (3, 40), 4)
    shares = np.array([2.0**n / math.factorial(min(n, 3)) / 3.0 ** max(0, n - 3) for n in range(8)])
    shares /= shares.sum()
    assert found.refused == pytest.approx(shares[-1])
    assert found.queue_length == pytest.approx(shares @ np.maximum(np.arange(8) - 3, 0))
    assert found.blocked == pytest.approx(0.0, abs=1e-12)


def test_blocking_keeps_patients() -> None:
    found = blocked_tandem(1.0, (1.0, 2.0), (3, 3), 5)
    assert found.throughput == pytest.approx(1.0 * (1.0 - found.refused))
    # Servers of the first are at work for every patient, or blocked.
    assert found.first_taken - found.blocked == pytest.approx(found.throughput * 1.0)


# --- reservation ---------------------------------------------------------------------------------


def test_without_reserved_servers_it_is_the_priority_queue() -> None:
    found = reservation((0.6, 1.05), 1.0, 3, 0, 120)
    assert found.wait_mean == pytest.approx(tuple(priority_wait_means([0.6, 1.05], 1.0, 3)))


def test_without_the_urgent_the_reserved_server_is_not_there() -> None:
    found = reservation((1e-12, 1.2), 1.0, 3, 1, 120)
    assert found.wait_mean[1] == pytest.approx(MMc(1.2, 1.0, 2).wait_mean)


def test_without_room_it_is_the_guard_channel() -> None:
    # Birth and death: the routine class is taken below three of five busy servers only.
    urgent, routine = 1.5, 2.0
    weights = [1.0]
    for n in range(5):
        weights.append(weights[-1] * (urgent + (routine if n < 3 else 0.0)) / (n + 1))
    shares = np.array(weights) / sum(weights)
    found = reservation((urgent, routine), 1.0, 5, 2, 0)
    assert found.refused == pytest.approx((shares[5], shares[3:].sum()))
    assert found.queue_length == (0.0, 0.0)


def test_reservation_serves_the_urgent_at_the_cost_of_the_routine() -> None:
    free, kept = (reservation((1.2, 2.2), 1.0, 5, reserved, 8) for reserved in (0, 1))
    assert kept.wait_mean[0] < 0.6 * free.wait_mean[0]
    assert kept.wait_mean[1] > 1.4 * free.wait_mean[1]


# --- served share --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "turn", "served_every", "expected"),
    [
        ((2, 1, 1), 0, 0, (1, 0)),  # strict
        ((2, 1, 1), 0, 2, (1, 1)),  # one call counted
        ((2, 1, 1), 1, 2, (0, 0)),  # now the one who came first
        ((1, 2, 1), 1, 2, (0, 0)),  # who came first is of the first class: that is their call, too
        ((2, 0, 1), 1, 2, (1, 2)),  # emergencies are not passed over; the call is owed
        ((2, 1), 2, 2, (0, 0)),
        ((2, 2), 1, 2, (0, 1)),  # nobody is passed over: nothing is counted
    ],
)
def test_whose_call_it_is(
    line: tuple[int, ...], turn: int, served_every: int, expected: tuple[int, int]
) -> None:
    assert called(line, turn, served_every) == expected


def test_without_a_served_share_it_is_the_priority_queue_with_limited_room() -> None:
    found, known = served_share((0.45, 0.6), 1.0, 0, 7), reservation((0.45, 0.6), 1.0, 1, 0, 7)
    assert found.wait_mean == pytest.approx(known.wait_mean)
    assert (found.refused, found.refused) == pytest.approx(known.refused)


def test_every_call_to_who_came_first_is_first_come_first_served() -> None:
    rate, room = 0.9, 7
    found = served_share((1e-12, 0.3, 0.6), 1.0, 1, room)
    shares = rate ** np.arange(room + 2)
    shares /= shares.sum()
    wait = shares @ np.maximum(np.arange(room + 2) - 1, 0) / (rate * (1.0 - shares[-1]))
    assert found.refused == pytest.approx(shares[-1])
    assert found.wait_mean[1:] == pytest.approx((wait, wait))


def test_a_served_share_takes_from_the_referred_and_not_from_emergencies() -> None:
    rates = (0.15, 0.45, 0.5)
    strict, *shared = (served_share(rates, 1.0, every, 6) for every in (0, 40, 5, 3, 2, 1))
    assert shared[0].wait_mean == pytest.approx(strict.wait_mean, rel=0.05)
    for less, more in itertools.pairwise(shared):
        assert more.wait_mean[0] == pytest.approx(strict.wait_mean[0])
        assert more.wait_mean[1] > 1.05 * less.wait_mean[1]
        assert more.wait_mean[2] < 0.99 * less.wait_mean[2]
        assert sum(more.queue_length) == pytest.approx(sum(strict.queue_length))


# --- shifts --------------------------------------------------------------------------------------

DAY = (Shift(480.0, 1 / 60, 0), Shift(600.0, 9 / 60, 3), Shift(360.0, 3 / 60, 1))


def test_a_shift_that_never_ends_is_the_stationary_queue() -> None:
    found = shift_work([Shift(300.0, 0.12, 3), Shift(7.0, 0.12, 3)], 20.0, 6)
    shares = np.array(
        [2.4**n / math.factorial(min(n, 3)) / 3.0 ** max(0, n - 3) for n in range(10)]
    )
    shares /= shares.sum()
    assert found.refused == pytest.approx(shares[-1])
    assert found.queue_length == pytest.approx(shares @ np.maximum(np.arange(10) - 3, 0))
    assert found.utilisation == pytest.approx(shares @ np.minimum(np.arange(10), 3) / 3)


def test_cutting_a_shift_in_two_changes_nothing() -> None:
    cut = [Shift(200.0, 9 / 60, 3), Shift(400.0, 9 / 60, 3)]
    one, two = shift_work(DAY, 20.0, 12), shift_work([DAY[0], *cut, DAY[2]], 20.0, 12)
    assert vars(one) == pytest.approx(vars(two))


def test_shifts_keep_patients() -> None:
    found = shift_work(DAY, 20.0, 12)
    rate = sum(shift.minutes * shift.rate for shift in DAY) / 1440.0
    assert found.in_service == pytest.approx(rate * (1.0 - found.refused) * 20.0)


def test_shifts_agree_with_equations_solved_step_by_step() -> None:
    # Kolmogorov's forward equations of the same day, written anew and integrated for some days.
    room, service = 12, 20.0

    def slope(law: np.ndarray, rate: float, servers: int) -> np.ndarray:
        change = np.zeros_like(law)
        for waiting in range(room + 1):
            for busy in range(4):
                here = law[waiting, busy]
                if busy < servers:
                    moves = [(rate, (waiting, busy + 1))]
                else:
                    moves = [(rate if waiting < room else 0.0, (min(waiting + 1, room), busy))]
                starts = waiting > 0 and 0 < busy <= servers
                target = (waiting - 1, busy) if starts else (waiting, max(busy - 1, 0))
                moves.append((busy / service, target))
                for speed, to in moves:
                    change[to] += speed * here
                    change[waiting, busy] -= speed * here
        return change

    law = np.zeros((room + 1, 4))
    law[0, 0] = 1.0
    for day in range(5):
        queue_area = 0.0
        for shift in DAY:
            begun = np.zeros_like(law)
            for waiting in range(room + 1):
                for busy in range(4):
                    taken = min(waiting, max(0, shift.servers - busy))
                    begun[waiting - taken, busy + taken] += law[waiting, busy]

            def change(_time: float, both: np.ndarray, shift: Shift = shift) -> np.ndarray:
                now = both[:-1].reshape(room + 1, 4)
                queue = now.sum(axis=1) @ np.arange(room + 1)
                return np.append(slope(now, shift.rate, shift.servers), queue)

            start = np.append(begun, 0.0)
            tight = 1e-8 if day == 4 else 1e-4
            ends = solve_ivp(change, (0.0, shift.minutes), start, rtol=tight, atol=tight * 1e-2).y[
                :, -1
            ]
            law = ends[:-1].reshape(room + 1, 4)
            queue_area += ends[-1]
    assert queue_area / 1440.0 == pytest.approx(
        shift_work(DAY, service, room).queue_length, rel=1e-3
    )


# --- endless servers ----------------------------------------------------------------------------


@pytest.mark.parametrize("minutes", [0.0, 30.0, 180.0, 2000.0])
def test_limited_mean_of_a_lognormal_stay(minutes: float) -> None:
    spread = math.sqrt(math.log1p((240.0 / 180.0) ** 2))
    law = lognorm(spread, scale=180.0 * math.exp(-(spread**2) / 2))
    expected, _ = quad(law.sf, 0.0, minutes, limit=200)
    assert lognormal_stay(180.0, 240.0)(minutes) == pytest.approx(expected, rel=1e-7)


def test_a_constant_rate_gives_littles_law() -> None:
    stay = lognormal_stay(180.0, 240.0)
    for minute in (0.0, 333.0, 1439.0):
        found = present_mean([(0.0, 0.05), (700.0, 0.05)], 1440.0, stay, 180.0, minute)
        assert found == pytest.approx(9.0)


def test_exponential_stays_follow_their_differential_equation() -> None:
    # m' = rate - m / mean, periodic: by hand for two halves of a day.
    mean, high, low, half = 180.0, 0.1, 0.02, 720.0
    fade = math.exp(-half / mean)

    def stay(minutes: float) -> float:
        return mean * -math.expm1(-minutes / mean)

    rates = [(0.0, high), (half, low)]
    at_noon = mean * (high * (1 - fade) + low * fade * (1 - fade)) / (1 - fade**2)
    at_midnight = mean * (low * (1 - fade) + high * fade * (1 - fade)) / (1 - fade**2)
    assert present_mean(rates, 1440.0, stay, mean, half) == pytest.approx(at_noon)
    assert present_mean(rates, 1440.0, stay, mean, 0.0) == pytest.approx(at_midnight)
    later = high * mean + (at_midnight - high * mean) * math.exp(-100.0 / mean)
    assert present_mean(rates, 1440.0, stay, mean, 100.0) == pytest.approx(later)
