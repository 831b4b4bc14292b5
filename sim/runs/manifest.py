"""The manifest: what was run, with which code, inputs and machine, and how every run ended."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

import sim
from sim.errors import InputError, Problem
from sim.runs.atomic import clear_os_errors, write_text
from sim.runs.case import Case, Payload
from sim.runs.outputs import refuse_irregular
from sim.runs.run_key import (
    NUMERICAL_LIBRARIES,
    hash_json,
    library_versions,
    package_folder,
    source_hash,
)

FORMAT: Final = "tiered-care-study/2"
"""Says that a JSON file is a manifest, and which edition of it."""

_LONGEST_PLAIN_TEXT = 200
_MOST_BYTES = 1 << 28
"""A manifest of a hundred thousand runs has a tenth of it."""


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RunRecord(_Record):
    """How one run ended.

    Attributes
    ----------
    scenario, replication, key
        Which run it is.
    status
        ``done`` and ``failed`` say so; ``waiting`` has not been run (yet).
    reused
        Whether the result was computed by an earlier call.
    started, seconds
        When it was computed (UTC) and how long that took. Of runs that were computed together: since the one
        before was done, so that what they share is counted once, with the first that needed it.
    frames
        SHA-256 of each table that the run has left, by name.
    error, traceback
        What went wrong, in one line and in full; of a finished run: why it could not be computed together with
        others, and was by itself.
    """

    scenario: str
    replication: int
    key: str
    status: Literal["waiting", "done", "failed"] = "waiting"
    reused: bool = False
    started: datetime | None = None
    seconds: float | None = None
    frames: dict[str, str] = {}
    error: str | None = None
    traceback: str | None = None


class ScenarioRecord(_Record):
    """What determines the runs of one scenario; long texts are shown by their hash."""

    scenario: str
    replications: int
    determinants: dict[str, object]
    determinants_sha256: str


class GitState(_Record):
    """The commit the package is at, and whether its files were changed since."""

    commit: str
    changed: bool


class Machine(_Record):
    """Where the study ran."""

    platform: str
    processor: str
    processors: int


class Manifest(_Record):
    """Everything needed to find out later how a study came about.

    Attributes
    ----------
    status
        ``running`` (or killed while running), ``done``, ``failed`` (at least one run did),
        ``interrupted``.
    command
        The command line, without the folder of the program.
    workers
        Processes that computed runs.
    code_sha256
        Hash of the package's sources.
    files
        What the study has written beside this manifest and the runs, relative to its folder; another study in
        the folder removes these and nothing else.
    foreign
        What was in the folder before and is nobody's: a study that goes on after this one was killed, and could
        not say what it has written, leaves these alone.
    """

    format: Literal["tiered-care-study/2"] = FORMAT
    status: Literal["running", "done", "failed", "interrupted"]
    command: list[str]
    started: datetime
    ended: datetime | None = None
    workers: int
    package: str
    code_sha256: str
    git: GitState | None
    python: str
    libraries: dict[str, str]
    machine: Machine
    scenarios: list[ScenarioRecord]
    runs: list[RunRecord]
    files: list[str] = []
    foreign: list[str] = []


def new_manifest(
    cases: Iterable[Case[Payload]],
    runs: Iterable[RunRecord],
    workers: int,
    foreign: Sequence[str] = (),
) -> Manifest:
    """Return the manifest of a study that starts now.

    Parameters
    ----------
    cases : iterable of Case
        The scenarios.
    runs : iterable of RunRecord
        All runs, as far as they are known.
    workers : int
        Processes that will compute runs.
    foreign : sequence of str
        Files in the folder that are nobody's.
    """
    return Manifest(
        status="running",
        foreign=[*foreign],
        command=[_readable(word) for word in (Path(sys.argv[0]).name, *sys.argv[1:])],
        started=datetime.now(UTC),
        workers=workers,
        package=sim.__version__,
        code_sha256=source_hash(),
        git=git_state(package_folder()),
        python=platform.python_version(),
        libraries=library_versions((*NUMERICAL_LIBRARIES, "pyarrow", "pydantic")),
        machine=Machine(
            platform=platform.platform(),
            processor=platform.machine(),
            processors=os.cpu_count() or 1,
        ),
        scenarios=[
            ScenarioRecord(
                scenario=case.name,
                replications=case.replications,
                determinants={key: _shown(value) for key, value in case.determinants.items()},
                determinants_sha256=hash_json(case.determinants),
            )
            for case in cases
        ],
        runs=list(runs),
    )


def write_manifest(manifest: Manifest, path: Path) -> None:
    """Write a manifest as JSON, atomically.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    write_text(path, manifest.model_dump_json(indent=2) + "\n")


