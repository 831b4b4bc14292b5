"""A case is another one as soon as any file of its region is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.runs.case import Case
from sim.runs.run_key import hash_file
from sim.scenario import load_scenario
from sim.subjects.care.cases import CarePayload, care_case

_SHIPPED = Path(__file__).parents[3] / "scenarios"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the scenarios that a test may change."""
    return Path(shutil.copytree(_SHIPPED, tmp_path / "scenarios"))


def short_case(folder: Path, region: str = "fujian/taining") -> Case[CarePayload]:
    """Return a short scenario of one county as a case."""
    path = folder / "short.yaml"
    path.write_text(
        "name: short\nextends: baseline-2020\ntitle: {zh: 短, en: Short}\n"
        f"region: {region}\n"
        "run: {warm_up: 0 w, length: 1 w, replications: 1}\n",
        encoding="utf-8",
    )
    return care_case(load_scenario(path, folder), folder)


def key_of(folder: Path, region: str = "fujian/taining") -> str:
    """Return the key of a short scenario of one county."""
    return short_case(folder, region).payload.source.key


@pytest.mark.parametrize(
    "place", ["schemes.csv", "mine/schemes.csv", "schemes.CSV", "../../elsewhere/schemes.csv"]
)
def test_another_number_in_a_table_is_another_case_wherever_the_table_lies(
    folder: Path, place: str
) -> None:
    region = folder / "regions" / "fujian"
    table = region / place
    table.parent.mkdir(exist_ok=True)
    (region / "schemes.csv").rename(table)
    manifest = region / "region.yaml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace("schemes: schemes.csv", f"schemes: {place}"), encoding="utf-8")
    before = key_of(folder)
    assert key_of(folder) == before
    text = table.read_text(encoding="utf-8")
    assert "0.335" in text
    table.write_text(text.replace("0.335", "0.336"), encoding="utf-8")
    assert key_of(folder) != before


@pytest.mark.parametrize(
    ("name", "right", "wrong", "another"),
    [
        ("schemes.csv", "0.335", "0.336", True),
        ("sources.csv", "assumed,0.75,1.4", "assumed,0.8,1.4", True),
        ("counties.csv", "669090", "669091", False),
        ("layout.csv", "0.6", "0.61", False),
    ],
)
def test_another_number_in_a_table_that_is_taken_is_another_case(
    folder: Path, name: str, right: str, wrong: str, another: bool
) -> None:
    before = key_of(folder, "one-hospital")
    table = folder / "regions" / "fujian" / name
    text = table.read_text(encoding="utf-8")
    assert right in text
    table.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    assert (key_of(folder, "one-hospital") != before) == another


def test_a_missing_table_is_told_by_name(folder: Path) -> None:
    (folder / "regions" / "fujian" / "schemes.csv").unlink()
    with pytest.raises(InputError, match=r"schemes\.csv: file not found"):
        key_of(folder)


def test_a_region_that_was_edited_is_read_anew(folder: Path) -> None:
    # A notebook, or a worker of a cluster, lives longer than one study.
    table = folder / "regions" / "fujian" / "schemes.csv"
    before = short_case(folder)
    assert short_case(folder).payload.outline == before.payload.outline
    table.write_text(table.read_text("utf-8").replace("0.335", "0.336"), "utf-8")
    assert short_case(folder).payload.outline != before.payload.outline


def test_a_case_names_the_files_that_other_machines_must_have(folder: Path) -> None:
    files = short_case(folder).files
    region = folder / "regions" / "fujian"
    assert {region / "region.yaml", region / "schemes.csv"} <= set(map(Path, files))
    assert all(Path(path).is_absolute() for path in files)
    assert all(hash_file(Path(path)) == checksum for path, checksum in files.items())
