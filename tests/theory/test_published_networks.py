"""Models rebuilt from papers give the papers' tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from formulas import erlang_b

from sim.measure.network import number_present
from sim.measure.network_delay import delay_by_beds
from sim.scenario.network_file import load_network
from sim.scenario.network_load import station_loads
from sim.study.network import simulate_network

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
ROUNDED, ERROR_OF_BOTH = 0.005, 0.005
"""The paper rounds to two digits; it has as many replications as we, and as large an error."""


def _delays(name: str, station: str, replications: int) -> tuple[pd.Series, np.ndarray]:
    scenario = load_network(name, NETWORKS)
    tables = [
        number_present(scenario, simulate_network(scenario, r), r) for r in range(replications)
    ]
    by_beds = delay_by_beds(pd.concat(tables), station).set_index("beds")["delayed"]
    load = next(row.work for row in station_loads(scenario) if row.station == station)
    return by_beds, np.array([erlang_b(beds, load) for beds in by_beds.index])


@pytest.mark.parametrize("name", list(PUBLISHED))
@pytest.mark.parametrize("station", ["acute", "rehabilitation"])
def test_the_stroke_unit_of_monks_and_others(name: str, station: str) -> None:
    delays, exact = _delays(name, station, 150)
    published = PUBLISHED[name][station]
    for beds, probability in published.items():
        assert abs(delays[beds] - exact[beds]) < ERROR_OF_BOTH
        assert abs(delays[beds] - probability) < ROUNDED + 2.0 * ERROR_OF_BOTH
