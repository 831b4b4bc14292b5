"""Plant faults one by one and see whether the tests notice: ``python -m tests.mutation``.

Each fault is planted in a copy of the repository. First the tests run that should notice, then, if
they did not, all quick tests. A fault that no test notices ends the command with exit code 1.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.fault import Fault
from tests.mutation.faults import FAULTS

ROOT = Path(__file__).parents[2]
_PASSED, _FAILED = 0, 1
"""Exit codes of pytest: others mean that it could not run the tests."""
_NOBODY = "**nobody**"
_MOST_SECONDS = 1800
"""Several times what all quick tests take on one processor: some faults let a run go on for ever."""

_HEAD = """\
# Planted faults

Written by `make faults`. Do the tests notice when the program is wrong? Each row is one small edit that a
programmer could make (`tests/mutation/`), planted in a copy of the program, and the first of the quick
tests that failed. {noticed} of {planted} were noticed.

| part | fault | noticed by |
|--|--|--|
"""


@dataclass(frozen=True)
class Trial:
    """What the tests said of a fault; `noticed_by` is empty if they all passed."""

    fault: Fault
    noticed_by: str
    seconds: float


class BrokenTrialError(RuntimeError):
    """The exercise itself went wrong: a fault that does not fit, tests that fail without any."""


def main() -> int:
    """Run the exercise and print its table; return the exit code."""
    options = _options()
    chosen = [fault for fault in FAULTS if options.only in f"{fault.name} {fault.file}"]
    if not chosen:
        print(f"no fault is called or lies in '{options.only}'", file=sys.stderr)
        return 2
    try:
        for fault in chosen:
            _check_fits(fault)
        _check_tests_pass_without_a_fault(chosen)
        with ThreadPoolExecutor(options.jobs) as pool:
            trials = list(pool.map(_try, chosen))
    except BrokenTrialError as error:
        print(error, file=sys.stderr)
        return 2
    if options.write:
        earlier = options.write.read_text("utf-8") if options.write.is_file() else ""
        options.write.write_text(_page(trials, earlier), encoding="utf-8")
    else:
        print(_page(trials), end="")
    return 0 if all(trial.noticed_by for trial in trials) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--only", default="", help="faults with these words in their name or file")
    parser.add_argument("--jobs", type=int, default=1, help="faults tried side by side")
    parser.add_argument("--write", type=Path, help="file for the table, instead of the screen")
    return parser.parse_args()


def _check_fits(fault: Fault) -> None:
    """Refuse a fault whose text no longer stands in the program exactly once."""
    times = (ROOT / fault.file).read_text("utf-8").count(fault.right)
    if times != 1:
        raise BrokenTrialError(f"{fault.name}: its text stands {times} times in {fault.file}")


def _check_tests_pass_without_a_fault(chosen: Sequence[Fault]) -> None:
    """Refuse to go on with tests that fail anyway: they would notice everything."""
    tests = sorted({test for fault in chosen for test in fault.tests})
    with tempfile.TemporaryDirectory() as folder:
        code, last = _run_tests(_copy(Path(folder)), tests)
    if code != _PASSED:
        raise BrokenTrialError(f"the tests fail without any fault: {last}")


def _try(fault: Fault) -> Trial:
    """Plant a fault and run the tests until one fails."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        copy = _copy(Path(folder))
        file = copy / fault.file
        file.write_text(file.read_text("utf-8").replace(fault.right, fault.wrong), "utf-8")
        code, noticed_by = _run_tests(copy, fault.tests)
        if code == _PASSED:
            code, noticed_by = _run_tests(copy, ("tests",))
    if code not in (_PASSED, _FAILED):
        raise BrokenTrialError(f"{fault.name}: the tests could not run: {noticed_by}")
    noticed_by = noticed_by if code == _FAILED else ""
    seconds = time.perf_counter() - started
    print(f"{fault.name}: {noticed_by or 'NOT NOTICED'} ({seconds:.0f} s)", file=sys.stderr)
    return Trial(fault, noticed_by, seconds)


def _copy(folder: Path) -> Path:
    """Return a copy of what is in version control, as it stands now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        source, target = ROOT / name, folder / "copy" / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    return folder / "copy"


def _run_tests(copy: Path, tests: Sequence[str]) -> tuple[int, str]:
    """Run quick tests of a copy up to the first failure; return the exit code and which test it was."""
    # Not the user's cache of compiled code: every fault has a source, and so a cache, of its own.
    environment = os.environ | {
        "NUMBA_CACHE_DIR": str(copy.parent / "cache"), "PYTHONPATH": str(copy),
    }  # fmt: skip
    command = [
        sys.executable, "-m", "pytest", "-x", "-m", "not slow", "-p", "no:cacheprovider",
        "--hypothesis-profile", "unshrunk",
        # It compares the program's text with the faults, and so would notice any.
        "--ignore", "tests/unit/test_planted_faults.py",
    ]  # fmt: skip
    try:
        ended = subprocess.run(
            [*command, "--no-header", "--tb=no", "-rfE", *tests],
            cwd=copy, env=environment, capture_output=True, text=True, check=False,
            timeout=_MOST_SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return _FAILED, f"tests that did not end within {_MOST_SECONDS // 60} minutes"
    failed = re.search(r"^FAILED (\S+?)(?:\[.*)?(?: - .*)?$", ended.stdout, re.MULTILINE)
    return ended.returncode, failed[1] if failed else (ended.stdout + ended.stderr)[-400:]


def _page(trials: Sequence[Trial], earlier: str = "") -> str:
    """Return the document that `--write` writes; faults that were not tried keep their earlier rows."""
    rows = _rows_of(earlier)
    for trial in trials:
        fault = trial.fault
        rows[fault.name] = f"| `{fault.part}` | {fault.name} | {_shown(trial.noticed_by)} |"
    shown = [rows[fault.name] for fault in FAULTS if fault.name in rows]
    noticed = sum(_NOBODY not in row for row in shown)
    return _HEAD.format(noticed=noticed, planted=len(shown)) + "".join(f"{row}\n" for row in shown)


def _rows_of(page: str) -> dict[str, str]:
    """Return the rows of a page by the name of their fault."""
    return {line.split(" | ")[1]: line for line in page.splitlines() if line.startswith("| `")}


def _shown(test: str) -> str:
    if not test.startswith("tests/"):
        return test or _NOBODY
    return f"`{test.removeprefix('tests/')}`"


if __name__ == "__main__":
    sys.exit(main())
