"""Exact event sequences in front of one pool: order, patience, room, reserved servers."""

from __future__ import annotations

from typing import Any

import pytest
from engine_script import hold, model, run, seize, servers

FOREVER = float("inf")


def order_of(result, what: str) -> list[tuple[float, int]]:
    return [(time, patient) for time, patient, event in result.events if event == what]


def test_first_come_first_served_by_hand() -> None:
    visit = [seize(), hold(10.0)]
    result = run(model([(0.0, visit), (1.0, visit), (2.0, visit)], [servers(1)]))
    assert result.events == [
        (0.0, 0, "arrived"),
        (0.0, 0, "granted"),
        (1.0, 1, "arrived"),
        (2.0, 2, "arrived"),
        # The server freed is given on before the patient who freed it moves: patient 0 frees it in
        # the step after "done", and patient 1 starts at the same instant.
        (10.0, 0, "done"),
        (10.0, 1, "granted"),
        (20.0, 1, "done"),
        (20.0, 2, "granted"),
        (30.0, 2, "done"),
    ]
    assert result.waits == {0: [0.0], 1: [9.0], 2: [18.0]}


@pytest.mark.parametrize("minutes", [1e16, 1e19, 1e300, FOREVER])
def test_those_who_stay_longer_than_any_calendar_hold_up_nobody_else(minutes: float) -> None:
    # Whole numbers end before such times do.
    patients = [(1.0, [hold(minutes)]), (2.0, [seize(patience=minutes), hold(30.0)])]
    patients += [(3.0, [seize(patience=minutes), hold(5.0)]), (4.0, [hold(0.5)])]
    result = run(model(patients, [servers(1)]))
    assert [patient for _, patient in order_of(result, "done")] == [3, 1, 2]
    assert (result.tally.left, result.tally.inside) == (3, 1)


def test_onsets_of_one_instant_follow_the_number_of_the_stream() -> None:
    visit = [seize(), hold(1.0)]
    result = run(model([(5.0, visit)] * 4, [servers(1)]))
    assert order_of(result, "granted") == [(5.0, 0), (6.0, 1), (7.0, 2), (8.0, 3)]


def test_ends_of_holds_of_one_instant_follow_the_number_of_the_patient() -> None:
    # Patient 1 begins first and both end at 10; the lower number is released first.
    late, early = [seize(), hold(5.0)], [seize(), hold(10.0)]
    waiting = [seize(), hold(1.0)]
    patients = [(5.0, late), (0.0, early), (6.0, waiting), (7.0, waiting)]
    result = run(model(patients, [servers(2)]))
    at_ten = [(patient, event) for time, patient, event in result.events if time == 10.0]
    assert at_ten[0] == (0, "done")
    assert at_ten.index((2, "granted")) < at_ten.index((3, "granted"))
    assert at_ten.index((2, "granted")) < at_ten.index((1, "done"))


def test_a_server_freed_at_the_instant_of_an_onset_goes_to_the_queue() -> None:
    patients = [(0.0, [seize(), hold(10.0)]), (3.0, [seize(), hold(1.0)])]
    result = run(model([*patients, (10.0, [seize(), hold(1.0)])], [servers(1)]))
    assert order_of(result, "granted") == [(0.0, 0), (10.0, 1), (11.0, 2)]


def test_priorities_go_first_and_within_one_the_first_come() -> None:
    def visit(priority: int) -> list:
        return [seize(priority=priority), hold(10.0)]

    patients = [(float(i), visit(p)) for i, p in enumerate([0, 2, 1, 2, 0, 1])]
    result = run(model(patients, [servers(1)]))
    assert [patient for _, patient in order_of(result, "granted")] == [0, 4, 2, 5, 1, 3]


def test_service_is_never_interrupted() -> None:
    patients = [(0.0, [seize(priority=3), hold(10.0)]), (1.0, [seize(priority=0), hold(1.0)])]
    result = run(model(patients, [servers(1)]))
    assert order_of(result, "done") == [(10.0, 0), (11.0, 1)]


def test_patience_ends_at_its_minute() -> None:
    patients = [(0.0, [seize(), hold(10.0)]), (2.0, [seize(patience=5.0), hold(1.0)])]
    result = run(model([*patients, (3.0, [seize(patience=8.0), hold(1.0)])], [servers(1)]))
    assert order_of(result, "reneged") == [(7.0, 1)]
    assert order_of(result, "granted") == [(0.0, 0), (10.0, 2)]
    assert result.waits[1] == [5.0]


def test_one_who_left_the_queue_is_not_served_and_not_counted_again() -> None:
    patients = [(0.0, [seize(), hold(10.0)]), (2.0, [seize(patience=5.0), hold(1.0)])]
    tally = run(model(patients, [servers(1)])).tally
    joined, granted, reneged, refused, waited = tally.counts[0, 0, 0]
    assert (joined, granted, reneged, refused, waited) == (2, 1, 1, 0, 0)


def test_at_the_instant_of_a_grant_the_grant_wins_over_the_renege() -> None:
    patients = [(0.0, [seize(), hold(10.0)]), (2.0, [seize(patience=8.0), hold(1.0)])]
    result = run(model(patients, [servers(1)]))
    assert order_of(result, "granted") == [(0.0, 0), (10.0, 1)]
    assert order_of(result, "reneged") == []


def test_patience_zero_takes_a_free_server_or_leaves_at_once() -> None:
    visit = [seize(patience=0.0), hold(10.0)]
    result = run(model([(0.0, visit), (1.0, visit), (10.0, visit)], [servers(1)]))
    assert order_of(result, "reneged") == [(1.0, 1)]
    assert order_of(result, "granted") == [(0.0, 0), (10.0, 2)]


