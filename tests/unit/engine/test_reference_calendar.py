"""Exact event sequences when the servers on duty change."""

from __future__ import annotations

import numpy as np
import pytest
from engine_script import PoolSpec, hold, model, run, seize, servers

from sim.engine.tally import Amount
from sim.time_units import MINUTES_PER_WEEK


def grants(result) -> list[tuple[float, int]]:
    return [(time, patient) for time, patient, event in result.events if event == "granted"]


def test_a_shift_without_servers_begins_nothing_and_the_next_one_does() -> None:
    pool = PoolSpec(((0, 0, 0), (480, 2, 0), (600, 0, 0)))
    visit = [seize(), hold(10.0)]
    patients = [(100.0, visit), (200.0, visit), (300.0, visit), (595.0, visit), (700.0, visit)]
    result = run(model(patients, [pool], periods=(0.0, MINUTES_PER_WEEK + 500.0)))
    assert grants(result) == [
        (480.0, 0), (480.0, 1), (490.0, 2), (595.0, 3), (MINUTES_PER_WEEK + 480.0, 4),
    ]  # fmt: skip


def test_servers_below_those_at_work_finish_and_nobody_starts_until_below() -> None:
    pool = PoolSpec(((0, 3, 0), (100, 1, 0)))
    patients = [(t, [seize(), hold(m)]) for t, m in ((0.0, 110.0), (1.0, 120.0), (2.0, 130.0))]
    result = run(model([*patients, (50.0, [seize(), hold(5.0)])], [pool]))
    # Three at work when the number falls to one: they end at 110, 121 and 132, and only then is
    # one server free.
    assert grants(result)[3] == (132.0, 3)
    assert [t for t, _, e in result.events if e == "done"] == [110.0, 121.0, 132.0, 137.0]


def test_a_hold_that_ends_when_servers_change_ends_first() -> None:
    # At 100 the pool falls to no servers. The server that is freed at 100 is given on before.
    pool = PoolSpec(((0, 1, 0), (100, 0, 0)))
    visit = [seize(), hold(100.0)]
    result = run(model([(0.0, visit), (50.0, visit)], [pool]))
    assert grants(result) == [(0.0, 0), (100.0, 1)]


def test_servers_that_come_at_the_end_of_patience_come_in_time() -> None:
    pool = PoolSpec(((0, 0, 0), (100, 1, 0)))
    result = run(model([(40.0, [seize(patience=60.0), hold(1.0)])], [pool]))
    assert grants(result) == [(100.0, 0)]


def test_server_minutes_follow_the_calendar() -> None:
    pool = PoolSpec(((0, 0, 0), (480, 2, 0), (600, 1, 0)))
    tally = run(model([(0.0, [])], [pool], periods=(0.0, 500.0, 700.0))).tally
    areas = tally.amounts[:, 0, 0, Amount.SERVER_AREA]
    np.testing.assert_array_equal(areas, [40.0, 100.0 * 2 + 100.0])


def test_an_epoch_changes_the_servers_from_its_minute_on() -> None:
    visit = [seize(), hold(10.0)]
    patients = [(0.0, visit), (1.0, visit), (2.0, visit)]
    written = model(patients, [servers(1)], more_epochs=[(5.0, [servers(3)])])
    assert grants(run(written)) == [(0.0, 0), (5.0, 1), (5.0, 2)]


def test_the_calendar_of_a_past_epoch_is_silent() -> None:
    pool = PoolSpec(((0, 1, 0), (20, 5, 0)))
    visit = [seize(), hold(100.0)]
    patients = [(0.0, visit), (1.0, visit)]
    written = model(patients, [pool], more_epochs=[(10.0, [servers(1)])])
    assert grants(run(written)) == [(0.0, 0), (100.0, 1)]


def test_what_happens_at_the_end_of_the_run_no_longer_happens() -> None:
    result = run(model([(0.0, [seize(), hold(50.0)])], [servers(1)], periods=(0.0, 50.0)))
    assert [event for _, _, event in result.events] == ["arrived", "granted"]
    assert (result.tally.entered, result.tally.left, result.tally.inside) == (1, 0, 1)


@pytest.mark.parametrize("start", [50.0, 60.0])
def test_an_epoch_that_would_begin_when_the_run_is_over_is_refused(start: float) -> None:
    with pytest.raises(ValueError, match="before the run ends"):
        model([], [servers(1)], periods=(0.0, 50.0), more_epochs=[(start, [servers(2)])])


def test_epochs_out_of_order_are_refused() -> None:
    changes = [(20.0, [servers(2)]), (10.0, [servers(3)])]
    with pytest.raises(ValueError, match="sorted by start"):
        model([], [servers(1)], more_epochs=changes)
