"""Parts of a model that can run side by side for a while: a county, the hospitals of a city."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Partition:
    """Streams and pools with consecutive numbers, and everybody who is there.

    Attributes
    ----------
    level : int
        Within a window of time partitions run level by level, those of one level side by side. Patients
        move upwards at any time; sideways and downwards no sooner than the length of a window.
    first_stream, streams : int
    first_pool, pools : int
    """

    level: int
    first_stream: int
    streams: int
    first_pool: int
    pools: int
