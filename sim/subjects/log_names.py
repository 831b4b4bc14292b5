"""Names of what a patient log numbers, whatever is simulated: events and actions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

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


def named_column(source: str, names: list[str] | tuple[str, ...]) -> NamedColumn:
    """Return a column of names for one of numbers."""
    return NamedColumn(source, pa.array(names, pa.string()))


OF_ALL: Mapping[str, NamedColumn] = {
    "event_name": named_column("event", EVENTS),
    "action_name": named_column("action", ACTIONS),
}
