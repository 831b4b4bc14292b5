"""Faults to plant: each is one small edit that a programmer could make, and that changes results."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One edit of one file.

    Attributes
    ----------
    name : str
        A few words, shown in the table.
    file : str
        Path from the root of the repository.
    right, wrong : str
        The text that stands there once, and what is put in its place.
    tests : tuple of str
        Files or folders of tests that are most likely to notice; they run first. Everything else runs after
        them, if they did not.
    """

    name: str
    file: str
    right: str
    wrong: str
    tests: tuple[str, ...]

    @property
    def part(self) -> str:
        """The folder of the program that the fault is in."""
        return self.file.split("/")[1]


_PATHWAY = ("tests/unit/pathway", "tests/property/test_care_same_answer.py")
_CARE = ("tests/scenario", "tests/unit/measure")
_QUEUES = ("tests/unit/engine", "tests/property/test_engines_agree.py")
_NETWORKS = ("tests/unit/network", "tests/theory")

PATHWAY = (
    Fault(
        "fund and patient swapped",
        "sim/pathway/care/payment.py",
        "fund = min(whole, int(fund_share(w, scheme, tier, setting, price, loss) + 0.5))",
        "fund = whole - min(whole, int(fund_share(w, scheme, tier, setting, price, loss) + 0.5))",
        _PATHWAY,
    ),
    Fault(
        "the rate loss without referral spares the city, not the county",
        "sim/pathway/care/payment.py",
        "if tier >= CITY and referred == 0",
        "if tier > CITY and referred == 0",
        _PATHWAY,
    ),
    Fault(
        "a deductible is added to what is in scope",
        "sim/pathway/care/payment.py",
        "view.in_scope_share(w, cell) - view.deductible(w, cell)",
        "view.in_scope_share(w, cell) + view.deductible(w, cell)",
        _PATHWAY,
    ),
    Fault(
        "a patient waiting for a step-down bed gives the hospital bed away",
        "sim/pathway/care/stay.py",
        "return seize(s, row, Stage.WAITING_FOR_STEP_DOWN, pool, patience, 1)",
        "return seize(s, row, Stage.WAITING_FOR_STEP_DOWN, pool, patience, 0)",
        _PATHWAY,
    ),
    Fault(
        "the time a bed was blocked is not part of the stay",
        "sim/pathway/care/stay.py",
        "in_bed = acute + view.behaviour(w, Behaviour.STEP_DOWN_DELAY_MIN) + waited",
        "in_bed = acute + view.behaviour(w, Behaviour.STEP_DOWN_DELAY_MIN)",
        _PATHWAY,
    ),
    Fault(
        "readmitted again and again",
        "sim/pathway/care/stay.py",
        "if state.get_readmitted(s, row) == 1:",
        "if state.get_readmitted(s, row) == 2:",
        _PATHWAY,
    ),
    Fault(
        "emergencies wait for the papers of a referral, others do not",
        "sim/pathway/care/referral.py",
        "if state.get_emergency(s, row) == 0:\n        mean",
        "if state.get_emergency(s, row) == 1:\n        mean",
        _PATHWAY,
    ),
    Fault(
        "who leaves a queue goes to the same tier",
        "sim/pathway/care/referral.py",
        "above = choose(w, s, row, view.facility_tier(w, facility) + 1, OUTSIDE)",
        "above = choose(w, s, row, view.facility_tier(w, facility), OUTSIDE)",
        _PATHWAY,
    ),
    Fault(
        "all facilities of a choice share one draw",
        "sim/pathway/care/choice.py",
        "u = draw(key, Purpose.CHOICE, occasion + item - origin)",
        "u = draw(key, Purpose.CHOICE, occasion)",
        _PATHWAY,
    ),
    Fault(
        "first contact also binds children who are spared",
        "sim/pathway/care/choice.py",
        "return not (spared and state.get_age(s, row) < _ADULT_FROM)",
        "return not (spared and state.get_age(s, row) < 0)",
        _PATHWAY,
    ),
    Fault(
        "capability decides the wrong way at the threshold's side",
        "sim/pathway/care/choice.py",
        "return state.get_complexity(s, row) <= view.capability(w, profile * conditions + condition)",
        "return state.get_complexity(s, row) > view.capability(w, profile * conditions + condition)",
        _PATHWAY,
    ),
    Fault(
        "the reason of a visit outside outlives the way home",
        "sim/pathway/care/choice.py",
        "        state.set_reason(s, row, 0)\n    elif state.get_reason(s, row) == 0:",
        "        pass\n    elif state.get_reason(s, row) == 0:",
        _PATHWAY,
    ),
    Fault(
        "expected waits never forget",
        "sim/pathway/care/path.py",
        "            state.set_wait_count(s, facility, 0)\n",
        "",
        _PATHWAY,
    ),
    Fault(
        "an admission is counted as a visit of the facility",
        "sim/pathway/care/record.py",
        "count_work(s, facility, Work.ADMISSIONS, 1)",
        "count_work(s, facility, Work.VISITS, 1)",
        _CARE,
    ),
    Fault(
        "a draw forgets its occasion",
        "sim/chance.py",
        "index = np.uint64(purpose * _OCCASIONS + occasion + 1)",
        "index = np.uint64(purpose * _OCCASIONS + 1)",
        ("tests/unit/chance", *_PATHWAY),
    ),
)

