"""Faults in both engines and in the calendars of servers."""

from __future__ import annotations

from tests.mutation.fault import Fault

_BY_HAND = (
    "tests/unit/engine/test_reference_queues.py",
    "tests/unit/engine/test_reference_calendar.py",
    "tests/unit/engine/test_reference_blocking.py",
    "tests/unit/engine/test_reference_tally.py",
)
"""Short scripts whose answer stands in the test; both engines run them."""
_QUEUES = (*_BY_HAND, "tests/property/test_engines_agree.py", "tests/unit/engine")

ENGINE = (
    Fault(
        "wrong tie rule: servers change before holds end",
        "sim/engine/ties.py",
        "HOLD_ENDS = 3\nSERVERS_CHANGE = 4",
        "HOLD_ENDS = 4\nSERVERS_CHANGE = 3",
        _QUEUES,
    ),
    Fault(
        "the pathway is compiled once for each event",
        "sim/engine/templates.py",
        "execute(w, s, e, row, DONE + 0, 0.0)",
        "execute(w, s, e, row, DONE, 0.0)",
        ("tests/unit/benchmarks/test_benchmark_work.py",),
    ),
    Fault(
        "a cancelled wait is lost",
        "sim/engine/queues.py",
        "    a.add_lost_wait(e, cell, waited)\n",
        "",
        _QUEUES,
    ),
    Fault(
        "a cancelled wait is lost, reference engine",
        "sim/engine/pool.py",
        "        self._amounts[request.group][_LOST_WAIT] += self.env.since(request.joined)\n",
        "",
        _QUEUES,
    ),
    Fault(
        "a shift begins one instant late",
        "sim/world/pools.py",
        "segment_minute(pools, segment + 1) <= minute_of_week:",
        "segment_minute(pools, segment + 1) < minute_of_week:",
        ("tests/unit/world/test_pools.py", *_QUEUES),
    ),
    Fault(
        "shifts follow the run's clock, not the week's",
        "sim/engine/queues.py",
        "minute = (a.fixed(e, Fixed.START_MINUTE_OF_WEEK) + now) % MINUTES_PER_WEEK",
        "minute = now % MINUTES_PER_WEEK",
        _QUEUES,
    ),
    Fault(
        "last come, first served",
        "sim/engine/pool.py",
        "return next(iter(queue.values()))",
        "return next(reversed(queue.values()))",
        _QUEUES,
    ),
    Fault(
        "after the call of who came first counting does not begin anew",
        "sim/engine/queues.py",
        "    a.set_turn(e, place, 0)\n",
        "",
        _QUEUES,
    ),
    Fault(
        "after the call of who came first counting does not begin anew, reference engine",
        "sim/engine/pool.py",
        "        self._turn = 0\n        longest",
        "        longest",
        _QUEUES,
    ),
    Fault(
        "emergencies are passed over by who came first",
        "sim/engine/queues.py",
        "if priority == 0 or turn < a.served_every(e, place):",
        "if turn < a.served_every(e, place):",
        _QUEUES,
    ),
    Fault(
        "emergencies are passed over by who came first, reference engine",
        "sim/engine/pool.py",
        "if first.priority == 0 or self._turn < self.served_every:",
        "if self._turn < self.served_every:",
        _QUEUES,
    ),
    Fault(
        "calls count though nobody is passed over",
        "sim/engine/queues.py",
        "    if later == NOBODY:\n        return first\n",
        "    if later == NOBODY:\n"
        "        a.set_turn(e, place, a.turn(e, place) + 1)\n        return first\n",
        _QUEUES,
    ),
    Fault(
        "the call of who came first goes to the last class",
        "sim/engine/pool.py",
        "            if later.joined < longest.joined:\n                longest = later\n",
        "            longest = later\n",
        _QUEUES,
    ),
    Fault(
        "a served share of a later date does not begin",
        "sim/engine/queues.py",
        "    a.set_served_every(e, place, _served_every(q, pool))\n",
        "    if a.served_every(e, place) == 0:\n"
        "        a.set_served_every(e, place, _served_every(q, pool))\n",
        _QUEUES,
    ),
    Fault(
        "reserved servers serve everybody",
        "sim/engine/pool.py",
        "return free > (0 if priority <= self.reserved_for else self.reserved)",
        "return free > 0",
        _QUEUES,
    ),
    Fault(
        "more servers, but nobody of the queue gets one",
        "sim/engine/queues.py",
        "    a.set_reserved(e, here(e, pool), reserved)\n    serve(e, pool)\n",
        "    a.set_reserved(e, here(e, pool), reserved)\n",
        _QUEUES,
    ),
    Fault(
        "one more may wait than there is room for",
        "sim/engine/queues.py",
        "a.waiting(e, place) >= room:",
        "a.waiting(e, place) > room:",
        _QUEUES,
    ),
    Fault(
        "the server kept during a wait is never given back",
        "sim/engine/moves.py",
        "    if a.held_pool(e, row) != NOBODY:\n        give_back_last(e, row)\n",
        "",
        _QUEUES,
    ),
    Fault(
        "a week is counted twice",
        "sim/engine/part.py",
        "                cells[:] = 0\n",
        "",
        _QUEUES,
    ),
    Fault(
        "the first counted week belongs to the warm-up",
        "sim/engine/compiled.py",
        "counted = index >= self._model.counted_from",
        "counted = index > self._model.counted_from",
        _QUEUES,
    ),
    Fault(
        "nobody is let into a partition beside",
        "sim/engine/compiled.py",
        "                self._parts[index].receive(sender)\n",
        "                if self._parts[index].level != sender.level:\n"
        "                    self._parts[index].receive(sender)\n",
        _QUEUES,
    ),
    Fault(
        "a patient of another partition arrives a window late",
        "sim/engine/compiled.py",
        "                self._post(level)\n            self._hand_over_log()\n",
        "            for level in self._levels:\n                self._post(level)\n"
        "            self._hand_over_log()\n",
        _QUEUES,
    ),
)
