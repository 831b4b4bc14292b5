"""Faults in small networks: their pathway, what is built from the file, and their census."""

from __future__ import annotations

from tests.mutation.fault import Fault

_NETWORKS = (
    "tests/unit/network/test_network_mechanisms.py",
    "tests/unit/network/test_network_kept_servers.py",
    "tests/unit/network/test_network_sessions.py",
    "tests/unit/network/test_network_runs.py",
    "tests/unit/network",
)

NETWORKS = (
    Fault(
        "those who wait at closing are carried over, not sent home",
        "sim/pathway/network/path.py",
        "if rule == _SEND_HOME and left < patience:",
        "if rule == _CARRY_OVER and left < patience:",
        _NETWORKS,
    ),
    Fault(
        "who comes to a closed station is served at its next opening",
        "sim/pathway/network/path.py",
        "if left <= 0.0:",
        "if left < 0.0:",
        _NETWORKS,
    ),
    Fault(
        "a bed is kept longer than its limit",
        "sim/pathway/network/path.py",
        "if limit < patience:",
        "if limit > patience:",
        _NETWORKS,
    ),
    Fault(
        "the limit begins anew at every queue",
        "sim/pathway/network/path.py",
        "limit = to_tick(memory.held_until(s, row) - memory.time(s, row))",
        "limit = to_tick(memory.held_until(s, row) - memory.time(s, row))\n"
        "        cell = memory.held_cell(s, row)\n"
        "        if world.hold_limit(w, cell) != NOWHERE:\n"
        "            limit = sample(w, world.hold_limit(w, cell), _draw(s, row, _LIMIT))",
        _NETWORKS,
    ),
    Fault(
        "patience and limit of a kept bed share their luck",
        "sim/pathway/network/path.py",
        "world.hold_limit(w, cell), _LIMIT)",
        "world.hold_limit(w, cell), _PATIENCE)",
        _NETWORKS,
    ),
    Fault(
        "the first of several stations is skipped",
        "sim/pathway/network/path.py",
        "    memory.set_tried(s, row, 0)\n    if memory.origin",
        "    memory.set_tried(s, row, 1)\n    if memory.origin",
        _NETWORKS,
    ),
    Fault(
        "a class does not change on the way",
        "sim/pathway/network/path.py",
        "memory.set_patient_class(s, row, world.link_class(w, link))",
        "memory.set_patient_class(s, row, memory.patient_class(s, row))",
        _NETWORKS,
    ),
    Fault(
        "time on the way is no time in the system",
        "sim/pathway/network/path.py",
        "    memory.set_stage(s, row, _TRAVELLING)\n    _spend(s, row, minutes)\n",
        "    memory.set_stage(s, row, _TRAVELLING)\n",
        _NETWORKS,
    ),
    Fault(
        "overtime is all of a service, also what lies before closing",
        "sim/pathway/network/clock.py",
        "        if world.session_open(w, session) == 0:\n            closed += part\n",
        "        closed += part\n",
        _NETWORKS,
    ),
    Fault(
        "overtime of services longer than a week is that of their last week",
        "sim/pathway/network/clock.py",
        "    if weeks > 0:\n",
        "    if weeks > 1000:\n",
        _NETWORKS,
    ),
    Fault(
        "closings of the warm-up count",
        "sim/measure/network/measures.py",
        "on_the_clock = (scenario.run.start + begins, scenario.run.start + ends)",
        "on_the_clock = (scenario.run.start, scenario.run.start + ends)",
        _NETWORKS,
    ),
    Fault(
        "ways change with the clock of the run, not of the week",
        "sim/pathway/network/clock.py",
        "return to_tick((world.start_minute_of_week(w, 0) + now) % WEEK)",
        "return to_tick(now % WEEK)",
        _NETWORKS,
    ),
    Fault(
        "a batch has one patient too many",
        "sim/pathway/network/arrivals.py",
        "return world.batch_size(w, _batch_row(w, first, end - 1, u)) - 1",
        "return world.batch_size(w, _batch_row(w, first, end - 1, u))",
        _NETWORKS,
    ),
    Fault(
        "the factor of a month is that of the month before",
        "sim/pathway/network/arrivals.py",
        "w, world.arrival_month(w, stream) + month\n",
        "w, world.arrival_month(w, stream) + (month + 11) % 12\n",
        _NETWORKS,
    ),
    Fault(
        "arrivals go on after the time at which they stop",
        "sim/pathway/network/arrivals.py",
        "if due >= world.arrival_until(w, stream):",
        "if now >= world.arrival_until(w, stream):",
        _NETWORKS,
    ),
    Fault(
        "servers are reserved for everybody",
        "sim/world/network/build.py",
        "reserved_for=_last_priority(station),",
        "reserved_for=1 << 20,",
        _NETWORKS,
    ),
    Fault(
        "a census counts those in service among those who wait",
        "sim/measure/network/census.py",
        '"waiting": arrays.census_waiting.reshape(shape) / times,',
        '"waiting": (arrays.census_waiting + arrays.census_held).reshape(shape) / times,',
        _NETWORKS,
    ),
)
