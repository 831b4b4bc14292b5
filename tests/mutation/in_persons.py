"""Faults in whom episodes befall, and in the accounts of a person's year."""

from __future__ import annotations

from tests.mutation.fault import Fault

_PERSONS = ("tests/unit/pathway/test_care_persons.py",)
_ACCOUNTS = ("tests/unit/pathway/test_care_accounts.py",)
_BUILT = ("tests/unit/pathway/test_care_persons.py", "tests/unit/world/test_care_build_people.py")

PERSONS = (
    Fault(
        "a log shows the bill of an earlier step",
        "sim/pathway/care/path.py",
        "    forget_bill(s)\n",
        "",
        ("tests/scenario/test_care_log_adds_up.py",),
    ),
    Fault(
        "a log shows the bill at the next facility",
        "sim/pathway/care/path.py",
        "float(state.patient_bill(s, BILLED_BY)),",
        "float(state.get_facility(s, row)),",
        ("tests/scenario/test_care_log_adds_up.py",),
    ),
    Fault(
        "a chronic condition befalls anybody",
        "sim/pathway/care/person.py",
        "if share >= 1.0:",
        "if share >= 0.0:",
        _PERSONS,
    ),
    Fault(
        "all chronic conditions are on the same people",
        "sim/pathway/care/person.py",
        "order = patient_key(state.place_key(s, place), condition * _AGES + age)",
        "order = patient_key(state.place_key(s, place), age)",
        _PERSONS,
    ),
    Fault(
        "the first of every age band are the same person",
        "sim/pathway/care/person.py",
        "return patient_key(state.place_key(s, place), index * _AGES + age)",
        "return patient_key(state.place_key(s, place), index * _AGES)",
        _PERSONS,
    ),
    Fault(
        "the scheme is the episode's, not the person's",
        "sim/pathway/care/onset.py",
        "scheme_of(w, group, person)",
        "scheme_of(w, group, key)",
        _PERSONS,
    ),
    Fault(
        "people are shuffled out of the place",
        "sim/chance.py",
        "if place < np.uint64(size):",
        "if place <= mask:",
        _PERSONS,
    ),
    Fault(
        "an age band of a small place has nobody",
        "sim/world/care/build/persons.py",
        "        parts[empty] = 1\n",
        "        parts[empty] = 0\n",
        _BUILT,
    ),
    Fault(
        "a bill is seen by the next one of the same week",
        "sim/pathway/care/account.py",
        "    state.set_ledger_cell(s, 0, entry + 1)\n",
        "    state.set_ledger_cell(s, 0, entry + 1)\n"
        "    state.set_account_own(s, person, state.account_own(s, person) + own)\n",
        _ACCOUNTS,
    ),
    Fault(
        "the last bill of a ledger is lost",
        "sim/pathway/care/account.py",
        "for entry in range(state.ledger_cell(s, 0)):",
        "for entry in range(state.ledger_cell(s, 0) - 1):",
        _ACCOUNTS,
    ),
    Fault(
        "bills are settled twice",
        "sim/pathway/care/account.py",
        "    state.set_ledger_cell(s, 0, 0)\n",
        "",
        _ACCOUNTS,
    ),
    Fault(
        "own payments begin at 0 again when they are too many",
        "sim/pathway/care/account.py",
        "state.set_account_own(s, person, min(own, MOST_OWN))",
        "state.set_account_own(s, person, own)",
        _ACCOUNTS,
    ),
    Fault(
        "accounts go on from one year to the next",
        "sim/pathway/care/account.py",
        "if weeks < 0 or weeks % WEEKS_PER_YEAR != 0:",
        "if weeks != 0:",
        _ACCOUNTS,
    ),
    Fault(
        "what was paid in the warm-up counts for the deductible",
        "sim/pathway/care/account.py",
        "if weeks < 0 or weeks % WEEKS_PER_YEAR != 0:",
        "if weeks <= 0 or weeks % WEEKS_PER_YEAR != 0:",
        _ACCOUNTS,
    ),
    Fault(
        "catastrophic cover pays of all own payments once above the threshold",
        "sim/pathway/care/account.py",
        "above = min(float(left), max(0.0, own + left - view.catastrophic_from(w, scheme)))",
        "above = float(left) if own + left > view.catastrophic_from(w, scheme) else 0.0",
        _ACCOUNTS,
    ),
    Fault(
        "medical assistance pays before catastrophic cover does",
        "sim/pathway/care/account.py",
        "covered += int((left - covered) * view.assistance_rate(w, scheme) + 0.5)",
        "covered += int(left * view.assistance_rate(w, scheme) + 0.5)",
        _ACCOUNTS,
    ),
    Fault(
        "stays count for the ceiling of visits",
        "sim/pathway/care/account.py",
        "visit, stay = (fund, 0) if setting == _OUTPATIENT else (0, fund)",
        "visit, stay = fund, 0",
        _ACCOUNTS,
    ),
    Fault(
        "the year's deductible is due at every bill",
        "sim/pathway/care/payment.py",
        "view.yearly_deductible(w, year) - own)",
        "view.yearly_deductible(w, year))",
        _ACCOUNTS,
    ),
    Fault(
        "the year's ceiling is that of every bill",
        "sim/pathway/care/payment.py",
        "view.yearly_ceiling(w, year) - paid)",
        "view.yearly_ceiling(w, year))",
        _ACCOUNTS,
    ),
    Fault(
        "a ledger is full too late",
        "sim/pathway/care/state.py",
        "self.arrays.ledger_cells[1] = self._bills - self.capacity",
        "self.arrays.ledger_cells[1] = self._bills",
        _ACCOUNTS,
    ),
    Fault(
        "partitions write into one ledger",
        "sim/pathway/care/state.py",
        "        own |= self._ledger()\n",
        "",
        _ACCOUNTS,
    ),
    Fault(
        "only the first partition's ledger is settled",
        "sim/engine/compiled.py",
        "            for part in self._parts:\n                self._model.pathway.settle(",
        "            for part in self._parts[:1]:\n                self._model.pathway.settle(",
        ("tests/property/test_partitions_agree.py", "tests/property/test_engines_agree_care.py"),
    ),
    Fault(
        "bills of the last week are in no account",
        "sim/engine/compiled.py",
        'of the whole run."""\n        self._settle()\n',
        'of the whole run."""\n',
        ("tests/property/test_engines_agree_care.py",),
    ),
)
