"""The name of a run changes with everything that determines it, and with nothing else."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.runs import run_key as module
from sim.runs.run_key import code_fingerprint, hash_files, run_key, source_hash

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
DETERMINANTS = st.dictionaries(st.text(), PLAIN, max_size=4)


@given(DETERMINANTS)
def test_the_order_of_a_mapping_does_not_matter(determinants: dict[str, object]) -> None:
    turned = dict(reversed(determinants.items()))
    assert run_key(determinants, 0, "code") == run_key(turned, 0, "code")


@given(DETERMINANTS, DETERMINANTS)
def test_different_determinants_have_different_names(
    one: dict[str, object], other: dict[str, object]
) -> None:
    # repr tells 1, 1.0 and True apart; sorting makes it blind for order as the key is.
    def shown(value: object) -> object:
        if isinstance(value, dict):
            return sorted((key, shown(item)) for key, item in value.items())
        return [shown(item) for item in value] if isinstance(value, list) else repr(value)

    same = repr(shown(one)) == repr(shown(other))
    assert (run_key(one, 0, "code") == run_key(other, 0, "code")) == same


def test_replication_and_code_are_part_of_the_name() -> None:
    keys = {run_key({"seed": 1}, replication, code) for replication in (0, 1) for code in "ab"}
    assert len(keys) == 4
    assert all(len(key) == 64 for key in keys)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_are_none_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        run_key({"rate": value}, 0, "code")


def test_types_without_a_canonical_form_are_refused() -> None:
    with pytest.raises(TypeError, match="serializable"):
        run_key({"path": Path()}, 0, "code")


def test_files_are_known_by_their_content(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x.csv").write_bytes(b"1")
    (tmp_path / "a.csv").write_bytes(b"2")
    hashes = hash_files([tmp_path / "b" / "x.csv", tmp_path / "a.csv"], tmp_path)
    assert list(hashes.items()) == [
        ("a.csv", hashlib.sha256(b"2").hexdigest()),
        ("b/x.csv", hashlib.sha256(b"1").hexdigest()),
    ]


def test_the_code_changes_with_a_source_file_and_with_a_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sim, "__file__", str(tmp_path / "__init__.py"))
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "clock.py").write_text("now = 0")
    first, fingerprint = source_hash(), code_fingerprint()
    (tmp_path / "engine" / "clock.pyc").write_text("ignored")
    assert source_hash() == first
    (tmp_path / "engine" / "clock.py").write_text("now = 1")
    assert source_hash() != first
    (tmp_path / "engine" / "clock.py").write_text("now = 0")
    assert code_fingerprint() == fingerprint
    monkeypatch.setattr(module, "library_versions", lambda names: dict.fromkeys(names, "0"))
    assert code_fingerprint() != fingerprint
