"""A small run of tiered care with its complete patient log."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sim.engine.model import Model
from sim.engine.tally import Tally
from sim.world.care.build.assemble import CareWorlds


@dataclass
class Ran:
    """What was run, what was counted and every step of every patient."""

    built: CareWorlds
    model: Model
    tally: Tally
    log: pd.DataFrame
