"""What the engine counts, against sums by hand."""

from __future__ import annotations

import numpy as np
import pytest
from engine_script import hold, model, run, seize, servers

from sim.engine.tally import Amount, Count, wait_edges
from sim.pathway.steps import MOST_GROUPS


def test_areas_and_sums_by_hand() -> None:
    visit = [seize(), hold(10.0)]
    tally = run(model([(0.0, visit), (1.0, visit), (2.0, visit)], [servers(1)])).tally
    amounts = tally.amounts[0, 0, 0]
    assert amounts[Amount.WAIT] == 9.0 + 18.0
    assert amounts[Amount.WAIT_SQUARED] == 81.0 + 324.0
    assert amounts[Amount.QUEUE_AREA] == 9.0 + 18.0
    assert amounts[Amount.BUSY_AREA] == 30.0
    assert amounts[Amount.SERVER_AREA] == 1000.0
    assert tally.counts[0, 0, 0, Count.WAITED] == 2


def test_areas_are_split_where_a_period_ends_and_waits_belong_to_their_end() -> None:
    visit = [seize(), hold(10.0)]
    patients = [(0.0, visit), (1.0, visit), (2.0, visit)]
    tally = run(model(patients, [servers(1)], periods=(0.0, 15.0, 100.0), counted_from=1)).tally
    assert tally.amounts[:, 0, 0, Amount.QUEUE_AREA].tolist() == [9.0 + 13.0, 5.0]
    assert tally.amounts[:, 0, 0, Amount.BUSY_AREA].tolist() == [15.0, 15.0]
    assert tally.amounts[:, 0, 0, Amount.WAIT].tolist() == [9.0, 18.0]
    assert tally.counts[:, 0, 0, Count.GRANTED].tolist() == [2, 1]
    assert tally.wait_histogram.sum() == 1, "only the counted period"


def test_waits_of_those_who_give_up_are_counted_apart() -> None:
    patients = [(0.0, [seize(), hold(10.0)]), (2.0, [seize(patience=5.0), hold(1.0)])]
    amounts = run(model(patients, [servers(1)])).tally.amounts[0, 0, 0]
    assert (amounts[Amount.LOST_WAIT], amounts[Amount.WAIT]) == (5.0, 0.0)
    assert amounts[Amount.QUEUE_AREA] == 5.0


def test_groups_are_counted_apart() -> None:
    patients = [(0.0, [seize(group=0), hold(10.0)]), (4.0, [seize(group=1), hold(3.0)])]
    tally = run(model(patients, [servers(1)], groups=2)).tally
    assert tally.amounts[0, 0, :, Amount.WAIT].tolist() == [0.0, 6.0]
    assert tally.amounts[0, 0, :, Amount.BUSY_AREA].tolist() == [10.0, 3.0]
    assert tally.wait_histogram.sum(axis=1).tolist() == [1, 1]


@pytest.mark.parametrize("groups", [0, MOST_GROUPS + 1])
def test_as_many_groups_as_a_step_can_tell_apart(groups: int) -> None:
    with pytest.raises(ValueError, match=f"1 to {MOST_GROUPS} groups"):
        model([(0.0, [])], [servers(1)], groups=groups)


def test_time_by_number_present_with_the_top_level_open() -> None:
    visit = [seize(), hold(10.0)]
    patients = [(0.0, visit), (1.0, visit), (2.0, visit)]
    written = model(patients, [servers(1, levels=3)], periods=(0.0, 40.0))
    # 1 present 0-1, 2 present 1-2, 3 present 2-10, 2 present 10-20, 1 present 20-30, then nobody.
    assert run(written).tally.level_minutes.tolist() == [10.0, 11.0, 19.0]


def test_time_by_number_present_begins_with_the_counted_period() -> None:
    patients = [(0.0, [seize(), hold(10.0)])]
    written = model(patients, [servers(1, levels=3)], periods=(0.0, 4.0, 40.0), counted_from=1)
    assert run(written).tally.level_minutes.tolist() == [30.0, 6.0, 0.0]


def test_those_inside_are_counted_from_the_rows_they_use() -> None:
    patients = [(float(t), [seize(), hold(30.0)]) for t in range(5)]
    tally = run(model(patients, [servers(2)], periods=(0.0, 50.0))).tally
    assert (tally.entered, tally.left, tally.inside) == (5, 2, 3)


@pytest.mark.parametrize("threshold", [0.5, 15.0, 240.0])
def test_thresholds_are_edges_of_the_wait_histogram(threshold: float) -> None:
    edges = wait_edges((threshold,))
    assert threshold in edges
    assert edges[0] == 0.0
    widths = edges[2:] / edges[1:-1]
    assert widths.max() < 1.0201
    assert np.all(widths > 1.0)
