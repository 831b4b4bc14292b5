"""Names of what a patient log numbers: events, actions, pools and what the pathway describes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sim.pathway.care.stages import Stage as CareStage
from sim.pathway.care.state import Reason
from sim.pathway.network.state import Stage as NetworkStage
from sim.scenario.network.schema import NetworkScenario
from sim.world.care.build.assemble import CareWorlds
from sim.world.care.world import PoolKind
from sim.world.fields import Ints, Reals

EVENTS = ("arrived", "granted", "reneged", "refused", "done")
"""By `sim.pathway.steps.ARRIVED` and so on."""
ACTIONS = ("seize", "hold", "leave")
"""By `sim.pathway.steps.SEIZE` and so on."""


@dataclass(frozen=True)
class NamedColumn:
    """A column of names beside one of numbers.

    Attributes
    ----------
    source : str
        The column of numbers, 0 for the first name; below 0 and above the last there is none.
    names : arrow array of text
    """

    source: str
    names: pa.StringArray

    def of(self, numbers: Ints | Reals) -> pa.DictionaryArray:
        """Return the names of numbers: codes of four bytes, and each name once."""
        codes = numbers.astype(np.int32)
        nameless = (codes < 0) | (codes >= len(self.names))
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=nameless), self.names)


def _column(source: str, names: list[str] | tuple[str, ...]) -> NamedColumn:
    return NamedColumn(source, pa.array(names, pa.string()))


_OF_ALL: Mapping[str, NamedColumn] = {
    "event_name": _column("event", EVENTS),
    "action_name": _column("action", ACTIONS),
}


def network_log_names(scenario: NetworkScenario) -> Mapping[str, NamedColumn]:
    """Return the names in a network's log: its stations, its classes, and what patients do."""
    stations, classes = list(scenario.stations), list(scenario.classes)
    return {
        **_OF_ALL,
        "pool_name": _column("pool", stations),
        "class_name": _column("class", classes),
        "station_name": _column("station", stations),
        "stage_name": _column("stage", [stage.name.lower() for stage in NetworkStage]),
    }


def care_log_names(built: CareWorlds) -> Mapping[str, NamedColumn]:
    """Return the names in a region's log: facilities and their pools, conditions, and what patients do.

    A facility is named in Chinese, a pool by its facility's code and the kind of its servers.
    """
    pools, inputs = built.resources[0].table, built.inputs[0]
    codes = built.reach.facilities["facility"].to_numpy()
    names = inputs.facilities.set_index("facility")["name_zh"]
    kinds = [PoolKind(kind).name.lower() for kind in pools["pool_kind"]]
    places = codes[pools["facility"].to_numpy()]
    return {
        **_OF_ALL,
        "pool_name": _column(
            "pool", [f"{f} {kind}" for f, kind in zip(places, kinds, strict=True)]
        ),
        "condition_name": _column("condition", list(inputs.conditions["condition"])),
        "facility_name": _column("facility", [str(names[code]) for code in codes]),
        "stage_name": _column("stage", [stage.name.lower() for stage in CareStage]),
        "reason_name": _column("reason", [reason.name.lower() for reason in Reason]),
    }
