"""What all tests share: this folder on the import path, and the shipped region, read once."""

from __future__ import annotations

import os

import pytest
from counties import REGIONS
from hypothesis import Phase, settings

from sim.region import Region, load_region

# Whatever a test runs, here or in another process, is held to the invariants.
os.environ["SIM_CHECK_COUNTS"] = "1"

# Machines that run tests are shared: how long an example takes on the clock says nothing about the code.
settings.register_profile("shared", deadline=None)
# For planted faults it is enough that a test fails; the smallest example that fails can take many minutes.
settings.register_profile(
    "unshrunk", deadline=None, phases=(Phase.explicit, Phase.generate), database=None
)
settings.load_profile("shared")


@pytest.fixture(scope="session")
def whole_fujian() -> Region:
    return load_region(REGIONS / "fujian")
