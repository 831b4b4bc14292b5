from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.region import Region, load_region

REGIONS = Path(__file__).parents[3] / "scenarios" / "regions"

Edit = Callable[[str], str]


@pytest.fixture(scope="session")
def fujian() -> Region:
    return load_region(REGIONS / "fujian")


@pytest.fixture
def fujian_folder(tmp_path: Path) -> Path:
    """A copy of the Fujian tables that a test may spoil."""
    return Path(shutil.copytree(REGIONS / "fujian", tmp_path / "fujian"))


@pytest.fixture
def one_hospital_folder(tmp_path: Path) -> Path:
    """A copy of the teaching region that a test may change."""
    shutil.copytree(REGIONS / "fujian", tmp_path / "fujian")
    return Path(shutil.copytree(REGIONS / "one-hospital", tmp_path / "one-hospital"))
