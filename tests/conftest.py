"""What all tests share: this folder on the import path, and the shipped region, read once."""

from __future__ import annotations

import pytest
from counties import REGIONS

from sim.region import Region, load_region


@pytest.fixture(scope="session")
def whole_fujian() -> Region:
    return load_region(REGIONS / "fujian")
