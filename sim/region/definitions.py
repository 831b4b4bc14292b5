"""What a region's figures mean: the definitions of its ``region.yaml``, printed with every figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sim.errors import Problem, nearest
from sim.reading.yaml_file import Document
from sim.region.schemas import allowed_words

BANDS = ("mild", "moderate", "severe")
"""Severity bands from the mildest up."""
DISTRICT_INSIDE = ("own_district", "own_city")
ADMISSIONS = ("administrative", "survey")
KEY = "definitions"
_PARTS = ("county_area", "district_inside", "admissions", "common_conditions")


@dataclass(frozen=True)
class Definitions:
    """Definitions that the indicators of a region follow.

    Attributes
    ----------
    county_area : tuple of str
        Kinds of counties (column ``kind`` of ``counties``) that the in-county rates are of; residents of
        the others, the districts, are reported apart.
    district_inside : {'own_district', 'own_city'}
        What is inside for residents of the others: their own district, or all districts of their city
        with the city's hospitals.
    admissions : {'administrative', 'survey'}
        Which count of admissions the onset rates and admission shares were set by: hospitals' own
        counts, or people's answers in household surveys.
    common_conditions : dict of str to str
        Common conditions, with the highest severity band in which an episode is common.
    """

    county_area: tuple[str, ...]
    district_inside: str
    admissions: str
    common_conditions: Mapping[str, str]

    def common_until(self, condition: str) -> int:
        """Return the highest band, as a number, in which a condition is common; -1 if in none."""
        band = self.common_conditions.get(condition)
        return -1 if band is None else BANDS.index(band)


def wrong_definitions(document: Document) -> Iterator[Problem]:
    """Yield what is wrong in the definitions of a region file, if it has any."""
    stated = document.data.get(KEY)
    if stated is None:
        return
    if not isinstance(stated, Mapping):
        yield document.problem((KEY,), f"definitions are expected: {', '.join(_PARTS)}")
        return
    for part in stated:
        if part not in _PARTS:
            yield document.problem((KEY, part), f"unknown key{nearest(part, [*_PARTS])}")
    for part in _PARTS:
        if part not in stated:
            yield document.problem((KEY,), f"the definition '{part}' is missing")
    for part, words in (("district_inside", DISTRICT_INSIDE), ("admissions", ADMISSIONS)):
        if part in stated and stated[part] not in words:
            yield document.problem((KEY, part), f"allowed: {', '.join(words)}")
    yield from _wrong_area(document, stated)
    yield from _wrong_bands(document, stated)


def _wrong_area(document: Document, stated: Mapping[str, object]) -> Iterator[Problem]:
    kinds = allowed_words("counties", "kind")
    area = stated.get("county_area", [])
    if "county_area" in stated and (not isinstance(area, list) or not area):
        what = f"a list of kinds of counties is expected; allowed: {', '.join(kinds)}"
        yield document.problem((KEY, "county_area"), what)
        return
    for place, kind in enumerate(area if isinstance(area, list) else []):
        if kind not in kinds:
            what = f"'{kind}' is no kind of county; allowed: {', '.join(kinds)}"
            yield document.problem((KEY, "county_area", place), what)


def _wrong_bands(document: Document, stated: Mapping[str, object]) -> Iterator[Problem]:
    common = stated.get("common_conditions", {})
    if not isinstance(common, Mapping):
        what = "a list of conditions is expected, one 'condition: highest band' per line"
        yield document.problem((KEY, "common_conditions"), what)
        return
    for condition, band in common.items():
        if band not in BANDS:
            what = f"a severity band is expected; allowed: {', '.join(BANDS)}"
            yield document.problem((KEY, "common_conditions", condition), what)


def read_definitions(stated: Mapping[str, object]) -> Definitions:
    """Return definitions that `wrong_definitions` found nothing wrong in."""
    area, common = stated["county_area"], stated["common_conditions"]
    assert isinstance(area, list)
    assert isinstance(common, Mapping)
    return Definitions(
        county_area=tuple(area),
        district_inside=str(stated["district_inside"]),
        admissions=str(stated["admissions"]),
        common_conditions={str(name): str(band) for name, band in common.items()},
    )
