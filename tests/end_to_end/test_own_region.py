"""The page on regions of one's own is true: its files load, are checked, and run."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import sim
from sim.cli.app import main
from sim.region import load_region
from sim.region.reference import reference_page

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to-region.md"


@pytest.fixture
def scenarios(tmp_path: Path) -> Path:
    """A scenarios folder with Fujian and the region of the page."""
    folder = tmp_path / "scenarios"
    for name in ("targets", "regions/fujian"):
        shutil.copytree(ROOT / "scenarios" / name, folder / name)
    shutil.copy(ROOT / "scenarios" / "baseline-2020.yaml", folder)
    place = folder / "regions" / "our-county"
    place.mkdir()
    files = re.findall(r"`([a-z.]+)`:\n\n```\w+\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert [name for name, _ in files] == ["region.yaml", "counties.csv", "facilities.csv"]
    for name, text in files:
        (place / name).write_text(text, "utf-8")
    return folder


def test_the_region_of_the_page_runs(scenarios: Path) -> None:
    options = {"region": "our-county", "scenarios": scenarios}
    assert sim.remarks("baseline-2020", **options) == []
    answer = sim.run("baseline-2020", weeks=1, warm_up=1, replications=1, check=True, **options)
    indicators = answer.frames["indicators"].query("county == 0").set_index("indicator")["value"]
    assert indicators["visits_per_person"] > 1
    assert indicators["admissions_per_100"] > 1


def test_places_and_codes_follow_from_people(scenarios: Path) -> None:
    region = load_region(scenarios / "regions" / "our-county")
    assert region.townships["township"].tolist() == [990201001, 990201002, 990201003]
    assert region.counties["prefecture"].tolist() == [990200]
    urban = int(region.places["urban"].sum())
    assert (len(region.places) - urban, urban) == (round(30000 / 756), round(30000 / 3491))
    assert region.population == region.places["population"].sum() == 60_000
    assert region.facilities["prefecture"].tolist()[:9] == [990200] * 9
    # A borrowed table brings its sources along.
    assert "conditions" in set(region.sources["table"])


def test_strict_takes_warnings_for_errors(
    scenarios: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = scenarios / "regions" / "our-county" / "facilities.csv"
    text = file.read_text("utf-8")
    assert "1,240,90,0,0,130,260" in text
    file.write_text(text.replace("1,240,90,0,0,130,260", "1,240,0,0,0,130,260"), "utf-8")
    scenario = scenarios / "baseline-2020.yaml"
    scenario.write_text(scenario.read_text("utf-8").replace("fujian/youxi", "our-county"), "utf-8")
    words = ["baseline-2020", "--scenarios", str(scenarios), "--lang", "en"]
    with pytest.raises(SystemExit) as end:
        main(["check", *words])
    assert end.value.code == 0
    told = "facilities.csv:2: physicians: County hospital has 240 beds and no doctor"
    assert told in capsys.readouterr().out.replace("\n", "")
    for command in ("check", "run"):
        with pytest.raises(SystemExit) as end:
            main([command, *words, "--strict"])
        assert end.value.code == 2
        assert told in capsys.readouterr().err


def test_the_page_of_tables_is_current() -> None:
    page = (ROOT / "docs" / "reference-tables.md").read_text("utf-8")
    assert page == reference_page()
