"""The names of what is measured in a network: ``wait_mean:clinic``, ``wait_mean:clinic:routine``."""

from __future__ import annotations

import pandas as pd

from sim.engine.tally import empty_tally
from sim.measure.network.measures import network_measures
from sim.scenario.network.schema import ALL, NetworkScenario
from sim.subjects.network.model import network_model


def quantities_of_network(scenario: NetworkScenario) -> list[str]:
    """Return the names of everything that is measured in a network, without running it."""
    model = network_model(scenario)
    state = model.pathway.new_state(model.epochs[0].world, 0, model.period_starts.size - 1)
    measures = network_measures(scenario, empty_tally(model, state))
    return with_quantities(measures)["quantity"].to_list()


def with_quantities(measures: pd.DataFrame) -> pd.DataFrame:
    """Return measures of a network with a column ``quantity``; of a single class those of all say it all.

    Parameters
    ----------
    measures : DataFrame
        As `sim.measure.network.measures.network_measures` returns them.
    """
    # The class and `ALL`.
    single = measures["class"].nunique() == 2
    shown = measures[measures["class"] == ALL] if single else measures
    parts = zip(shown["measure"], shown["station"], shown["class"], strict=True)
    return shown.assign(quantity=[quantity_of_network(*part) for part in parts])


def quantity_of_network(measure: str, station: str, patients: str) -> str:
    """Return the name of a measure: ``wait_mean:clinic``, ``wait_mean:clinic:routine`` for one class.

    The network as a whole has no station: ``time_in_system_mean``, ``time_in_system_mean:all:routine``.
    """
    if patients != ALL:
        return f"{measure}:{station}:{patients}"
    return f"{measure}:{station}" if station != ALL else measure
