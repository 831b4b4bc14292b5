"""How many are referred by a doctor, and where births lie, in a sample of Youxi's townships."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from counties import indicators, shipped, small_worlds
from logs import run_with_log
from scipy import stats

from sim.engine import compiled
from sim.engine.log import LOG_COLUMNS
from sim.pathway.care.path import DESCRIBES
from sim.pathway.care.stages import Stage
from sim.region import Region
from sim.scenario.care.scenario import RegionChoice
from sim.subjects.care.model import care_model
from sim.world.care.build.assemble import CareWorlds

_SEEDS = range(1, 9)
_STAGE, _CONDITION, _FACILITY = (
    len(LOG_COLUMNS) + DESCRIBES.index(name) for name in ("stage", "condition", "facility")
)


@pytest.fixture(scope="module")
def youxi(whole_fujian: Region) -> CareWorlds:
    base = shipped("baseline-2020", 14, 28)
    scenario = replace(base, region=RegionChoice("fujian", ("youxi",), base.region.mark))
    return small_worlds(whole_fujian, scenario)


def test_one_to_three_of_a_hundred_visits_end_in_a_formal_referral(youxi: CareWorlds) -> None:
    """The order of what is published: 1.25 % of the users of care in Jilin had one (Liao et al. 2021)."""
    found = [indicators(youxi, seed)["formal_referrals_per_100"] for seed in _SEEDS]
    low, high = stats.t.interval(0.99, len(found) - 1, np.mean(found), stats.sem(found))
    assert 1.0 < low < high < 3.0


def beds_given(built: CareWorlds) -> Iterator[tuple[str, str]]:
    """Yield the condition and the kind of hospital of every acute stay of four runs."""
    kinds = built.reach.facilities["kind"].to_list()
    conditions = built.inputs[0].conditions["condition"].to_list()
    model = care_model(built)
    for seed in range(1, 5):
        for row in run_with_log(compiled.simulate, model, seed)[1]:
            if row[_STAGE] == Stage.ACUTE_STAY:
                yield conditions[int(row[_CONDITION])], kinds[int(row[_FACILITY])]


def test_births_lie_in_general_and_maternal_hospitals_by_choice(youxi: CareWorlds) -> None:
    """In no order of the list: the maternal hospital has its part, and private wards are not empty."""
    given = Counter(beds_given(youxi))
    births = Counter({kind: n for (what, kind), n in given.items() if what == "childbirth"})
    total = births.total()
    general = sum(n for kind, n in births.items() if kind.endswith("_general"))
    maternal = births["county_maternal_child"]
    assert total > 100
    # "Mainly" is more than half, beyond the luck of a 99 % interval.
    for count, share in ((general + maternal, 0.5), (general, 0.3), (maternal, 0.05)):
        assert stats.binomtest(count, total).proportion_ci(0.99, "exact").low > share
    everybody = Counter(kind for (_, kind), n in given.items() for _ in range(n))
    assert everybody["county_private"] > 0.05 * everybody.total()
