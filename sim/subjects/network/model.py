"""Run a small network: from its scenario to a model, and from a model to a tally."""

from __future__ import annotations

from sim.engine.choose import ENGINES, EngineName
from sim.engine.model import Epoch, Model, Pathway
from sim.engine.tally import Tally
from sim.pathway.network import path as network
from sim.scenario.network.schema import NetworkScenario
from sim.world.fields import reals
from sim.world.network.build import build_network
from sim.world.network.week import network_periods

NETWORK_PATHWAY = Pathway(
    name="network",
    next_gap=network.next_gap,
    begin=network.begin,
    next_step=network.next_step,
    new_period=network.new_period,
    describe=network.describe,
    new_state=network.new_state,
    describes=network.DESCRIBES,
)
"""The network pathway as an engine takes it."""


def network_model(scenario: NetworkScenario) -> Model:
    """Return the model of a network: one epoch; a warm-up (if any), the counted time, periods between censuses.

    Streams and groups are the classes, pools the stations, in the order of the file.
    """
    world, pools = build_network(scenario)
    classes, periods = len(scenario.classes), network_periods(scenario)
    return Model(
        pathway=NETWORK_PATHWAY,
        epochs=(Epoch(0.0, world, pools),),
        streams=classes,
        groups=classes,
        wait_rows=classes * len(scenario.stations),
        start_minute_of_week=scenario.run.start,
        period_starts=reals(periods.starts),
        counted_from=periods.counted_from,
        thresholds=tuple(scenario.report.waits_over),
        pooled_periods=periods.has_census,
        on_grid=True,
    )


def simulate_network(
    scenario: NetworkScenario, replication: int, engine: EngineName = "compiled"
) -> Tally:
    """Return the tally of one replication of a network scenario.

    Parameters
    ----------
    scenario : NetworkScenario
    replication : int
        0, 1, ...; with the scenario's seed the address of all draws.
    engine : {'compiled', 'simpy'}
    """
    return ENGINES[engine](network_model(scenario), scenario.run.seed, replication)
