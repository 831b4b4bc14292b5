"""Faults in what is read, checked, kept and written."""

from __future__ import annotations

from tests.mutation.fault import Fault

_RUNS = ("tests/unit/runs",)
_REGION = ("tests/unit/region", "tests/unit/reading")
_POLICIES = ("tests/unit/scenario/test_policies.py", "tests/unit/api")

FILES = (
    Fault(
        "a number that a lever sets is set anew without a word",
        "sim/scenario/care/inputs_at.py",
        'return "" if old[rows].equals(new[rows]) else lever.path',
        'return ""',
        _POLICIES,
    ),
    Fault(
        "an entry in another county contradicts a lever",
        "sim/scenario/care/inputs_at.py",
        "old, new = (getattr(each, lever.table)[lever.column] for each in (before, after()))",
        "old, new = (getattr(e, lever.table)[lever.column] for e in (before, after())); rows = old == old",
        _POLICIES,
    ),
    Fault(
        "an option that does not exist is swallowed",
        "sim/api/arguments.py",
        "if name not in keywords:",
        "if name not in {*keywords, *given}:",
        _POLICIES,
    ),
    Fault(
        "another region is judged by the province's targets",
        "sim/subjects/care/cases.py",
        'elsewhere = ~frame["region"].isin(["", whole])',
        'elsewhere = ~frame["region"].isin(["", "fujian"])',
        ("tests/unit/subjects", *_POLICIES),
    ),
    Fault(
        "a foreign file is written over",
        "sim/runs/paths.py",
        "if file in self.foreign:",
        "if file in ():",
        _RUNS,
    ),
    Fault(
        "what a killed study left is nobody's",
        "sim/runs/manifest.py",
        'if content.get("status") == "running":',
        'if content.get("status") == "killed":',
        _RUNS,
    ),
    Fault(
        "a stored table is believed without its check sum",
        "sim/runs/run_store.py",
        "return stat.S_ISREG(file.lstat().st_mode) and hash_file(file) == checksum",
        "return stat.S_ISREG(file.lstat().st_mode) and bool(checksum)",
        _RUNS,
    ),
    Fault(
        "a damaged run takes a file of somebody's along",
        "sim/runs/run_store.py",
        "foreign = [e for e in folder.iterdir() if not _is_of_a_run(e)] if is_damaged(folder) else []",
        "foreign = [e for e in folder.iterdir() if e.is_dir()] if is_damaged(folder) else []",
        _RUNS,
    ),
    Fault(
        "an error of a spreadsheet is an empty cell",
        "sim/reading/workbooks.py",
        'if self._valued and self._type == "e":',
        'if self._valued and self._type == "error":',
        _REGION,
    ),
    Fault(
        "thousands are taken for decimals",
        "sim/reading/tables.py",
        "if numbers and all(_UNSURE.fullmatch(cell) for _, cell in numbers):",
        "if not numbers:",
        _REGION,
    ),
    Fault(
        "a region takes the other's sources for its own tables",
        "sim/region/load.py",
        "spoken_of = [name for name, files in manifest.sources_of.items() if file in files]",
        "spoken_of = [*manifest.tables]",
        _REGION,
    ),
    Fault(
        "rural people of a township are the county's share, whatever its places say",
        "sim/region/complete.py",
        'rural = frame["township"].map(people).fillna(rural).astype(np.int64)',
        "rural = rural.astype(np.int64)",
        _REGION,
    ),
    Fault(
        "the order of a selector's words makes another entry",
        "sim/scenario/care/entries.py",
        "tuple(sorted((str(key), tuple(sorted(map(str, v)))) for key, v in values.items()))",
        "tuple((str(key), tuple(map(str, v))) for key, v in values.items())",
        ("tests/unit/scenario/test_entries.py",),
    ),
    Fault(
        "shares that are set need not add up",
        "sim/region/value_checks.py",
        "for row in np.flatnonzero((sums - 1).abs() > SHARE_TOLERANCE):",
        "for row in np.flatnonzero((sums - 1).abs() > 1.0):",
        ("tests/unit/region", "tests/scenario/test_settable_numbers.py"),
    ),
    Fault(
        "what is taken once may have a date",
        "sim/scenario/care/timeline.py",
        "for key, late in dates.items() if late]:",
        "for key, late in dates.items() if late and key is None]:",
        ("tests/scenario/test_settable_numbers.py",),
    ),
    Fault(
        "of a cell that stands twice the last holds",
        "sim/reading/workbooks.py",
        "if self._column <= before:",
        "if self._column < 0:",
        _REGION,
    ),
    Fault(
        "a run that is asked to stop goes on",
        "sim/engine/stop.py",
        "if event is not None and event.is_set():",
        "if event is not None and event.is_set() and event is None:",
        ("tests/unit/engine/test_stop.py", *_RUNS),
    ),
    Fault(
        "a foreign table is seen after the runs only",
        "sim/runs/paths.py",
        "for name in planned.frames)",
        "for name in ())",
        (*_RUNS, "tests/unit/api/test_planned.py"),
    ),
    Fault(
        "notes beside the lock are written over",
        "sim/runs/lock.py",
        "is_free = owner.is_symlink() or not owner.is_file() or bool(_written_in(owner))",
        "is_free = True",
        _RUNS,
    ),
)