def read_manifest(path: Path) -> Manifest:
    """Read a manifest.

    Raises
    ------
    InputError
        If the file cannot be read or is not a manifest of a study.
    """
    with clear_os_errors(path, "cannot read"):
        text = path.read_text(encoding="utf-8", errors="replace")
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        what = f"not the manifest of a study in the format {FORMAT}"
        raise InputError(Problem(what, path)) from error


def _readable(word: str) -> str:
    """Return a word of the command line as text, also where the locale cannot write it."""
    return os.fsencode(word).decode("utf-8", errors="replace")


def check_is_manifest(path: Path) -> None:
    """Refuse a file that is not the manifest of a study, of this or another edition.

    Raises
    ------
    InputError
        If the file is there and is something else, so that it is not overwritten.
    """
    if not os.path.lexists(path):
        return
    refuse_irregular(path)
    if not str(_content(path).get("format")).startswith(FORMAT.split("/")[0] + "/"):
        raise InputError(Problem("not the manifest of a study; choose a new folder", path))


def written_files(path: Path) -> list[str]:
    """Return what the study of a manifest has written, relative to its folder; nothing if there is none."""
    files = _content(path).get("files") if path.is_file() else None
    if not isinstance(files, list):
        return []
    return [name for name in files if isinstance(name, str)]


def foreign_files(path: Path, there: Iterable[str]) -> set[str]:
    """Return which of the files in a study's folder no study has written, relative to the folder.

    Parameters
    ----------
    path : Path
        The manifest of the study before; without one everything is foreign.
    there : iterable of str
        Files of the kinds that studies write.
    """
    content = _content(path) if path.is_file() else {}
    if content.get("status") == "running":
        # It was killed: what it did not find there is its own.
        found = content.get("foreign")
        return set(there) & set(found if isinstance(found, list) else ())
    return set(there) - set(written_files(path))


def run_keys(path: Path) -> list[str]:
    """Return the keys of the runs of the study of a manifest, in its order; nothing if there is none."""
    runs = _content(path).get("runs") if path.is_file() else None
    if not isinstance(runs, list):
        return []
    return [str(run.get("key")) for run in runs if isinstance(run, dict)]


def _content(path: Path) -> dict[str, object]:
    """Return what a JSON file holds if that is a mapping of reasonable size; else nothing."""
    with clear_os_errors(path, "cannot read"):
        if path.stat().st_size > _MOST_BYTES:
            return {}
        text = path.read_text(encoding="utf-8", errors="replace")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def git_state(folder: Path) -> GitState | None:
    """Return the commit of the sources in `folder`, or ``None`` if git does not keep them.

    An installed package may lie inside somebody else's repository; only tracked sources count.
    """
    if _git(folder, "ls-files", "--error-unmatch", "__init__.py") is None:
        return None
    commit, changes = _git(folder, "rev-parse", "HEAD"), _git(folder, "status", "--porcelain", ".")
    if commit is None or changes is None:
        return None
    return GitState(commit=commit.strip(), changed=bool(changes.strip()))


def _git(folder: Path, *arguments: str) -> str | None:
    """Return what git says, or ``None`` when git is missing or refuses."""
    try:
        answer = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            capture_output=True,
            check=True,
            encoding="utf-8",
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout


def _shown(value: object) -> object:
    """Return a determinant as it is shown: long texts by their hash."""
    if isinstance(value, str) and len(value) > _LONGEST_PLAIN_TEXT:
        return f"sha256:{hash_json(value)}"
    if isinstance(value, Mapping):
        return {key: _shown(item) for key, item in value.items()}
    return json.loads(json.dumps(value))
