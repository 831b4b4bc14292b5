"""From a scenario and its region to a model that an engine runs."""

from __future__ import annotations

from sim.engine.model import Epoch, Model, Pathway
from sim.errors import InputError, Problem
from sim.pathway.care.account import is_full, settle
from sim.pathway.care.onset import begin, next_gap
from sim.pathway.care.path import DESCRIBES, DESCRIBES_REAL, carry, describe, new_period, next_step
from sim.pathway.care.state import CareState
from sim.region import Region
from sim.scenario.care.inputs import Inputs
from sim.scenario.care.inputs_at import inputs_at
from sim.scenario.care.scenario import Scenario
from sim.time_units import MINUTES_PER_DAY
from sim.world.care.build.assemble import CareWorlds, build_care_worlds
from sim.world.care.build.partitions import SHORTEST_WINDOW
from sim.world.care.build.resources import GROUPS, wait_rows
from sim.world.horizon import PERIOD_DAYS, Horizon

CARE = Pathway(
    name="care",
    next_gap=next_gap,
    begin=begin,
    next_step=next_step,
    new_period=new_period,
    describe=describe,
    carry=carry,
    settle=settle,
    is_full=is_full,
    new_state=CareState,
    describes=DESCRIBES,
    describes_real=DESCRIBES_REAL,
)


def horizon_of(scenario: Scenario) -> Horizon:
    """Return the days of a scenario's run.

    Raises
    ------
    InputError
        If the warm-up is not whole weeks.
    """
    run = scenario.run
    if run.warm_up % PERIOD_DAYS:
        what = f"the warm-up of {run.warm_up} days must be whole weeks"
        raise InputError(Problem(what, file=scenario.path, key="run.warm_up"))
    return Horizon(run.first_day, run.warm_up, run.length)


def care_worlds(region: Region, scenario: Scenario) -> CareWorlds:
    """Build the worlds of a scenario: one for every date on which something changes."""
    horizon = horizon_of(scenario)
    epochs = [
        (horizon.day_of(day), inputs_at(region, scenario, day))
        for day in scenario.timeline.epochs()
    ]
    base = Inputs.of(region)
    if scenario.region.areas:
        base.cut_to(list(scenario.region.areas))
    return build_care_worlds(base, epochs, horizon)


def care_model(built: CareWorlds) -> Model:
    """Return the model of built worlds."""
    horizon, window = built.horizon, built.window
    return Model(
        pathway=CARE,
        epochs=tuple(
            Epoch(float(day * MINUTES_PER_DAY), world, resources.pools)
            for day, world, resources in zip(
                built.start_days, built.worlds, built.resources, strict=True
            )
        ),
        streams=int(built.worlds[0].stream_name.size),
        groups=GROUPS,
        wait_rows=wait_rows(len(built.inputs[0].kinds), len(built.skills.names)),
        start_minute_of_week=horizon.start_minute_of_week,
        period_starts=horizon.period_starts,
        counted_from=horizon.counted_from,
        pooled_periods=True,
        partitions=built.partitions if window >= SHORTEST_WINDOW else (),
        window=window,
    )
