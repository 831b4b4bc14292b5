"""A run that does less work than it was asked for is found out, whatever tool did it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import numba
import pytest

from benchmarks import compare
from benchmarks.accounts_cost import assert_only_bills_differ
from benchmarks.care import CareWork, assert_care_work, run_care, run_without_yearly_rules
from benchmarks.fresh import Outcome, in_fresh_process
from benchmarks.networks import network_named
from benchmarks.rounds import Job, interleaved
from benchmarks.timing import Timing
from benchmarks.tools import TOOLS, Tool, tool_named
from benchmarks.work import Work, WrongWorkError, assert_network_work
from sim.subjects.care.model import CARE

PATIENTS = 4000
LAZY: tuple[Callable[[Work], Work], ...] = (
    lambda work: replace(work, left=work.left // 2),
    lambda work: replace(work, visits=work.left),
    lambda work: replace(work, reneged=0),
    lambda work: replace(work, waited=0.0),
    lambda work: replace(work, waited=float("nan")),
)


@pytest.mark.parametrize("network", ["mm3", "referral-12", "tiered-10"])
@pytest.mark.parametrize(
    "tool", [tool for tool in TOOLS if tool.package != "cimba"], ids=lambda t: t.name
)
def test_a_tool_does_the_work_of_a_network(tool: Tool, network: str) -> None:
    pytest.importorskip(tool.package)
    described = network_named(network)
    minutes = PATIENTS / described.arrivals
    assert_network_work(described, minutes, tool.prepare(described, minutes, 1)())


@pytest.mark.parametrize(
    ("tool", "network"), [("cimba_processes", "referral-12"), ("cimba_servers", "tiered-10")]
)
def test_cimba_does_the_work_of_a_network(tool: str, network: str) -> None:
    # In a process of its own: Cimba's models do not compile where Numba was used before.
    pytest.importorskip("cimba")
    outcome = compare.network_run(tool, network, PATIENTS, 1)
    left, visits = outcome.work["left"], outcome.work["visits"]
    assert left == pytest.approx(PATIENTS, rel=0.1)
    described = network_named(network)
    assert visits / left == pytest.approx(
        described.visit_rates().sum() / described.arrivals, rel=0.1
    )
    assert outcome.work["events"] == outcome.work["entered"] + visits
    assert outcome.timing.cpu > 0.0


@pytest.mark.parametrize("lazy", LAZY)
def test_less_work_is_found_out(lazy: Callable[[Work], Work]) -> None:
    described = network_named("referral-12")
    minutes = 100_000 / described.arrivals
    work = tool_named("compiled").prepare(described, minutes, 1)()
    assert_network_work(described, minutes, work)
    with pytest.raises(WrongWorkError):
        assert_network_work(described, minutes, lazy(work))


def test_a_cell_of_the_table_raises_when_its_tool_skips_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lazy(task: str, *, minutes: float, **arguments: Any) -> Outcome:
        return in_fresh_process(task, minutes=minutes / 2.0, **arguments)

    monkeypatch.setattr(compare, "in_fresh_process", lazy)
    with pytest.raises(WrongWorkError, match="mm3: patients"):
        compare.network_run("simpy_generators", "mm3", PATIENTS, 1)


def test_a_missing_tool_has_a_row_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tool, "installed", property(lambda tool: tool.package != "ciw"))
    monkeypatch.setattr(compare, "COMPARISONS", compare.COMPARISONS[:1])
    timing = Timing(cpu=1.0, wall=1.0, set_up=0.0, peak=100.0)
    work = asdict(Work(100, 100, 100, 0, 1.0)) | {"events": 200}
    monkeypatch.setattr(compare, "network_run", lambda *_, **__: Outcome(timing, work))
    (section,) = compare.compare_networks(1, 1.0)
    (row,) = [row for row in section.rows if row[0] == "Ciw"]
    assert row[1] == "ciw is not installed: pip install '.[benchmarks]'"


def test_an_area_of_the_real_model_does_its_work() -> None:
    run = run_care("fujian/zherong", 1, 1)
    assert_care_work("Zherong", run.work)
    assert run.timing.cpu > 0.0
    with pytest.raises(WrongWorkError, match="onsets"):
        assert_care_work("Zherong", _half(run.work))


def test_rules_of_a_year_change_bills_and_not_who_falls_ill() -> None:
    with_them = asdict(run_care("fujian/zherong", 1, 1).work)
    without = asdict(run_without_yearly_rules("fujian/zherong", 1).work)
    assert_only_bills_differ(without, with_them)
    with pytest.raises(WrongWorkError, match="changed nothing"):
        assert_only_bills_differ(with_them, with_them)
    fewer = {**without, "onsets": without["onsets"] - 1}
    with pytest.raises(WrongWorkError, match="onsets"):
        assert_only_bills_differ(fewer, with_them)


def _half(work: CareWork) -> CareWork:
    return replace(work, onsets=work.onsets // 2)


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")
def test_the_pathway_is_compiled_for_no_single_event() -> None:
    """Each named event would cost a compilation of the whole pathway, and its machine code."""
    run_care("fujian/zherong", 1, 1)
    compiled: Any = CARE.next_step
    kinds = [kind for signature in compiled.signatures for kind in signature]
    assert kinds
    assert not [kind for kind in kinds if isinstance(kind, numba.types.Literal)]


def test_threads_give_the_same_work() -> None:
    area = "fujian/nanping"
    runs = [run_care(area, 1, threads) for threads in (1, 2)]
    assert runs[0].work == runs[1].work


def test_rounds_are_interleaved() -> None:
    seen: list[tuple[str, int]] = []

    def job(name: str) -> Job[str]:
        def run(number: int) -> Outcome:
            seen.append((name, number))
            return Outcome(Timing(float(number), 0.0, 0.0, 0.0), {"left": 1.0})

        return Job(name, name, run)

    found = interleaved([job("a"), job("b")], 3)
    assert seen == [(name, number) for number in range(3) for name in "ab"]
    assert found["a"].cpu == 1.0
