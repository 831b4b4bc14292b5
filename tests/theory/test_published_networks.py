"""Models rebuilt from papers give the papers' tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy

from sim.measure.network.delay import delay_by_beds
from sim.measure.network.measures import number_present
from sim.scenario.network.load import load_network
from sim.scenario.network.workload import station_loads
from sim.subjects.network.model import simulate_network
from sim.validation.theory.stations import erlang_b

NETWORKS = Path(__file__).parents[2] / "scenarios" / "networks"
PUBLISHED = {
    # Monks et al. 2016, Table 2: probability of delay by beds.
    "stroke-unit": {
        "acute": {9: 0.19, 10: 0.14, 11: 0.09, 12: 0.06, 13: 0.04, 14: 0.02},
        "rehabilitation": {10: 0.20, 12: 0.11, 13: 0.08, 14: 0.05, 15: 0.03, 16: 0.02},
    },
    "stroke-unit-more": {
        "acute": {10: 0.16, 11: 0.11, 12: 0.07, 13: 0.05, 14: 0.03},
        "rehabilitation": {12: 0.13, 13: 0.09, 14: 0.07, 15: 0.04, 16: 0.02},
    },
}
ROUNDED = 0.005
ERRORS = 4.0
"""Standard errors: with 22 figures, one in a thousand such tests would miss by chance."""


def _by_beds(present: pd.DataFrame, station: str) -> pd.DataFrame:
    return delay_by_beds(present, station).set_index("beds")


@pytest.mark.parametrize("name", list(PUBLISHED))
def test_the_stroke_unit_of_monks_and_others(name: str) -> None:
    scenario = load_network(name, NETWORKS)
    count = scenario.run.replications
    student = scipy.special.stdtrit(count - 1, 0.975)
    tables = [number_present(scenario, simulate_network(scenario, r), r) for r in range(count)]
    for row in station_loads(scenario):
        delays = _by_beds(pd.concat(tables), row.station)
        for beds, published in PUBLISHED[name][row.station].items():
            found = delays.loc[beds]
            error = ERRORS * (found["high"] - found["low"]) / 2.0 / student
            assert abs(found["delayed"] - erlang_b(beds, row.work)) < error
            # The paper has as many replications, so its figures have the same error as ours.
            assert abs(found["delayed"] - published) < ROUNDED + np.sqrt(2.0) * error
