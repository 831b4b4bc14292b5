"""Steps packed into one number and unpacked again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.pathway import steps
from sim.pathway.steps import MOST_GROUPS, PRIORITIES, make_step
from sim.scenario.network.schema import PRIORITY_CLASSES


@given(
    action=st.sampled_from([steps.SEIZE, steps.HOLD, steps.LEAVE]),
    pool=st.integers(-1, 1_000_000),
    priority=st.integers(0, PRIORITIES - 1),
    group=st.integers(0, MOST_GROUPS - 1),
    keep=st.integers(0, 1),
)
def test_a_step_comes_out_as_it_went_in(
    action: int, pool: int, priority: int, group: int, keep: int
) -> None:
    code, minutes = make_step(action, pool, priority, group, 2.5, keep)
    assert minutes == 2.5
    assert (steps.step_action(code), steps.step_pool(code)) == (action, pool)
    assert (steps.step_priority(code), steps.step_group(code)) == (priority, group)
    assert steps.step_keep(code) == keep


def test_a_scenario_may_name_as_many_priority_classes_as_a_step_can() -> None:
    assert PRIORITY_CLASSES == PRIORITIES
