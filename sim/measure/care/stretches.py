"""Who waited and who was served when, read from a patient log."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.engine.model import Model
from sim.pathway.steps import GRANTED, SEIZE
from sim.time_units import MINUTES_PER_WEEK
from sim.world.fields import Ints, Reals


@dataclass(frozen=True)
class Stretches:
    """The stretches of time that patients spent in queues and with servers.

    Attributes
    ----------
    waited, held : DataFrame
        Columns ``patient``, ``pool``, ``begins``, ``ends`` (minutes). Stretches that are not over
        by the end of the run end there. A wait that ended at once is a stretch of length 0.
    """

    waited: pd.DataFrame
    held: pd.DataFrame

    @classmethod
    def of(cls, log: pd.DataFrame, end: float) -> Stretches:
        """Return the stretches of a complete log.

        Parameters
        ----------
        log : DataFrame
            In the order of the run; columns ``time``, ``patient``, ``event``, ``action``,
            ``pool`` and ``keep``.
        end : float
            End of the run in minutes.
        """
        rows = log.sort_values("patient", kind="stable").reset_index(drop=True)
        time, action = rows["time"].to_numpy(float), rows["action"].to_numpy()
        patient, pool = rows["patient"].to_numpy(), rows["pool"].to_numpy()
        asked = np.flatnonzero(action == SEIZE)
        following = _next_of_patient(patient, asked)
        times = np.append(time, end)
        waited = _frame(patient[asked], pool[asked], time[asked], times[following])
        granted = np.append(rows["event"].to_numpy() == GRANTED, False)[following]
        given = following[granted]
        until = _released(rows, given)
        held = _frame(patient[given], pool[asked[granted]], time[given], times[until])
        return cls(waited, held)


def _frame(patient: Ints, pool: Ints, begins: Reals, ends: Reals) -> pd.DataFrame:
    return pd.DataFrame({"patient": patient, "pool": pool, "begins": begins, "ends": ends})


def _next_of_patient(patient: Ints, rows: Ints) -> Ints:
    """Return the row after each of some rows, or the number of rows if the patient has none."""
    following = rows + 1
    inside = following < patient.size
    same = np.zeros(rows.size, dtype=bool)
    same[inside] = patient[following[inside]] == patient[rows[inside]]
    return np.where(same, following, patient.size)


def _released(rows: pd.DataFrame, given: Ints) -> Ints:
    """Return the row at which each server given is released, or the number of rows if it never is.

    A step that does not keep releases what is held; so does the next server that is given.
    """
    size = len(rows)
    index = np.arange(size)
    lets_go = rows["keep"].to_numpy() == 0
    is_given = rows["event"].to_numpy() == GRANTED
    next_let_go = _first_from(np.where(lets_go, index, size))
    next_given = np.append(_first_from(np.where(is_given, index, size))[1:], size)
    found = np.minimum(next_let_go, next_given)[given]
    patient = np.append(rows["patient"].to_numpy(), -1)
    return np.where(patient[found] == patient[given], found, size)


def _first_from(marked: Ints) -> Ints:
    """Return the least entry from each position on."""
    return np.asarray(np.minimum.accumulate(marked[::-1])[::-1])


def servers_at(model: Model, pool: int, times: Reals) -> Ints:
    """Return the servers of a pool on duty at some times.

    At the instant of a change it is the larger of the numbers before and after, since patients
    may be served on either side of it.
    """
    after = _servers_from(model, pool, times)
    before = _servers_from(model, pool, np.nextafter(times, -np.inf))
    return np.maximum(before, after)


def _servers_from(model: Model, pool: int, times: Reals) -> Ints:
    """Return the servers on duty from some times on."""
    starts = np.array([epoch.start for epoch in model.epochs])
    epochs = np.maximum(np.searchsorted(starts, times, side="right") - 1, 0)
    minutes = (model.start_minute_of_week + times) % MINUTES_PER_WEEK
    found = np.zeros(times.size, dtype=np.int64)
    for number, epoch in enumerate(model.epochs):
        pools, here = epoch.pools, epochs == number
        pattern = pools.pattern[pool]
        part = slice(pools.pattern_start[pattern], pools.pattern_start[pattern + 1])
        segment = np.searchsorted(pools.segment_minute[part], minutes[here], side="right") - 1
        found[here] = pools.segment_servers[part][segment]
    return found
