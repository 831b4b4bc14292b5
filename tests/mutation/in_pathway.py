"""Faults in the pathway of care, and in the draws of chance."""

from __future__ import annotations

from tests.mutation.fault import Fault

_PATHWAY = ("tests/unit/pathway", "tests/property/test_care_same_answer.py")
_RECORD = ("tests/scenario", "tests/unit/measure")

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
        "once = state.get_readmitted(s, row) == 1",
        "once = state.get_readmitted(s, row) == 2",
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
        "sim/pathway/care/capability.py",
        "return state.get_complexity(s, row) <= view.capability(w, profile * conditions + condition)",
        "return state.get_complexity(s, row) > view.capability(w, profile * conditions + condition)",
        _PATHWAY,
    ),
    Fault(
        "the reason of a visit outside outlives the way home",
        "sim/pathway/care/reach.py",
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
        _RECORD,
    ),
    Fault(
        "those who leave a queue for good are not counted among the unmet",
        "sim/pathway/care/record.py",
        "Event.TREATED + 0 if treated else Event.UNMET + 0)",
        "Event.TREATED + 0 if treated or end == End.LEFT_UNSEEN else Event.UNMET + 0)",
        _PATHWAY,
    ),
    Fault(
        "who finds no ward is said to find nobody able",
        "sim/pathway/care/referral.py",
        "if here or next_able(w, s, row, lowest_tier, False, 0) != NONE:",
        "if here or next_able(w, s, row, lowest_tier, True, 0) != NONE:",
        _PATHWAY,
    ),
    Fault(
        "an emergency without a ward is said to find nobody able",
        "sim/pathway/care/choice.py",
        "nearest_able(w, s, row, False) != NONE",
        "nearest_able(w, s, row, True) != NONE",
        _PATHWAY,
    ),
    Fault(
        "a readmission counts the stay's end twice",
        "sim/pathway/care/stay.py",
        "    once = state.get_readmitted(s, row) == 1\n",
        "    once = state.get_readmitted(s, row) == 1\n    count_end(w, s, row, End.TREATED + 0)\n",
        _PATHWAY,
    ),
    Fault(
        "ends of the warm-up stand in the table",
        "sim/pathway/care/record.py",
        "    if state.clock(s, 1) == 1:\n        cell = (state.get_county(s, row) * END_PLACES",
        "    if state.clock(s, 1) >= 0:\n        cell = (state.get_county(s, row) * END_PLACES",
        _PATHWAY,
    ),
    Fault(
        "the need of a stay is forgotten at the beginning",
        "sim/pathway/care/onset.py",
        "state.set_stay_needed(s, row, stay)",
        "state.set_stay_needed(s, row, 0)",
        (*_PATHWAY, *_RECORD),
    ),
    Fault(
        "who finds no place is left out of the share",
        "sim/measure/care/unmet.py",
        "    return ratio(treated, treated + float(ends[..., _UNMET].sum()))",
        "    return ratio(treated, treated)",
        _RECORD,
    ),
    Fault(
        "a target is met however many found no place",
        "sim/measure/compare.py",
        "share > MOST_UNMET for share",
        "share < 0.0 for share",
        _RECORD,
    ),
    Fault(
        "a run meets a target however many found no place",
        "sim/measure/meeting.py",
        "(values[measured] > MOST_UNMET)",
        "(values[measured] > 1.0)",
        _RECORD,
    ),
    Fault(
        "a draw forgets its occasion",
        "sim/chance.py",
        "index = np.uint64(purpose * _OCCASIONS + occasion + 1)",
        "index = np.uint64(purpose * _OCCASIONS + 1)",
        ("tests/unit/chance", *_PATHWAY),
    ),
)
