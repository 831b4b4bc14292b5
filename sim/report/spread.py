"""Labels beside each other without touching."""

from __future__ import annotations

from collections.abc import Sequence


def spread(centres: Sequence[float], spacing: float) -> list[float]:
    """Return label heights, each near its centre, no two closer than a spacing.

    Parameters
    ----------
    centres : sequence of float
        Wanted heights in ascending order.
    spacing : float
        Least distance of neighbours.

    Returns
    -------
    list of float
        Heights in the same order. Labels that touch move apart evenly about their mean.
    """
    groups: list[tuple[float, int]] = []  # mean height and number of labels that move together
    for centre in centres:
        mean, size = centre, 1
        while groups and mean - groups[-1][0] < spacing * (size + groups[-1][1]) / 2:
            before, count = groups.pop()
            mean, size = (before * count + mean * size) / (count + size), count + size
        groups.append((mean, size))
    return [
        mean + spacing * (place - (size - 1) / 2) for mean, size in groups for place in range(size)
    ]
