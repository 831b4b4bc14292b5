"""One run for all tests of measures, and copies of it."""

from __future__ import annotations

import copy

import pytest
from care_runs import Ran
from counties import run_logged, shipped, small_worlds

from sim.region import Region
from sim.subjects.care.model import care_model


@pytest.fixture(scope="session")
def ran(whole_fujian: Region) -> Ran:
    built = small_worlds(whole_fujian, shipped("plan-2025", 7, 7), townships=1)
    tally, log = run_logged(built)
    return Ran(built, care_model(built), tally, log)


@pytest.fixture
def spoiled(ran: Ran) -> Ran:
    """A copy that a test may spoil."""
    return Ran(ran.built, ran.model, copy.deepcopy(ran.tally), ran.log.copy())
