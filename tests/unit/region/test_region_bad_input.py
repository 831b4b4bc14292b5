"""Every mistake is named with file, line and column, all at once, and nothing is loaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from sim.errors import InputError
from sim.region import load_region

# What is replaced in which file, and what the message must say.
CASES = {
    "negative number": (
        "services.csv",
        "village_clinic,doctor,doctors,0.6",
        "village_clinic,doctor,doctors,-0.6",
        ["services.csv:2", "ratio", "-0.6 is below 0"],
    ),
    "a column that moved": (
        "kinds.csv",
        "calendar,staff_per_bed",
        "calendar,exam_min",
        ["kinds.csv:1", "exam_min", "it is services.minutes, skill: laboratory and imaging now"],
    ),
    "a ward by its former name": (
        "conditions.csv",
        "ward_general,,respiratory",
        "general,,respiratory",
        ["conditions.csv:2", "'general' is no ward of skills", "did you mean 'ward_general'?"],
    ),
    "a source of a column that moved": (
        "sources.csv",
        "kinds,staff_per_bed",
        "kinds,outpatient_share",
        ["sources.csv", "it is services.ratio, skill: doctor now"],
    ),
    "a source of a skill that is not there": (
        "sources.csv",
        "services,minutes.doctor",
        "services,minutes.doctr",
        ["sources.csv", "did you mean 'minutes.doctor'?"],
    ),
    "a service of an unknown skill": (
        "services.csv",
        "county_general,imaging",
        "county_general,imagin",
        ["services.csv", "'imagin' is no skill of skills", "did you mean 'imaging'?"],
    ),
    "beds counted by doctors": (
        "services.csv",
        "county_general,ward_general,beds",
        "county_general,ward_general,doctors",
        ["services.csv", "basis", "a service with the role 'ward' is counted by beds"],
    ),
    "doctors counted by beds": (
        "services.csv",
        "county_general,imaging,physicians",
        "county_general,imaging,beds",
        ["services.csv", "basis", "'exam' is counted by doctors or physicians"],
    ),
    "a kind without its general service": (
        "services.csv",
        "village_clinic,doctor,",
        "village_clinic,laboratory,",
        ["services.csv", "the kind 'village_clinic' has no service 'doctor'"],
    ),
    "a role that nothing has": (
        "skills.csv",
        "step_down,step_down,",
        "step_down,ward,",
        ["skills.csv", "no skill has the role 'step_down'"],
    ),
    "a consultation that takes no time": (
        "services.csv",
        "village_clinic,doctor,doctors,0.6,0,1,6",
        "village_clinic,doctor,doctors,0.6,0,1,0",
        ["services.csv:2", "minutes", "more than 0 minutes"],
    ),
    "beds by the hour": (
        "services.csv",
        "county_general,ward_general,beds,0",
        "county_general,ward_general,beds,0.1",
        ["services.csv", "ratio", "leave it 0"],
    ),
    "rooms that are a part of the beds": (
        "services.csv",
        "county_general,imaging,physicians,0.0945,0.00945,1,18,0.5,0",
        "county_general,imaging,physicians,0.0945,0.00945,1,18,0.5,0.1",
        ["services.csv", "share_of_beds", "only services counted by beds"],
    ),
    "more doctors on duty than there are": (
        "services.csv",
        "village_clinic,doctor,doctors,0.6",
        "village_clinic,doctor,doctors,1.6",
        ["services.csv:2", "ratio", "the services of village_clinic need 1.6 of its doctors"],
    ),
    "wards that do not add up": (
        "services.csv",
        "county_general,ward_general,beds,0,0,0,0,0,0.565",
        "county_general,ward_general,beds,0,0,0,0,0,0.485",
        ["services.csv", "share_of_beds", "the wards of county_general add up to 0.92"],
    ),
    "an exam that nobody gives": (
        "recipes.csv",
        "*,*,1,laboratory",
        "*,*,1,laborator",
        ["recipes.csv:2", "skill", "'lab", "role 'exam'", "did you mean 'laboratory'?"],
    ),
    "a ward as an exam": (
        "recipes.csv",
        "*,*,1,laboratory",
        "*,*,1,ward_general",
        ["recipes.csv:2", "skill", "'ward_general' is no skill of skills with the role 'exam'"],
    ),
    "what stands in for an exam is not there": (
        "recipes.csv",
        "*,*,1,laboratory,0.293,1,skip",
        "*,*,1,laboratory,0.293,1,skipp",
        ["recipes.csv:2", "otherwise", "did you mean 'skip'?"],
    ),
    "an exam that stands in for itself": (
        "recipes.csv",
        "*,*,1,laboratory,0.293,1,skip",
        "*,*,1,laboratory,0.293,1,laboratory",
        ["recipes.csv:2", "otherwise", "in a ring: laboratory -> laboratory"],
    ),
    "exams that stand in for each other": (
        "recipes.csv",
        "*,*,1,laboratory,0.293,1,skip\n*,*,2,imaging,0.293,1,skip",
        "*,*,1,laboratory,0.293,1,imaging\n*,*,2,imaging,0.293,1,laboratory",
        [
            "recipes.csv:2",
            "in a ring: laboratory -> imaging -> laboratory",
            "recipes.csv:3",
            "in a ring: imaging -> laboratory -> imaging",
        ],
    ),
    "the same exam twice in a recipe": (
        "recipes.csv",
        "*,*,2,imaging",
        "*,*,2,laboratory",
        ["recipes.csv:3", "skill", "'laboratory' is a step of this recipe already"],
    ),
    "more patients with an exam than there are": (
        "recipes.csv",
        "*,*,1,laboratory,0.293",
        "*,*,1,laboratory,2.93",
        ["recipes.csv:2", "share", "2.93 is above 1"],
    ),
    "a recipe of a condition that is not there": (
        "recipes.csv",
        "stroke,*,1",
        "strokes,*,1",
        ["recipes.csv", "'strokes' is no condition of conditions", "did you mean 'stroke'?"],
    ),
    "a condition and a band without a recipe": (
        "recipes.csv",
        "*,*,1,laboratory,0.293,1,skip\n*,*,2,imaging,0.293,1,skip",
        "*,mild,1,laboratory,0.293,1,skip\n*,moderate,2,imaging,0.293,1,skip",
        ["recipes.csv", "condition+band", "there is no recipe for digestive, severe"],
    ),
    "share above one": (
        "capability.csv",
        "hospice,0.35",
        "hospice,1.35",
        ["capability.csv:18", "village_clinic", "1.35 is above 1"],
    ),
    "percentage": (
        "schemes.csv",
        "0.335",
        "33.5%",
        ["schemes.csv:2", "urban_share", "write a share between 0 and 1"],
    ),
    "text for a number": (
        "seasons.csv",
        "flat,1,1",
        "flat,1,one",
        ["seasons.csv:2", "factor", "'one' is not a number"],
    ),
    "thousands separator": (
        "reimbursement.csv",
        "150000",
        "150_000",
        ["reimbursement.csv:15", "ceiling_cny", "not a number"],
    ),
    "infinite": (
        "behaviour.csv",
        "readmission_delay_days,12,",
        "readmission_delay_days,inf,",
        ["behaviour.csv", "value", "'inf' is not a number"],
    ),
    "fraction of a person": (
        "counties.csv",
        "669090",
        "669090.5",
        ["counties.csv:2", "population", "not a whole number"],
    ),
    "empty population": (
        "counties.csv",
        "669090",
        "0",
        ["counties.csv:2", "population", "0 is below 1"],
    ),
    "empty cell": (
        "counties.csv",
        "Gulou,district,350100",
        "Gulou,district,",
        ["counties.csv:2", "prefecture", "empty"],
    ),
    "misspelled word": (
        "counties.csv",
        "Gulou,district",
        "Gulou,distrikt",
        ["counties.csv:2", "kind", "did you mean 'district'?"],
    ),
    "misspelled column": (
        "counties.csv",
        "rural_share",
        "rurl_share",
        ["counties.csv:1", "rurl_share", "did you mean 'rural_share'?"],
    ),
    "column twice": (
        "schemes.csv",
        "urban_share,rural_share",
        "urban_share,urban_share",
        ["schemes.csv:1", "appears twice"],
    ),
    "too few cells": (
        "schemes.csv",
        ",0.335,0.052",
        ",0.335",
        ["schemes.csv:2", "12 cells", "header has 13"],
    ),
    "row twice": (
        "schemes.csv",
        "residents,",
        "employees,",
        ["schemes.csv:3", "scheme", "already in line 2"],
    ),
    "neither yes nor no": (
        "conditions.csv",
        "infection,no",
        "infection,maybe",
        ["conditions.csv:2", "chronic", "neither yes nor no"],
    ),
    "not a time": (
        "calendars.csv",
        "always,1,00:00",
        "always,1,0:77",
        ["calendars.csv:2", "opens", "write HH:MM"],
    ),
    "closes before it opens": (
        "calendars.csv",
        "always,1,00:00,24:00",
        "always,1,18:00,08:00",
        ["calendars.csv:2", "closes", "later than opens"],
    ),
    "overlapping periods": (
        "calendars.csv",
        "hospital,1,14:30",
        "hospital,1,11:00",
        ["calendars.csv", "opens", "before that of line"],
    ),
    "unknown calendar": (
        "kinds.csv",
        "clinic,village,0",
        "clinic,vilage,0",
        ["kinds.csv:2", "calendar", "did you mean 'village'?"],
    ),
    "unknown season": (
        "conditions.csv",
        "ward_intensive,circulatory",
        "ward_intensive,circulatary",
        ["conditions.csv:6", "season", "did you mean 'circulatory'?"],
    ),
    "condition without capability": (
        "capability.csv",
        "stroke,",
        "strok,",
        ["capability.csv:8", "did you mean 'stroke'?", "'stroke' has no row"],
    ),
    "kind without capability": (
        "capability.csv",
        "private_clinic",
        "private_clinik",
        ["private_clinik", "did you mean 'private_clinic'?", "has no column"],
    ),
    "hour that is missing": (
        "onset_hours.csv",
        "emergency,7,23,0.7737\n",
        "",
        ["onset_hours.csv", "'emergency' has 167 rows and needs 168"],
    ),
    "prefecture that is missing": (
        "prefectures.csv",
        "350128,平潭综合实验区,Pingtan,350128,350100,0\n",
        "",
        ["counties.csv:13", "prefecture", "'350128' is no prefecture"],
    ),
    "admission beyond certainty": (
        "conditions.csv",
        "0.97,0.0,",
        "0.97,1.0,",
        ["conditions.csv:14", "admission_gradient", "must not exceed 1"],
    ),
    "more stays by ambulance than the condition has": (
        "conditions.csv",
        "0.09,0.2,0.7,chest_pain",
        "0.09,0.9,0.7,chest_pain",
        ["conditions.csv:6", "ambulance_admission", "it is 0 to 0.2192"],
    ),
    "fewer stays by ambulance than the others leave": (
        "conditions.csv",
        "0.153,0.97,0.0,4.5,0.4,0.0,0.0,1.5,1.72,0.631,0.02,0.03,0.97,none",
        "0.153,0.97,0.0,4.5,0.4,0.0,0.0,1.5,1.72,0.631,0.02,1,0.2,none",
        ["conditions.csv:14", "ambulance_admission", "it is 0.8039 to 1"],
    ),
    "ages that do not add up": (
        "counties.csv",
        "0.6503",
        "0.9503",
        ["counties.csv:2", "add up to 1.3"],
    ),
    "county without units": (
        "counties.csv",
        ",9,1,0,0",
        ",0,0,0,0",
        ["counties.csv:2", "at least one"],
    ),
    "season of eleven months": (
        "seasons.csv",
        "flat,12,1\n",
        "",
        ["seasons.csv:12", "11 months and needs 12"],
    ),
    "season with another mean": (
        "seasons.csv",
        "flat,12,1\n",
        "flat,12,3\n",
        ["seasons.csv:2", "must have mean 1"],
    ),
    "hour beyond the day": (
        "onset_hours.csv",
        "emergency,7,23,",
        "ambulatory,7,24,",
        ["onset_hours.csv:337", "hour", "above 23"],
    ),
    "schemes that do not add up": (
        "schemes.csv",
        "0.6506",
        "0.7506",
        ["urban_share", "add up to 1.1"],
    ),
    "reimbursement twice": (
        "reimbursement.csv",
        "none,outside,inpatient",
        "none,city,inpatient",
        ["reimbursement.csv:37", "already"],
    ),
    "value outside its range": (
        "behaviour.csv",
        "travel_per_minute,-0.02",
        "travel_per_minute,0.02",
        ["behaviour.csv:3", "outside its own range"],
    ),
    "unknown behaviour parameter": (
        "behaviour.csv",
        "referral_comply,0.6",
        "referal_comply,0.6",
        ["referal_comply", "did you mean 'referral_comply'?"],
    ),
    "the price of a visit by its old name": (
        "behaviour.csv",
        "cost_visit_per_100_cny,-0.03",
        "cost_per_100_cny,-0.03",
        ["cost_per_100_cny", "did you mean 'cost_visit_per_100_cny'?"],
    ),
    "missing behaviour parameter": (
        "behaviour.csv",
        "referral_comply,0.6",
        "referal_comply,0.6",
        ["al_comply' (patients who go where a doctor refers them, "],
    ),
    "value of a behaviour parameter without a meaning": (
        "behaviour.csv",
        "ambulance_speed_factor,1.3,ratio,1,",
        "ambulance_speed_factor,0,ratio,0,",
        ["0 has no meaning for 'ambulance_speed_factor'", "above 0"],
    ),
    "guess without a range": ("sources.csv", "assumed,0.85,1.15,", "assumed,,,", ["needs a range"]),
    "source of no column": (
        "sources.csv",
        "counties,population",
        "counties,poplation",
        ["sources.csv:2", "did you mean 'population'?"],
    ),
    "layout parameter": (
        "layout.csv",
        "size_spread",
        "size_spred",
        ["layout.csv:9", "did you mean 'size_spread'?", "'size_spread' is missing"],
    ),
    "split that does not add up": (
        "hospital_split.csv",
        "hospital,county_general,beds,0.382",
        "hospital,county_general,beds,0.482",
        ["hospital_split.csv", "hospital, beds add up to 1.1"],
    ),
    "unknown institution type": (
        "institution_types.csv",
        "cdc,",
        "cdcs,",
        ["institution_types.csv", "'cdcs' is no item of statistics"],
    ),
    "seat that does not exist": (
        "prefectures.csv",
        "350102",
        "350199",
        ["prefectures.csv:2", "seat_county", "350199"],
    ),
    "provincial shares": (
        "prefectures.csv",
        "350102,350100,0.62",
        "350102,350100,0.82",
        ["prefectures.csv", "add up to 1.2"],
    ),
    "quote that never ends": (
        "schemes.csv",
        "职工医保",
        '"职工医保',
        ["schemes.csv", "not a readable CSV"],
    ),
    "unknown key": (
        "region.yaml",
        "year: 2020",
        "yaer: 2020",
        ["region.yaml:5", "yaer", "did you mean 'year'?"],
    ),
    "year in words": (
        "region.yaml",
        "year: 2020",
        "year: twenty",
        ["region.yaml:5", "year", "for example 2020"],
    ),
    "title in one language": (
        "region.yaml",
        ", en: Fujian",
        "",
        ["region.yaml:4", "title", "both languages"],
    ),
    "tab in YAML": (
        "region.yaml",
        "  kinds:",
        "\tkinds:",
        ["region.yaml:47", "a tab is used to indent"],
    ),
    "unknown table": (
        "region.yaml",
        "  kinds: kinds",
        "  kinder: kinds",
        ["region.yaml:47", "tables.kinder", "did you mean 'kinds'?"],
    ),
    "missing table": ("region.yaml", "  kinds: kinds.csv\n", "", ["tables.kinds", "missing"]),
    "missing file": ("region.yaml", "kinds.csv", "gone.csv", ["gone.csv", "file not found"]),
    "neither CSV nor XLSX": (
        "region.yaml",
        "kinds.csv",
        "region.yaml",
        ["region.yaml", ".csv or an .xlsx"],
    ),
    "clinics nobody counted": (
        "statistics.csv",
        "village_clinic,institutions",
        "village_clinic,x",
        ["statistics.csv", "no number of village_clinic"],
    ),
    "doctors nobody counted": (
        "statistics.csv",
        "village_clinic,village_doctors",
        "village_clinic,x",
        ["statistics.csv", "no row 'village_clinic, village_doctors'"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_named_where_it_is(fujian_folder: Path, case: str):
    name, right, wrong, words = CASES[case]
    file = fujian_folder / name
    text = file.read_text(encoding="utf-8")
    assert right in text, "the case must spoil something"
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(InputError) as error:
        load_region(fujian_folder)
    message = str(error.value)
    for word in words:
        assert word in message
    assert all("\n" not in str(problem) for problem in error.value.problems)


def test_all_mistakes_are_named_at_once(fujian_folder: Path):
    for name in ("negative number", "empty population", "schemes that do not add up"):
        file, right, wrong, _ = CASES[name]
        path = fujian_folder / file
        path.write_text(path.read_text(encoding="utf-8").replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(InputError) as error:
        load_region(fujian_folder)
    assert {problem.file.name for problem in error.value.problems} == {
        "services.csv",
        "counties.csv",
        "schemes.csv",
    }


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"scheme,name_zh,name_en,urban_share,rural_share\n", "no rows"),
        (b"scheme\n\xff\xff caf\xe9\n", "UTF-8"),
    ],
)
def test_a_table_without_content(fujian_folder: Path, content: bytes, words: str):
    (fujian_folder / "schemes.csv").write_bytes(content)
    with pytest.raises(InputError, match=words):
        load_region(fujian_folder)


def half_a_sheet(file: Path) -> None:
    with ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with ZipFile(file, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part[: len(part) // 2] if "sheet1" in name else part)


def spoilt_bytes(file: Path) -> None:
    with ZipFile(file) as archive:
        sheet = archive.getinfo("xl/worksheets/sheet1.xml")
    content = bytearray(file.read_bytes())
    start = sheet.header_offset + 30 + len(sheet.filename)
    content[start : start + 20] = b"\xff" * 20
    file.write_bytes(content)


def text_instead(file: Path) -> None:
    file.write_bytes(b"not a workbook")


@pytest.mark.parametrize("spoil", [text_instead, half_a_sheet, spoilt_bytes])
def test_a_broken_workbook(fujian_folder: Path, spoil: Callable[[Path], None]):
    workbook = openpyxl.Workbook()
    for row in range(1, 200):
        workbook.active.append([f"cell {row} {column}" for column in range(9)])
    workbook.save(fujian_folder / "mine.xlsx")
    spoil(fujian_folder / "mine.xlsx")
    manifest = fujian_folder / "region.yaml"
    manifest.write_text(
        manifest.read_text(encoding="utf-8") + "  facilities: mine.xlsx\n", encoding="utf-8"
    )
    with pytest.raises(InputError, match="not a readable XLSX"):
        load_region(fujian_folder)


def test_a_column_wrong_throughout_does_not_fill_the_screen(fujian_folder: Path):
    file = fujian_folder / "onset_hours.csv"
    rows = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([rows[0], *(f"{row}x" for row in rows[1:])]), encoding="utf-8")
    with pytest.raises(InputError) as error:
        load_region(fujian_folder)
    assert len(error.value.problems) == 21
    assert "316 further cells" in str(error.value)


def test_a_folder_without_region_file(tmp_path: Path):
    with pytest.raises(InputError, match="there is no such region"):
        load_region(tmp_path)


def test_a_region_file_that_is_a_list(tmp_path: Path):
    (tmp_path / "region.yaml").write_text("- name\n", encoding="utf-8")
    with pytest.raises(InputError, match="must hold 'key: value' lines"):
        load_region(tmp_path)


@pytest.mark.parametrize(
    ("file", "right", "wrong", "words"),
    [
        ("places.csv", "yes,7000", "yes,6000", "has 20000 people and its parts add up to 19000"),
        ("facilities.csv", "55,5,", "55,56,", "more general practitioners than physicians"),
        (
            "region.yaml",
            "  places: places.csv\n",
            "",
            "area_km2: the land is needed to lay out places",
        ),
        ("region.yaml", "  counties: counties.csv\n", "", "tables.counties: this table is missing"),
    ],
)
def test_a_region_that_lists_its_people_is_checked(
    one_hospital_folder: Path, file: str, right: str, wrong: str, words: str
):
    path = one_hospital_folder / file
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(InputError, match=words):
        load_region(one_hospital_folder)


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("20000,8000", "19000,8000", "county 990101 has 20000 people"),
        ("20000,8000", "20000,28000", "more rural people than people"),
        ("990101001,990101,", "990101001,990102,", "is no county"),
        ("990101001,990101,", "990101002,990101,", "'990101001' is no township"),
    ],
)
def test_a_region_that_lists_its_townships_is_checked(
    one_hospital_folder: Path, right: str, wrong: str, words: str
):
    text = (
        "township,county,name_zh,name_en,kind,population,rural_population,lon,lat\n"
        "990101001,990101,小镇,Smalltown,town,20000,8000,118,26\n"
    )
    assert right in text
    (one_hospital_folder / "townships.csv").write_text(text.replace(right, wrong), "utf-8")
    with (one_hospital_folder / "region.yaml").open("a", encoding="utf-8") as file:
        file.write("  townships: townships.csv\n")
    with pytest.raises(InputError, match=words):
        load_region(one_hospital_folder)
