"""Cut counties out of a region."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from sim.errors import InputError, Problem, nearest
from sim.region.region import Region

_SUFFIXES_ZH = ("县", "区", "市")


def select_counties(region: Region, area: str | list[str]) -> Region:
    """Return the region reduced to some of its counties.

    Facilities inside other counties are left out, and their hospitals become `Region.neighbours`; city
    hospitals stay if they serve a county that stays, else they are neighbours, too. Provincial hospitals and
    those outside always stay, with all their capacity: `catchment_share` says which part of it belongs to
    the people who stay.

    Parameters
    ----------
    region : Region
        The whole region.
    area : str or list of str
        A county or prefecture by code, Chinese or English name (lower case, without marks:
        ``youxi``, ``350426``, ``尤溪县``, ``sanming``), ``all``, or a list of these. Counties of
        the same name are told apart by their prefecture: ``licheng-putian``.

    Returns
    -------
    Region
        The selected counties, in the order of the whole region.

    Raises
    ------
    InputError
        If a name is unknown or stands for more than one county.
    """
    names = [area] if isinstance(area, str) else list(area)
    if not names:
        raise InputError(Problem("the area names no county; write 'all' for the whole region"))
    counties = region.counties
    index = _names(counties)
    chosen: set[int] = set()
    problems = []
    for name in names:
        word = _slug(str(name))
        if word == "all":
            chosen.update(counties["county"])
        elif word not in index:
            problems.append(_unknown(str(name), word, list(index)))
        elif len(index[word]) > 1:
            spelled = ", ".join(sorted(_full_name(counties, index, codes) for codes in index[word]))
            what = f"'{name}' is the name of more than one area; write one of {spelled}"
            problems.append(Problem(what))
        else:
            chosen.update(index[word][0])
    if problems:
        raise InputError(*problems)
    return _cut(region, counties["county"].isin(chosen))


def catchment_share(region: Region) -> pd.Series:
    """Return which part of each facility's catchment lives in the region as selected.

    Returns
    -------
    Series of float64
        Indexed by facility; 1 for a whole region, and for facilities inside a county.
    """
    counties, facilities = region.counties, region.facilities
    by_city = counties.groupby("city_hospitals_in")["population"].sum()
    by_county = counties.set_index("county")["population"]
    here = np.where(
        facilities["county"] > 0,
        facilities["county"].map(by_county).fillna(0),
        np.where(
            facilities["prefecture"] > 0,
            facilities["prefecture"].map(by_city).fillna(0),
            region.population,
        ),
    )
    share = here / facilities["catchment_population"].to_numpy(dtype=np.float64)
    return pd.Series(share, index=facilities["facility"], name="catchment_share")


def _unknown(name: str, word: str, known: list[str]) -> Problem:
    hint = nearest(word, known) or "; its counties.csv lists them"
    return Problem(f"'{name}' is no county or prefecture of this region{hint}")


def _names(counties: pd.DataFrame) -> dict[str, list[list[int]]]:
    """Return what each name stands for: lists of county codes, one list per meaning."""
    meanings: dict[str, list[list[int]]] = {}

    def add(name: str, codes: list[int]) -> None:
        known = meanings.setdefault(name, [])
        if codes not in known:
            known.append(codes)

    for code, members in counties.groupby("prefecture"):
        codes = [int(county) for county in members["county"]]
        first = members.iloc[0]
        for name in (str(code), first["prefecture_en"], *_spellings_zh(first["prefecture_zh"])):
            add(_slug(name), codes)
    for row in counties.itertuples():
        codes = [int(str(row.county))]
        # A name with its prefecture in brackets is also known, ambiguously, without it.
        short = re.sub(r"\(.*", "", str(row.name_en))
        for name in (str(row.county), str(row.name_en), short, *_spellings_zh(str(row.name_zh))):
            add(_slug(name), codes)
    return meanings


def _spellings_zh(name: str) -> list[str]:
    """Return a Chinese name with and without the word for county, district or city."""
    return [name, name[:-1]] if len(name) > 2 and name.endswith(_SUFFIXES_ZH) else [name]


def _full_name(
    counties: pd.DataFrame, meanings: dict[str, list[list[int]]], codes: list[int]
) -> str:
    """Return a name that stands for these counties only: the English one, or else the code."""
    first = counties[counties["county"] == codes[0]].iloc[0]
    if len(codes) > 1:
        return str(first["prefecture"])
    slug = _slug(str(first["name_en"]))
    return slug if len(meanings[slug]) == 1 else str(codes[0])


def _slug(name: str) -> str:
    """Return a name in lower case, without apostrophes, other marks turned into one hyphen."""
    plain = re.sub(r"['’]", "", name.strip().lower())
    return re.sub(r"[^\w]+", "-", plain).strip("-")


def _cut(region: Region, keep: pd.Series) -> Region:
    """Return the region with the rows of the counties that stay."""
    counties = region.counties[keep].reset_index(drop=True)
    codes = counties["county"]
    facilities = region.facilities
    stays = (
        facilities["county"].isin(codes)
        | (
            (facilities["county"] == 0)
            & facilities["prefecture"].isin(counties["city_hospitals_in"])
        )
        | ((facilities["county"] == 0) & (facilities["prefecture"] == 0))
    )
    hospitals = facilities["tier"].isin(["county", "city"])
    beside = [facilities[~stays & hospitals]]
    if region.neighbours is not None:
        beside.append(region.neighbours)
    return replace(
        region,
        counties=counties,
        townships=_rows(region.townships, codes),
        places=_rows(region.places, codes),
        facilities=facilities[stays].reset_index(drop=True),
        neighbours=pd.concat(beside, ignore_index=True),
    )


def _rows(frame: pd.DataFrame, counties: pd.Series) -> pd.DataFrame:
    return frame[frame["county"].isin(counties)].reset_index(drop=True)
