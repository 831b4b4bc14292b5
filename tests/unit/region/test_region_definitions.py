"""The definitions of a region file: read, borrowed, refused, and what they make inside."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from sim.errors import InputError
from sim.region import load_region
from sim.region.definitions import Definitions
from sim.region.manifest import read_manifest
from sim.world.care.build.definitions import definition_fields, inside_of

DISTRICT, NEIGHBOUR, COUNTY_CODE, CITY_CODE = 350102, 350103, 350121, 350100


def change(folder: Path, old: str, new: str) -> None:
    file = folder / "region.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_the_shipped_definitions_say_what_the_region_file_says(fujian_folder: Path) -> None:
    found = load_region(fujian_folder).definitions
    assert found.county_area == ("county", "county-level city")
    assert (found.district_inside, found.admissions) == ("own_district", "survey")
    assert found.common_until("skin") == 1
    assert found.common_until("nervous") == 0
    assert found.common_until("tumours") == -1


def test_a_region_that_is_like_another_takes_its_definitions(one_hospital_folder: Path) -> None:
    borrowed = read_manifest(one_hospital_folder)
    assert (
        borrowed.definitions == read_manifest(one_hospital_folder.with_name("fujian")).definitions
    )
    # What they say belongs to what the region is, so its runs are others when they change.
    assert borrowed.files["definitions"] == borrowed.defined_in != borrowed.path


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[county, county-level city]", "[county, town]", ["county_area", "'town'", "district"]),
        ("[county, county-level city]", "county", ["county_area", "a list"]),
        ("own_district\n  # The", "own_town\n  # The", ["district_inside", "own_city"]),
        ("admissions: survey", "admissions: guess", ["admissions", "administrative"]),
        ("admissions: survey", "admision: survey", ["admision", "'admissions'"]),
        ("skin: moderate", "skin: grave", ["common_conditions", "mild, moderate, severe"]),
        ("skin: moderate", "skim: moderate", ["common_conditions.skim", "'skin'"]),
        ("definitions:\n", "definition:\n", ["definition", "did you mean 'definitions'"]),
    ],
)
def test_a_wrong_definition_is_refused_with_what_is_allowed(
    fujian_folder: Path, old: str, new: str, words: list[str]
) -> None:
    change(fujian_folder, old, new)
    with pytest.raises(InputError) as refused:
        load_region(fujian_folder)
    said = str(refused.value)
    assert all(word in said for word in ("region.yaml", *words)), said


def facilities_of(region: object) -> object:
    """One facility of each sort: two districts', a county's, the city's, the province's, another city's."""
    table = region.facilities  # type: ignore[attr-defined]

    def first(**cells: object) -> int:
        rows = np.ones(len(table), dtype=bool)
        for column, value in cells.items():
            rows &= (table[column] == value).to_numpy()
        return int(np.flatnonzero(rows)[0])

    chosen = [
        first(county=DISTRICT, tier="county"),
        first(county=NEIGHBOUR, tier="county"),
        first(county=COUNTY_CODE, tier="county"),
        first(prefecture=CITY_CODE, tier="city"),
        first(tier="province"),
        first(prefecture=350200, tier="city"),
    ]
    return table.iloc[chosen].reset_index(drop=True)


@pytest.mark.parametrize(
    ("switch", "district"),
    [
        ("own_district", [True, False, False, False, False, False]),
        ("own_city", [True, True, False, True, False, False]),
    ],
)
def test_what_is_inside_for_a_district_and_for_a_county(
    fujian_folder: Path, switch: str, district: list[bool]
) -> None:
    region = load_region(fujian_folder)
    defined = region.definitions
    changed = Definitions(
        defined.county_area, switch, defined.admissions, defined.common_conditions
    )
    inputs = SimpleNamespace(
        region=SimpleNamespace(definitions=changed, counties=region.counties),
        conditions=region.conditions,
    )
    facilities, counties = facilities_of(region), np.array([DISTRICT, COUNTY_CODE])
    fields = definition_fields(inputs, facilities, counties)  # type: ignore[arg-type]
    index = {DISTRICT: 0, COUNTY_CODE: 1}
    fields["facility_county"] = np.array([index.get(c, -1) for c in facilities["county"]])  # type: ignore[index]
    inside = inside_of(fields)
    assert inside[0].tolist() == district
    # The same for residents of a county whatever is inside for districts.
    assert inside[1].tolist() == [False, False, True, False, False, False]
