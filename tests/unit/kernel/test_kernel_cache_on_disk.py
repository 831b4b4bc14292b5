"""Compiled code on disk is found again, not believed when garbled, and done without when it cannot be kept."""

from __future__ import annotations

import errno
import os
import pickle
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import pytest

from sim import kernel_cache
from sim.kernel_cache import cache_folder, keep_on_disk

ROOT = Path(__file__).parents[3]


def _twice(number: int) -> int:
    return 2 * number


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    kernel_cache._say_once.cache_clear()
    return tmp_path


def compiled() -> Any:
    """Return the function, compiled or taken from the disk."""
    dispatcher: Any = numba.njit(_twice)
    keep_on_disk(dispatcher)
    assert dispatcher(21) == 42
    return dispatcher


def times_found(dispatcher: Any) -> int:
    return sum(dispatcher.stats.cache_hits.values())


def file_of(disk: Path, suffix: str) -> Path:
    (file,) = disk.rglob(f"*.{suffix}")
    return file


def test_code_is_kept_and_found_again(disk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert [times_found(compiled()) for _ in range(2)] == [0, 1]
    assert capfd.readouterr().err == ""


def _flip_a_bit(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 4
    file.write_bytes(content)


GARBLED: dict[str, tuple[str, Callable[[Path], object]]] = {
    "the index is something else": ("nbi", lambda file: file.write_text("no pickle")),
    "the index is empty": ("nbi", lambda file: file.write_bytes(b"")),
    "the index is cut short": ("nbi", lambda file: file.write_bytes(file.read_bytes()[:-9])),
    "the code is something else": ("nbc", lambda file: file.write_text("no machine code")),
    "the code is empty": ("nbc", lambda file: file.write_bytes(b"")),
    "a bit of the code is another": ("nbc", _flip_a_bit),
    "the code is a pickle of somebody else": (
        "nbc",
        lambda file: file.write_bytes(pickle.dumps(("code", "of", "somebody"))),
    ),
}


@pytest.mark.parametrize("kind", GARBLED)
def test_garbled_code_is_told_of_and_compiled_anew(
    disk: Path, capfd: pytest.CaptureFixture[str], kind: str
) -> None:
    suffix, garble = GARBLED[kind]
    compiled()
    garble(file_of(disk, suffix))
    assert times_found(compiled()) == 0
    line = capfd.readouterr().err
    assert line.count("\n") == 1
    assert "is garbled; it is compiled anew" in line
    # What was compiled anew is kept in its place.
    assert times_found(compiled()) == 1


def test_a_full_disk_is_told_of_once_and_done_without(
    disk: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(kernel_cache._CheckedFiles, "_open_for_write", full)
    assert [times_found(compiled()) for _ in range(2)] == [0, 0]
    line = capfd.readouterr().err
    assert line.count("\n") == 1
    assert "no space left on device; it is compiled anew every time" in line


def test_the_folder_is_made_for_its_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "kept"))
    folder, why_not = cache_folder("abc")
    assert (folder, why_not) == (tmp_path / "kept" / "abc", "")
    for place in (folder, folder.parent):
        assert stat.S_IMODE(place.stat().st_mode) & 0o077 == 0


@pytest.mark.parametrize("mode", [0o777, 0o775])
@pytest.mark.parametrize("place", ["kept", "kept/abc"])
def test_a_folder_that_others_can_write_to_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, place: str
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "kept"))
    cache_folder("abc")
    (tmp_path / place).chmod(mode)
    assert cache_folder("abc") == (
        None,
        f"others can write to the cache folder (chmod go-w {tmp_path / place})",
    )


def test_a_folder_of_ones_own_in_a_sticky_one_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    tmp_path.chmod(0o1777)
    assert cache_folder("abc")[0] == tmp_path / "abc"


def test_a_folder_that_cannot_be_made_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("mine")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file"))
    folder, why_not = cache_folder("abc")
    assert folder is None
    assert why_not.startswith("the cache folder cannot be written")


def test_the_program_works_without_a_cache_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    code = "from sim.kernel import CACHE_FOLDER, NO_CACHE; print(CACHE_FOLDER, NO_CACHE)"
    answer = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(tmp_path / "file")},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert answer.stdout.startswith("None the cache folder cannot be written")
