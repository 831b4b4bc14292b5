"""The columns of every region table, with units and ranges."""

from __future__ import annotations

from sim.glossary import AGE_BANDS, TIERS
from sim.region.reading import Column, Schema

FACILITY_KINDS = (
    "village_clinic",
    "private_clinic",
    "township_health_centre",
    "community_centre",
    "county_general",
    "county_tcm",
    "county_maternal_child",
    "county_private",
    "city_general",
    "city_tcm",
    "city_private",
    "provincial_general",
    "out_of_province",
)
CONFIDENCES = ("plan", "statistics", "literature", "calibrated", "assumed")
COUNTY_KINDS = ("county", "district", "county-level city")
TOWNSHIP_KINDS = ("subdistrict", "town", "township")
WARDS = ("general", "maternal_child")
RESOURCES = ("institutions", "beds", "physicians", "nurses", "staff")
INSTITUTION_GROUPS = (
    "hospital",
    "hospital_tcm",
    "maternal_child",
    "township_health_centre",
    "community_centre",
    "village_clinic",
    "private_clinic",
    "not_modelled",
)


def _share(name: str, default: object = None) -> Column:
    return Column(name, "number", 0, 1, default=default)


def _amount(name: str, low: float = 0, high: float | None = None) -> Column:
    return Column(name, "number", low, high)


def _count(name: str, low: float = 0, default: object = None) -> Column:
    return Column(name, "whole", low, default=default)


def _flag(name: str, default: object = None) -> Column:
    return Column(name, "yes_no", default=default)


_NAMES = (Column("name_zh"), Column("name_en"))
_PLACE = (_amount("lon", -180, 180), _amount("lat", -90, 90))
_NOTE = Column("note", default="")

COUNTIES = Schema(
    (
        Column("county", "whole", 100000, 999999),
        *_NAMES,
        Column("kind", allowed=COUNTY_KINDS),
        Column("prefecture", "whole", 100000, 999999),
        Column("prefecture_zh"),
        Column("prefecture_en"),
        _count("population", 1),
        _share("rural_share"),
        *(_share(f"share_{band}") for band in AGE_BANDS),
        _amount("area_km2", 0.01),
        *_PLACE,
        Column("centre_lon", "number", -180, 180, default=float("nan")),
        Column("centre_lat", "number", -90, 90, default=float("nan")),
        _count("subdistricts"),
        _count("towns"),
        _count("townships"),
        _count("other_units", default=0),
    ),
    ("county",),
)

PREFECTURES = Schema(
    (
        Column("prefecture", "whole", 100000, 999999),
        *_NAMES,
        _count("seat_county", 100000),
        _count("city_hospitals_in", 100000),
        _share("provincial_share"),
    ),
    ("prefecture",),
)

TOWNSHIPS = Schema(
    (
        _count("township", 1),
        _count("county", 100000),
        *_NAMES,
        Column("kind", allowed=TOWNSHIP_KINDS),
        _count("population", 1),
        _count("rural_population"),
        *_PLACE,
    ),
    ("township",),
)

PLACES = Schema(
    (
        _count("place", 1),
        _count("township", 1),
        _count("county", 100000),
        _flag("urban"),
        _count("population", 1),
        *_PLACE,
    ),
    ("place",),
)

FACILITIES = Schema(
    (
        _count("facility", 1),
        *_NAMES,
        Column("tier", allowed=TIERS, default=""),
        Column("kind", allowed=FACILITY_KINDS),
        Column("owner", allowed=("public", "private"), default="public"),
        *(_count(name, default=0) for name in ("county", "prefecture", "township", "place")),
        Column("lon", "number", -180, 180, default=float("nan")),
        Column("lat", "number", -90, 90, default=float("nan")),
        _count("institutions", 1, default=1),
        *(_count(name, default=0) for name in ("beds", "physicians", "general_practitioners")),
        *(_count(name, default=0) for name in ("village_doctors", "nurses", "staff")),
        _flag("tertiary", default=False),
        # Among the beds, beside the share that the kind has anyway.
        _count("step_down_beds", default=0),
    ),
    ("facility",),
)

CONDITIONS = Schema(
    (
        Column("condition"),
        *_NAMES,
        *(_flag(name) for name in ("common", "chronic", "surgical", "women_children")),
        Column("ward", allowed=WARDS),
        Column("season"),
        *(_amount(f"rate_{band}") for band in AGE_BANDS),
        *(_share(name) for name in ("seek_share", "emergency_share", "admission_share")),
        _amount("admission_gradient"),
        _amount("acute_days", 0.01),
        _amount("acute_cv", 0.01),
        _share("rehabilitation_share"),
        _amount("rehabilitation_days"),
        _amount("consultation_factor", 0.01),
        _share("exam_share"),
        _amount("visit_weight"),
        _amount("stay_weight"),
        _share("readmission_share"),
    ),
    ("condition",),
)