def test_a_full_waiting_room_refuses_and_its_places_become_free_again() -> None:
    visit = [seize(), hold(10.0)]
    patients = [(0.0, visit), (1.0, visit), (2.0, visit), (11.0, visit)]
    result = run(model(patients, [servers(1, room=1)]))
    assert order_of(result, "refused") == [(2.0, 2)]
    assert order_of(result, "granted") == [(0.0, 0), (10.0, 1), (20.0, 3)]


def test_refused_patients_go_where_they_are_sent() -> None:
    overflow = [seize(otherwise=2), hold(10.0), seize(pool=1), hold(3.0)]
    patients = [(0.0, [seize(), hold(10.0)]), (1.0, overflow)]
    result = run(model(patients, [servers(1, room=0), servers(1)]))
    assert [(t, e) for t, p, e in result.events if p == 1] == [
        (1.0, "arrived"),
        (1.0, "refused"),
        (1.0, "granted"),
        (4.0, "done"),
    ]


def test_reserved_servers_are_kept_for_the_first_priorities() -> None:
    routine, urgent = [seize(priority=1), hold(10.0)], [seize(priority=0), hold(10.0)]
    patients = [(0.0, routine), (1.0, routine), (2.0, urgent), (3.0, urgent)]
    result = run(model(patients, [servers(2, 1)]))
    # Two servers, one of them reserved: the second routine patient waits although one is free, and
    # is served after the urgent one when both servers are given back.
    assert order_of(result, "granted") == [(0.0, 0), (2.0, 2), (10.0, 3), (20.0, 1)]


@pytest.mark.parametrize(("reserved_for", "granted"), [(0, [0, 2]), (1, [0, 1])])
def test_reserved_up_to_a_priority(reserved_for: int, granted: list[int]) -> None:
    patients = [
        (0.0, [seize(priority=2), hold(100.0)]),
        (1.0, [seize(priority=1), hold(100.0)]),
        (2.0, [seize(priority=0), hold(100.0)]),
    ]
    result = run(model(patients, [servers(2, 1, reserved_for=reserved_for)]))
    assert [patient for _, patient in order_of(result, "granted")][:2] == granted


def _queue(*priorities: int) -> list[Any]:
    """Return who comes while the only server is taken until minute 50, a minute apart."""
    first = (0.0, [seize(), hold(50.0)])
    return [first] + [
        (1.0 + number, [seize(priority=priority), hold(10.0)])
        for number, priority in enumerate(priorities)
    ]


@pytest.mark.parametrize(
    ("served_every", "granted"),
    [
        # Patients 1 and 2 are routine and came first, 3 to 6 are referred.
        (0, [3, 4, 5, 6, 1, 2]),
        (1, [1, 2, 3, 4, 5, 6]),
        (2, [3, 1, 4, 2, 5, 6]),
        (3, [3, 4, 1, 5, 6, 2]),
        (5, [3, 4, 5, 6, 1, 2]),
    ],
)
def test_the_one_who_joined_first_is_served_every_few_grants(
    served_every: int, granted: list[int]
) -> None:
    result = run(model(_queue(2, 2, 1, 1, 1, 1), [servers(1, served_every=served_every)]))
    assert [patient for _, patient in order_of(result, "granted")][1:] == granted


def test_a_turn_goes_to_whoever_joined_first_whatever_their_class() -> None:
    # The second grant is a turn, and patient 2 joined before those of later classes; then counting begins anew.
    result = run(model(_queue(1, 1, 3, 2), [servers(1, served_every=2)]))
    assert [patient for _, patient in order_of(result, "granted")][1:] == [1, 2, 4, 3]
    result = run(model(_queue(3, 1, 1, 2), [servers(1, served_every=2)]))
    assert [patient for _, patient in order_of(result, "granted")][1:] == [2, 1, 3, 4]


def test_emergencies_are_never_passed_over_and_a_turn_waits_for_them() -> None:
    # Each grant passes over somebody; the turn is due from the second on, and comes after the emergencies.
    result = run(model(_queue(2, 1, 0, 0, 0), [servers(1, served_every=2)]))
    assert [patient for _, patient in order_of(result, "granted")][1:] == [3, 4, 5, 1, 2]


def test_no_turn_is_counted_where_the_later_class_could_not_have_the_server() -> None:
    # Two servers, one reserved for the first two classes: who may not have it is not passed over by them.
    patients = [
        (0.0, [seize(), hold(100.0)]),
        (0.0, [seize(), hold(10.0)]),
        (1.0, [seize(priority=2), hold(10.0)]),
        (2.0, [seize(priority=1), hold(10.0)]),
        (3.0, [seize(priority=1), hold(10.0)]),
        (4.0, [seize(priority=1), hold(10.0)]),
    ]
    result = run(model(patients, [servers(2, 1, reserved_for=1, served_every=2)]))
    assert [patient for _, patient in order_of(result, "granted")] == [0, 1, 3, 4, 5, 2]


def test_what_a_pool_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="served_every of a pool: 1,001; allowed: 0 to 1,000"):
        model(_queue(1), [servers(1, served_every=1001)])
    with pytest.raises(ValueError, match="waiting places of a pool: 4,294,967,296; allowed: -1 to"):
        model(_queue(1), [servers(1, room=1 << 32)])
    with pytest.raises(ValueError, match="reserved servers of a pool: 4,294,967,296; allowed: 0"):
        model(_queue(1), [servers(1 << 40, 1 << 32)])
