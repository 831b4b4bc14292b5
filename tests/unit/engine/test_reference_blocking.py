"""Exact event sequences when patients keep what they hold while they wait for the next."""

from __future__ import annotations

from engine_script import hold, model, run, seize, servers


def of(result, patient: int) -> list[tuple[float, str]]:
    return [(time, event) for time, name, event in result.events if name == patient]


def test_a_blocked_bed_is_freed_when_the_next_one_is_granted() -> None:
    chain = [seize(0), hold(10.0), seize(1, keep=1), hold(30.0)]
    result = run(model([(0.0, chain), (1.0, chain), (2.0, chain)], [servers(1), servers(1)]))
    assert of(result, 0) == [
        (0.0, "arrived"), (0.0, "granted"), (10.0, "done"), (10.0, "granted"), (40.0, "done"),
    ]  # fmt: skip
    # Patient 1 is ready at 20, but keeps bed 0 until 40, when patient 2 gets it.
    assert of(result, 1)[2:] == [(20.0, "done"), (40.0, "granted"), (70.0, "done")]
    assert of(result, 2)[1] == (40.0, "granted")


def test_without_keeping_the_bed_is_free_during_the_wait() -> None:
    chain = [seize(0), hold(10.0), seize(1), hold(30.0)]
    result = run(model([(0.0, chain), (1.0, chain), (2.0, chain)], [servers(1), servers(1)]))
    assert of(result, 2)[1] == (20.0, "granted")


def test_a_blocked_patient_who_gives_up_frees_the_bed_on_leaving() -> None:
    blocker = [seize(1), hold(100.0)]
    chain = [seize(0), hold(10.0), seize(1, keep=1, patience=5.0), hold(1.0)]
    patients = [(0.0, blocker), (0.0, chain), (1.0, [seize(0), hold(1.0)])]
    result = run(model(patients, [servers(1), servers(1)]))
    assert of(result, 1)[-1] == (15.0, "reneged")
    assert of(result, 2)[1] == (15.0, "granted")


def test_a_blocked_patient_refused_may_wait_elsewhere_and_still_hold() -> None:
    blocker_1, blocker_2 = [seize(1), hold(100.0)], [seize(2), hold(50.0)]
    chain = [seize(0), hold(10.0), seize(1, keep=1, otherwise=4), hold(1.0),
             seize(2, keep=1), hold(1.0)]  # fmt: skip
    patients = [(0.0, blocker_1), (0.0, blocker_2), (0.0, chain), (1.0, [seize(0), hold(1.0)])]
    result = run(model(patients, [servers(1), servers(1, room=0), servers(1)]))
    assert of(result, 2)[2:] == [
        (10.0, "done"), (10.0, "refused"), (50.0, "granted"), (51.0, "done"),
    ]  # fmt: skip
    assert of(result, 3)[1] == (50.0, "granted")


def test_travel_holds_no_server() -> None:
    walk = [seize(0), hold(10.0), hold(20.0, keep=0), seize(0), hold(1.0)]
    result = run(model([(0.0, walk), (1.0, [seize(0), hold(5.0)])], [servers(1)]))
    assert of(result, 1)[1] == (10.0, "granted")
    assert of(result, 0)[-2:] == [(30.0, "granted"), (31.0, "done")]


def test_the_bed_granted_at_once_is_taken_before_the_old_one_is_given_on() -> None:
    # Both pools have one server; patient 0 moves from 0 to 1 at 10 and patient 1 gets 0 at 10.
    chain = [seize(0), hold(10.0), seize(1, keep=1), hold(5.0)]
    result = run(model([(0.0, chain), (1.0, chain)], [servers(1), servers(1)]))
    at_ten = [(p, e) for t, p, e in result.events if t == 10.0]
    assert at_ten == [(0, "done"), (0, "granted"), (1, "granted")]