CAPABILITY = Schema((Column("condition"),), ("condition",), extra="number")

KINDS = Schema(
    (
        Column("kind", allowed=FACILITY_KINDS),
        Column("tier", allowed=TIERS),
        *_NAMES,
        Column("calendar"),
        _share("outpatient_share"),
        _share("night_share"),
        _amount("consultation_min", 0.01),
        _amount("consultation_cv", 0.01),
        _amount("exam_servers_per_100_physicians"),
        _amount("exam_min", 0.01),
        _amount("staff_per_bed"),
        *(_share(f"ward_{ward}") for ward in (*WARDS, "step_down")),
        _flag("takes_emergencies"),
        *(Column(f"constant_{severity}", "number") for severity in ("mild", "moderate", "severe")),
        _amount("price_visit_cny"),
        _amount("price_stay_cny"),
        _share("price_daily_share"),
        *(_share(name) for name in ("service_share", "drug_share")),
        *(_share(name) for name in ("consumable_share", "exam_fee_share")),
    ),
    ("kind",),
)

CALENDARS = Schema(
    (
        Column("calendar"),
        Column("weekday", "whole", 1, 7),
        Column("opens", "time"),
        Column("closes", "time"),
        _share("share"),
    ),
    ("calendar", "weekday", "opens"),
)

SEASONS = Schema(
    (Column("season"), Column("month", "whole", 1, 12), _amount("factor")), ("season", "month")
)

ONSET_HOURS = Schema(
    (
        Column("profile", allowed=("ambulatory", "emergency")),
        Column("weekday", "whole", 1, 7),
        Column("hour", "whole", 0, 23),
        _amount("factor"),
    ),
    ("profile", "weekday", "hour"),
)

_SCHEME = Column("scheme", allowed=("employees", "residents", "none"))

SCHEMES = Schema((_SCHEME, *_NAMES, _share("urban_share"), _share("rural_share")), ("scheme",))

REIMBURSEMENT = Schema(
    (
        _SCHEME,
        Column("tier", allowed=TIERS),
        Column("setting", allowed=("outpatient", "inpatient")),
        _share("in_scope_share"),
        _share("rate"),
        _amount("deductible_cny"),
        _amount("ceiling_cny"),
    ),
    ("scheme", "tier", "setting"),
)

_PARAMETER = (
    Column("parameter"),
    Column("value", "number"),
    Column("unit"),
    Column("low", "number"),
    Column("high", "number"),
    Column("source"),
    Column("confidence", allowed=CONFIDENCES),
    _NOTE,
)
BEHAVIOUR = Schema(_PARAMETER, ("parameter",))
LAYOUT = Schema(_PARAMETER, ("parameter",))

STATISTICS = Schema(
    (
        Column("year", "whole", 1900, 2200),
        Column("item"),
        Column("indicator"),
        Column("value", "number"),
        Column("unit"),
        Column("source"),
        Column("confidence", allowed=CONFIDENCES),
        _NOTE,
    ),
    ("year", "item", "indicator"),
)

SOURCES = Schema(
    (
        Column("table"),
        Column("column"),
        Column("source"),
        Column("confidence", allowed=CONFIDENCES),
        Column("low", "number", default=float("nan")),
        Column("high", "number", default=float("nan")),
        _NOTE,
    ),
    ("table", "column"),
)

HOSPITAL_SPLIT = Schema(
    (
        Column("group", allowed=INSTITUTION_GROUPS[:3]),
        Column("kind", allowed=FACILITY_KINDS),
        Column("resource", allowed=RESOURCES),
        _share("share"),
        _share("low"),
        _share("high"),
        Column("source"),
        Column("confidence", allowed=CONFIDENCES),
    ),
    ("group", "kind", "resource"),
)

INSTITUTION_TYPES = Schema(
    (Column("institution_type"), Column("modelled_as", allowed=INSTITUTION_GROUPS), _NOTE),
    ("institution_type",),
)

SCHEMAS: dict[str, Schema] = {
    "counties": COUNTIES,
    "prefectures": PREFECTURES,
    "townships": TOWNSHIPS,
    "places": PLACES,
    "facilities": FACILITIES,
    "conditions": CONDITIONS,
    "capability": CAPABILITY,
    "kinds": KINDS,
    "calendars": CALENDARS,
    "seasons": SEASONS,
    "onset_hours": ONSET_HOURS,
    "schemes": SCHEMES,
    "reimbursement": REIMBURSEMENT,
    "behaviour": BEHAVIOUR,
    "statistics": STATISTICS,
    "sources": SOURCES,
    "layout": LAYOUT,
    "hospital_split": HOSPITAL_SPLIT,
    "institution_types": INSTITUTION_TYPES,
}
