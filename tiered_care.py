"""Another name of `sim`, for projects that have a module of that name: ``import tiered_care as sim``."""

from __future__ import annotations

from typing import Any

import sim
from sim import __all__ as __all__


def __getattr__(name: str) -> Any:
    """Return a public name of `sim`."""
    return getattr(sim, name)


def __dir__() -> list[str]:
    """Return the public names."""
    return dir(sim)
