"""Shipped scenarios made small: a few townships of a county, for a few weeks.

The hospitals above shrink with the people, so that waits and occupancy stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from sim.engine import compiled
from sim.engine.choose import Simulate
from sim.engine.log import log_columns
from sim.engine.reference import simulate
from sim.engine.tally import Tally
from sim.measure.care import run_frames
from sim.region import Region
from sim.scenario import load_scenario
from sim.scenario.care.inputs import Inputs
from sim.scenario.care.inputs_at import inputs_at
from sim.scenario.care.scenario import RegionChoice, Scenario
from sim.subjects.care.model import care_model, horizon_of
from sim.world.care.build.assemble import CareWorlds, build_care_worlds
from sim.world.fields import Reals

SCENARIOS = Path(__file__).parents[1] / "scenarios"
REGIONS = SCENARIOS / "regions"
COUNTY_NAME = "taining"

Change = Callable[[Inputs], None]


def shortened(scenario: Scenario, warm_up: int = 14, length: int = 14) -> Scenario:
    """Return a scenario of one county for a few weeks (days are given)."""
    run = scenario.run.model_copy(update={"warm_up": warm_up, "length": length})
    where = RegionChoice("fujian", (COUNTY_NAME,), scenario.region.mark)
    return replace(scenario, region=where, run=run, timeline=replace(scenario.timeline, run=run))


def shipped(name: str, warm_up: int = 14, length: int = 14) -> Scenario:
    """Return a shipped scenario, shortened."""
    return shortened(load_scenario(name, SCENARIOS), warm_up, length)


def written(folder: Path, levers: str, warm_up: int = 7, length: int = 14) -> Scenario:
    """Return a child of the baseline with some levers (YAML lines, not indented)."""
    path = folder / "tried.yaml"
    lines = "".join(f"  {line}\n" for line in levers.strip().splitlines())
    head = "name: tried\nextends: baseline-2020\ntitle: {zh: 试, en: Tried}\n"
    path.write_text(f"{head}levers:\n{lines}", encoding="utf-8")
    # Dates of levers are checked against the run of the file, which is a year.
    return shortened(load_scenario(path, SCENARIOS), warm_up, length)


def keep_townships(inputs: Inputs, count: int) -> None:
    """Keep the last townships of the inputs, and of every hospital the part that serves them."""
    townships = inputs.townships.iloc[-count:]
    kept = inputs.places["township"].isin(townships["township"])
    part = inputs.places.loc[kept, "population"].sum() / inputs.places["population"].sum()
    inputs.counties["population"] = (inputs.counties["population"] * part).round().astype(int)
    inputs.townships = townships.reset_index(drop=True)
    inputs.places = inputs.places[kept].reset_index(drop=True)
    local = inputs.facilities["township"] > 0
    here = inputs.facilities["township"].isin(townships["township"])
    above = ~inputs.facilities["tier"].isin(["village", "township"])
    inputs.facilities = inputs.facilities[here | above | ~local].reset_index(drop=True)
    shared = set(
        inputs.facilities.loc[
            inputs.facilities["tier"].isin(["county", "city", "province", "outside"]), "facility"
        ]
    )
    share = inputs.catchment_share.copy()
    share[share.index.isin(shared)] *= part
    inputs.catchment_share = share


def small_worlds(
    region: Region, scenario: Scenario, townships: int = 3, change: Change | None = None
) -> CareWorlds:
    """Build the worlds of a scenario for a few townships of its county.

    Parameters
    ----------
    change : callable, optional
        Changes the inputs of every epoch by hand (never the base that onsets follow).
    """
    base = Inputs.of(region)
    base.cut_to(list(scenario.region.areas))
    keep_townships(base, townships)
    horizon = horizon_of(scenario)
    epochs = []
    for day in scenario.timeline.epochs():
        inputs = inputs_at(region, scenario, day)
        keep_townships(inputs, townships)
        if change is not None:
            change(inputs)
        epochs.append((horizon.day_of(day), inputs))
    return build_care_worlds(base, epochs, horizon)


def run_logged(
    built: CareWorlds, seed: int = 1, engine: Simulate = simulate
) -> tuple[Tally, pd.DataFrame]:
    """Run once and return the tally and the patient log."""
    rows: list[Reals] = []
    model = care_model(built)
    tally = engine(model, seed, 0, rows.append)
    return tally, pd.DataFrame(log_columns(np.concatenate(rows), model.pathway))


def indicators(built: CareWorlds, seed: int = 1) -> pd.Series:
    """Run once and return the county's indicators of all tiers together, by name."""
    frame = run_frames(built, compiled.simulate(care_model(built), seed, 0))["indicators"]
    whole = frame[(frame["tier"] == "") & (frame["county"] == 0)]
    return whole.set_index("indicator")["value"]
