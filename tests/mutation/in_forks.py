"""Faults in what follows a word from the doctor, a queue that was left, and the acute stay."""

from __future__ import annotations

from tests.mutation.fault import Fault

_FORKS = ("tests/unit/pathway/test_care_forks.py",)
_REFERRAL = "sim/pathway/care/referral.py"
_CHOICE = "sim/pathway/care/choice.py"

FORKS = (
    Fault(
        "a referral weighs nothing",
        _REFERRAL,
        "return math.log(comply / (1.0 - comply))",
        "return 0.0 * math.log(comply / (1.0 - comply))",
        _FORKS,
    ),
    Fault(
        "who chose another place than the one named counts as referred",
        _REFERRAL,
        "if position == named:",
        "if named != NONE:",
        _FORKS,
    ),
    Fault(
        "the told are referred, and the referred are told",
        _REFERRAL,
        "u < view.formal_referral(",
        "u >= view.formal_referral(",
        _FORKS,
    ),
    Fault(
        "who could be treated is only told to go",
        _REFERRAL,
        "if reason == Reason.REFERRED_TREATABLE or u < ",
        "if u < ",
        _FORKS,
    ),
    Fault(
        "a doctor names a place of any tier",
        _REFERRAL,
        "seeks, 1, named_tier, named_tier, NONE",
        "seeks, 1, lowest_tier, OUTSIDE, NONE",
        _FORKS,
    ),
    Fault(
        "a severe episode is given up like a mild one",
        _REFERRAL,
        "elif band == _SEVERE:",
        "elif band == _SEVERE + 1:",
        _FORKS,
    ),
    Fault(
        "who needs a stay gives up after a queue like anybody",
        _REFERRAL,
        "        utility += view.behaviour(w, Behaviour.NONE_STAY)\n",
        "        utility += 0.0\n",
        _FORKS,
    ),
    Fault(
        "who goes elsewhere keeps the referral",
        _REFERRAL,
        "    state.set_referred(s, row, 0)\n    above",
        "    above",
        _FORKS,
    ),
    Fault(
        "who goes elsewhere after a queue is not counted",
        _REFERRAL,
        "    count_event(s, w, county, Event.WENT_ELSEWHERE)\n",
        "",
        _FORKS,
    ),
    Fault(
        "an emergency that nobody saw may be sent to the same door",
        "sim/pathway/care/reach.py",
        "if takes and item - first != present and can_treat(w, s, row, facility):",
        "if takes and can_treat(w, s, row, facility):",
        _FORKS,
    ),
    Fault(
        "going nowhere is no alternative",
        _CHOICE,
        "best, log_best = NONE, rival",
        "best, log_best = NONE, math.inf",
        _FORKS,
    ),
    Fault(
        "all alternatives of going nowhere share a draw",
        _CHOICE,
        "u = draw(state.get_key(s, row), Purpose.CHOICE_NONE, _occasion(s, row, fork))",
        "u = draw(0, Purpose.CHOICE_NONE, _occasion(s, row, fork))",
        _FORKS,
    ),
    Fault(
        "the favour for a place is not divided by the parameter of its nest",
        _CHOICE,
        "weight *= math.exp(bonus / scale)",
        "weight *= math.exp(bonus)",
        _FORKS,
    ),
    Fault(
        "who comes again is priced without the referral",
        _CHOICE,
        "_pay_row(w, s, row, setting, state.get_referred(s, row))",
        "_pay_row(w, s, row, setting, 0)",
        _FORKS,
    ),
    Fault(
        "who is told to go elsewhere goes where nobody can treat them",
        _CHOICE,
        "if not able or position == state.get_position(s, row):",
        "if able < 0 or position == state.get_position(s, row):",
        _FORKS,
    ),
    Fault(
        "the odds of a lower bed are not divided by the parameter of its nest",
        _CHOICE,
        "odds ** (1.0 / nest_scale(w, facility))",
        "odds",
        _FORKS,
    ),
    Fault(
        "one steps down to the present tier",
        "sim/pathway/care/stay.py",
        "highest = view.facility_tier(w, present) - 1",
        "highest = view.facility_tier(w, present)",
        _FORKS,
    ),
)
