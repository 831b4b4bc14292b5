"""Stations that close: who waits then, and who works on, on cases small enough to follow by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from network_text import CLINIC, ONE_DESK, SCRIPT, load, measures

SESSION = ONE_DESK.replace("[0, 10, 20, 30]", "[0, 10, 20, 30, 41, 1450]").replace(
    "servers: 1", "servers: [{from: 00:00, servers: 1}, {from: 00:40, servers: 0}]"
)
SESSION = SESSION.replace("length: 1 d", "length: 2 d")


def test_those_who_wait_are_carried_over(tmp_path: Path) -> None:
    found = measures(load(tmp_path, SESSION))
    # Served at 0, 15, 30; the others at midnight, after a quarter of an hour, and another one.
    assert found["patient", "desk", "granted"] == 6
    assert found["patient", "desk", "sent_home"] == 0
    waits = [0, 5, 10, 1440 - 30, 1455 - 41, 1470 - 1450]
    assert found["patient", "desk", "wait_mean"] == pytest.approx(np.mean(waits))
    # One works on from 40 to 45, and on the second day the last from 1480 to 1485.
    assert found["patient", "desk", "overtime_per_closing"] == pytest.approx((5 + 5) / 2)


def test_those_who_wait_are_sent_home(tmp_path: Path) -> None:
    found = measures(load(tmp_path, SESSION + "    at_closing: send_home\n"))
    # At closing the fourth still waits; the fifth comes when it is closed.
    assert found["patient", "desk", "granted"] == 4
    assert found["patient", "desk", "arrivals"] == 6
    assert found["patient", "desk", "sent_home"] == 2
    assert found["patient", "desk", "sent_home_share"] == 2 / 6
    assert found["patient", "desk", "reneged"] == 0
    assert found["patient", "all", "left_sent_home"] == 2
    on = SESSION + "    at_closing: send_home\n    on_closing: clinic\n" + CLINIC
    assert measures(load(tmp_path, on))["patient", "clinic", "granted"] == 2


def test_those_who_wait_are_served_after_closing(tmp_path: Path) -> None:
    found = measures(load(tmp_path, SESSION + "    at_closing: serve\n"))
    # The fourth is served from 45 to 60, the fifth finds the door closed.
    assert found["patient", "desk", "granted"] == 5
    assert found["patient", "desk", "sent_home"] == 1
    assert found["patient", "desk", "wait_mean"] == (0 + 5 + 10 + 15 + 0) / 5
    assert found["patient", "desk", "overtime_per_closing"] == (5 + 15) / 2
    assert found["patient", "desk", "utilisation"] == pytest.approx(5 * 15 / (2 * 40))


@pytest.mark.parametrize(
    ("first", "service", "closed"),
    [
        # Open from 8 to 16. Monday 09:00 to Wednesday 09:00: two nights of 16 hours.
        ("540 min", "48 h", 2 * 960),
        # To Tuesday 12:00, and to Tuesday 04:00, before the next opening.
        ("540 min", "27 h", 960),
        ("540 min", "19 h", 720),
        # To the minute of closing.
        ("540 min", "7 h", 0),
        # Three weeks, and a day and an hour: 16 hours of each of 22 days.
        ("540 min", "529 h", 22 * 960),
        # Two weeks, neither more nor less, and one from Sunday noon on.
        ("540 min", "2 w", 14 * 960),
        ("9360 min", "1 w", 7 * 960),
        # Sunday 12:00 to Monday 12:00, over the end of the week.
        ("9360 min", "1 d", 960),
    ],
)
def test_overtime_goes_on_through_closings(
    tmp_path: Path, first: str, service: str, closed: int
) -> None:
    text = ONE_DESK.replace(SCRIPT, f"regular: {{every: 8 w, first: {first}}}")
    text = (
        text.replace("length: 1 d", "length: 4 w")
        .replace("15 min", service)
        .replace(
            "servers: 1",
            "servers: [{from: daily 08:00, servers: 1}, {from: daily 16:00, servers: 0}]",
        )
    )
    found = measures(load(tmp_path, text))
    assert found["patient", "desk", "overtime_per_closing"] == pytest.approx(closed / 28)


def test_a_service_that_begins_after_closing_may_last_into_the_next_one(tmp_path: Path) -> None:
    text = SESSION.replace("service: 15 min", "service: 1430 min\n    at_closing: serve")
    text = text.replace("[0, 10, 20, 30, 41, 1450]", "[0, 10]").replace(
        "length: 2 d", "length: 3 d"
    )
    found = measures(load(tmp_path, text))
    # The first from 0 to 1430, closed from 40 on; the second to 2860, open from 1440 to 1480 only.
    assert found["patient", "desk", "granted"] == 2
    assert found["patient", "desk", "overtime_per_closing"] == pytest.approx((1390 + 1390) / 3)


@pytest.mark.parametrize("start", ["Mon", "Tue 00:30"])
def test_closings_of_the_warm_up_are_not_counted(tmp_path: Path, start: str) -> None:
    # One patient a day, five minutes before closing: ten of fifteen minutes lie after it.
    first = 35 if start == "Mon" else 5
    text = SESSION.replace(
        "scripted: {times: [0, 10, 20, 30, 41, 1450]}",
        f"regular: {{every: 1 d, first: {first} min}}",
    )
    text = text.replace("warm_up: 0 d, length: 2 d", "warm_up: 2 d, length: 3 d")
    text = text.replace("seed: 1", f"seed: 1, start: {start}") + "    at_closing: serve\n"
    found = measures(load(tmp_path, text))
    assert found["patient", "desk", "granted"] == 3
    assert found["patient", "desk", "overtime_per_closing"] == pytest.approx(10.0)
    assert found["patient", "desk", "utilisation"] == pytest.approx(15 / 40)


def test_without_a_closing_there_is_no_overtime_per_closing(tmp_path: Path) -> None:
    text = SESSION.replace("warm_up: 0 d, length: 2 d", "warm_up: 1 h, length: 20 h")
    found = measures(load(tmp_path, text))
    assert np.isnan(found["patient", "desk", "overtime_per_closing"])
    assert found["patient", "desk", "sent_home"] == 0
