"""More steps at one instant than the compiled engine's log has room for."""

from __future__ import annotations

import pytest
from engine_script import PoolSpec, hold, model, run, run_logged, seize, servers

from sim.engine import compiled
from sim.engine.arrays import LOG_ROWS

_WAITING = LOG_ROWS + 1000


def patients(steps: list) -> list:
    return [(1.0, steps)] * _WAITING


def test_thousands_who_go_on_at_one_instant_are_all_logged() -> None:
    # Nobody is on duty until 10; then everybody gets a server at once, and the engines agree on every row.
    night = PoolSpec(((0, 0, 0), (10, _WAITING, 0)))
    result = run(model(patients([seize(), hold(5.0)]), [night]))
    assert sum(event == "granted" for _, _, event in result.events) == _WAITING
    assert result.tally.left == _WAITING


def test_thousands_who_go_on_when_an_epoch_begins_are_all_logged() -> None:
    shut, open_ = [servers(0)], [servers(_WAITING)]
    result = run(model(patients([seize(), hold(5.0)]), shut, more_epochs=[(10.0, open_)]))
    assert sum(event == "granted" for _, _, event in result.events) == _WAITING


def test_a_patient_who_never_stops_stepping_is_refused() -> None:
    steps = [seize(), hold(0.0)]
    endless = model([(1.0, [seize(keep=0)] * (2 * LOG_ROWS)), (2.0, steps)], [servers(2)])
    with pytest.raises(RuntimeError, match="thousands of steps at one instant"):
        run_logged(compiled.simulate, endless)
