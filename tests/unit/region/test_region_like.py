"""A region takes what it does not have from another, and says what it lacks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from sim.errors import InputError
from sim.region import load_region
from sim.region.manifest import read_manifest
from sim.region.schemas import tables
from sim.subjects.care.cases import read_region


def written(folder: Path, right: str, wrong: str, name: str = "region.yaml") -> Path:
    file = folder / name
    text = file.read_text("utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong, 1), "utf-8")
    return folder


def test_what_is_missing_comes_from_the_other_region(one_hospital_folder: Path) -> None:
    manifest = read_manifest(one_hospital_folder)
    own = {"counties", "places", "facilities"}
    assert {name for name, path in manifest.tables.items() if name in own} == own
    assert all(manifest.tables[name].parent == one_hospital_folder for name in own)
    taken = {name for name, table in tables().items() if table.left_out == "like"} - {"layout"}
    assert manifest.borrowed == taken
    place = (one_hospital_folder.parent / "fujian").resolve()
    assert {manifest.tables[name].resolve().parent for name in taken} == {place}


def test_a_table_of_its_own_is_its_own(one_hospital_folder: Path) -> None:
    theirs = one_hospital_folder.parent / "fujian" / "schemes.csv"
    text = theirs.read_text("utf-8").replace("职工医保", "我县医保", 1)
    (one_hospital_folder / "schemes.csv").write_text(text, "utf-8")
    written(one_hospital_folder, "tables:\n", "tables:\n  schemes: schemes.csv\n")
    region = load_region(one_hospital_folder)
    assert "我县医保" in set(region.schemes["name_zh"])
    assert "schemes" not in read_manifest(one_hospital_folder).borrowed
    # Their sources say nothing of it.
    assert "schemes" not in set(region.sources["table"])
    assert {"conditions", "kinds"} <= set(region.sources["table"])


def test_norms_are_never_taken(one_hospital_folder: Path) -> None:
    written(one_hospital_folder, "  facilities: facilities.csv\n", "")
    with pytest.raises(InputError) as error:
        load_region(one_hospital_folder)
    missing = {str(problem.key) for problem in error.value.problems}
    norms = {name for name, table in tables().items() if table.spared_by == ("facilities",)}
    assert missing == {f"tables.{name}" for name in norms}


@pytest.mark.parametrize(
    ("like", "words"),
    [
        ("../nowhere", "there is no region in '../nowhere'"),
        ("3", "the folder of another region is expected"),
        (".", "this region is like itself"),
    ],
)
def test_what_is_no_other_region(one_hospital_folder: Path, like: str, words: str) -> None:
    written(one_hospital_folder, "like: ../fujian", f"like: {like}")
    with pytest.raises(InputError, match=words) as error:
        load_region(one_hospital_folder)
    assert error.value.problems[0].line == 7


def test_a_circle_of_regions(one_hospital_folder: Path) -> None:
    with (one_hospital_folder.parent / "fujian" / "region.yaml").open(
        "a", encoding="utf-8"
    ) as file:
        file.write("\nlike: ../one-hospital\n")
    with pytest.raises(InputError, match="this region is like itself"):
        load_region(one_hospital_folder)


def test_without_another_region_each_missing_table_is_named(one_hospital_folder: Path) -> None:
    written(one_hospital_folder, "like: ../fujian\n", "")
    with pytest.raises(InputError) as error:
        load_region(one_hospital_folder)
    wanted = {f"tables.{name}" for name, t in tables().items() if t.left_out == "like"}
    assert {str(p.key) for p in error.value.problems} == (wanted - {"tables.layout"}) | {
        "definitions"
    }
    assert "write 'like: ../fujian'" in str(error.value)


def test_a_region_is_another_when_what_it_takes_is(one_hospital_folder: Path) -> None:
    before = read_region(one_hospital_folder)
    assert read_region(one_hospital_folder) is before
    written(one_hospital_folder.parent / "fujian", "职工医保", "职工", "schemes.csv")
    after = read_region(one_hospital_folder)
    assert after is not before
    assert "职工" in set(after.schemes["name_zh"])
    # What is said of its sources is read again as well.
    written(one_hospital_folder.parent / "fujian", "no source read", "a survey", "sources.csv")
    assert read_region(one_hospital_folder) is not after


def chain(folder: Path) -> Path:
    """Return a region that is like the teaching region, which is like Fujian."""
    last = Path(shutil.copytree(folder, folder.with_name("last")))
    return written(last, "like: ../fujian", "like: ../one-hospital")


def test_sources_come_along_by_way_of_others(one_hospital_folder: Path) -> None:
    last = load_region(chain(one_hospital_folder))
    pd.testing.assert_frame_equal(last.sources, load_region(one_hospital_folder).sources)
    assert {"conditions", "capability", "kinds"} <= set(last.sources["table"])


def test_what_a_nearer_region_says_of_a_column_holds(one_hospital_folder: Path) -> None:
    (one_hospital_folder / "sources.csv").write_text(
        "table,column,source,confidence,low,high\nservices,minutes.doctor,our survey,assumed,0.9,1.1\n",
        "utf-8",
    )
    written(one_hospital_folder, "tables:\n", "tables:\n  sources: sources.csv\n")
    for folder in (one_hospital_folder, chain(one_hospital_folder)):
        sources = load_region(folder).sources.set_index(["table", "column"])
        assert sources.index.is_unique
        assert sources.at[("services", "minutes.doctor"), "source"] == "our survey"
        assert ("services", "cv.doctor") in sources.index


def test_sources_of_tables_that_are_not_taken_stay_behind(one_hospital_folder: Path) -> None:
    assert not {"counties", "statistics", "layout"} & set(
        load_region(one_hospital_folder).sources["table"]
    )


def test_layout_is_taken_where_anything_is_laid_out(one_hospital_folder: Path) -> None:
    assert "layout" not in read_manifest(one_hospital_folder).tables
    without_places = written(one_hospital_folder, "  places: places.csv\n", "")
    assert "layout" in read_manifest(without_places).borrowed


def test_a_file_that_is_no_region(one_hospital_folder: Path) -> None:
    written(one_hospital_folder, "like: ../fujian", "like: ../fujian/kinds.csv")
    with pytest.raises(InputError, match=r"kinds\.csv:1"):
        load_region(one_hospital_folder)


def test_a_folder_that_is_no_region(one_hospital_folder: Path) -> None:
    written(one_hospital_folder, "like: ../fujian", "like: ..")
    with pytest.raises(InputError, match=r"there is no region in '\.\.'"):
        load_region(one_hospital_folder)


def test_a_long_chain_of_regions_that_are_like_each_other_has_an_end(tmp_path: Path) -> None:
    for number in range(100):
        folder = tmp_path / f"r{number}"
        folder.mkdir()
        text = f"name: r{number}\ntitle: {{zh: 试, en: T}}\nyear: 2020\ntables: {{}}\n"
        (folder / "region.yaml").write_text(f"{text}like: ../r{number + 1}\n", "utf-8")
    with pytest.raises(InputError) as caught:
        load_region(tmp_path / "r0")
    (problem,) = caught.value.problems
    assert (problem.line, problem.key) == (5, "like")
    assert problem.what == "is like a region that is like another, more than 20 times"