ENGINE = (
    Fault(
        "wrong tie rule: servers change before holds end",
        "sim/engine/ties.py",
        "HOLD_ENDS = 3\nSERVERS_CHANGE = 4",
        "HOLD_ENDS = 4\nSERVERS_CHANGE = 3",
        _QUEUES,
    ),
    Fault(
        "a cancelled wait is lost",
        "sim/engine/queues.py",
        "    a.add_lost_wait(e, cell, waited)\n",
        "",
        _QUEUES,
    ),
    Fault(
        "a cancelled wait is lost, reference engine",
        "sim/engine/pool.py",
        "        self._amounts[request.group][_LOST_WAIT] += self.env.now - request.joined\n",
        "",
        _QUEUES,
    ),
    Fault(
        "a shift begins one instant late",
        "sim/world/pools.py",
        "segment_minute(pools, segment + 1) <= minute_of_week:",
        "segment_minute(pools, segment + 1) < minute_of_week:",
        _QUEUES,
    ),
    Fault(
        "shifts follow the run's clock, not the week's",
        "sim/engine/queues.py",
        "minute = (a.fixed(e, Fixed.START_MINUTE_OF_WEEK) + now) % MINUTES_PER_WEEK",
        "minute = now % MINUTES_PER_WEEK",
        _QUEUES,
    ),
    Fault(
        "last come, first served",
        "sim/engine/pool.py",
        "queue.popitem(last=False)",
        "queue.popitem(last=True)",
        _QUEUES,
    ),
    Fault(
        "reserved servers serve everybody",
        "sim/engine/pool.py",
        "return free > (0 if priority <= self.reserved_for else self.reserved)",
        "return free > 0",
        _QUEUES,
    ),
    Fault(
        "more servers, but nobody of the queue gets one",
        "sim/engine/queues.py",
        "    a.set_reserved(e, here(e, pool), reserved)\n    serve(e, pool)\n",
        "    a.set_reserved(e, here(e, pool), reserved)\n",
        _QUEUES,
    ),
    Fault(
        "one more may wait than there is room for",
        "sim/engine/queues.py",
        "a.waiting(e, place) >= room:",
        "a.waiting(e, place) > room:",
        _QUEUES,
    ),
    Fault(
        "the server kept during a wait is never given back",
        "sim/engine/moves.py",
        "    if a.held_pool(e, row) != NOBODY:\n        give_back_last(e, row)\n",
        "",
        _QUEUES,
    ),
    Fault(
        "a week is counted twice",
        "sim/engine/part.py",
        "                cells[:] = 0\n",
        "",
        _QUEUES,
    ),
    Fault(
        "the first counted week belongs to the warm-up",
        "sim/engine/compiled.py",
        "counted = index >= self._model.counted_from",
        "counted = index > self._model.counted_from",
        _QUEUES,
    ),
    Fault(
        "a patient of another partition arrives a window late",
        "sim/engine/compiled.py",
        "                self._post(level)\n            self._hand_over_log()\n",
        "            for level in self._levels:\n                self._post(level)\n"
        "            self._hand_over_log()\n",
        _QUEUES,
    ),
)

MEASURES = (
    Fault(
        "fund and patient swapped in the indicator",
        "sim/measure/care/simulated.py",
        'yield "out_of_pocket_share", "", 0, 1.0 - ratio(fund, price)',
        'yield "out_of_pocket_share", "", 0, ratio(fund, price)',
        _CARE,
    ),
    Fault(
        "county hospitals count as primary care",
        "sim/measure/care/simulated.py",
        'yield "primary_visit_share", "", 0, ratio(seen[: TOWNSHIP + 1].sum(), seen.sum())',
        'yield "primary_visit_share", "", 0, ratio(seen[: COUNTY + 1].sum(), seen.sum())',
        _CARE,
    ),
    Fault(
        "emergencies are no visits",
        "sim/measure/care/simulated.py",
        "seen = flow[..., [Visit.OUTPATIENT, Visit.EMERGENCY], :, :]",
        "seen = flow[..., [Visit.OUTPATIENT], :, :]",
        _CARE,
    ),
    Fault(
        "idle doctors count as busy",
        "sim/measure/care/totals.py",
        "busy = self.pool_amounts[pools][:, :, Amount.BUSY_AREA].sum()",
        "busy = self.pool_amounts[pools][:, 0, Amount.SERVER_AREA].sum()",
        _CARE,
    ),
    Fault(
        "a mean wait leaves out who did not wait",
        "sim/measure/network.py",
        'yield "wait_mean", _ratio(total, granted)',
        'yield "wait_mean", _ratio(total, counts[Count.WAITED])',
        _NETWORKS,
    ),
    Fault(
        "an interval from n, not n - 1",
        "sim/measure/statistics.py",
        "degrees = np.where(n > 1, n - 1.0, np.nan)",
        "degrees = np.where(n > 1, n, np.nan)",
        ("tests/unit/measure",),
    ),
    Fault(
        "a one-sided level for a two-sided interval",
        "sim/measure/statistics.py",
        "half = scipy.special.stdtrit(degrees, 0.5 + confidence / 2)",
        "half = scipy.special.stdtrit(degrees, confidence)",
        ("tests/unit/measure",),
    ),
    Fault(
        "differences are not paired by replication",
        "sim/study/compare.py",
        "frame = _with_intervals(table - other, confidence)",
        "frame = _with_intervals(table - other.iloc[:, ::-1].to_numpy(), confidence)",
        ("tests/unit/study",),
    ),
    Fault(
        "a target that is missed is met",
        "sim/measure/statistics.py",
        '">=": value >= lowest,',
        '">=": value >= lowest - 1.0,',
        ("tests/unit/measure",),
    ),
)

FAULTS = (*PATHWAY, *ENGINE, *MEASURES)
