"""Names of what a region's patient log numbers."""

from __future__ import annotations

from collections.abc import Mapping

from sim.glossary import AGE_BANDS
from sim.pathway.care.stages import Stage
from sim.pathway.care.state import Reason
from sim.subjects.log_names import OF_ALL, NamedColumn, named_column
from sim.world.care.build.assemble import CareWorlds
from sim.world.care.world import BANDS


def care_log_names(built: CareWorlds) -> Mapping[str, NamedColumn]:
    """Return the names in a region's log: facilities and their pools, conditions, and what patients do.

    A facility is named in Chinese, a pool by its facility's code and its skill.
    """
    pools, inputs = built.resources[0].table, built.inputs[0]
    codes = built.reach.facilities["facility"].to_numpy()
    names = inputs.facilities_in_reach.set_index("facility")["name_zh"]
    skills = [built.skills.names[skill] for skill in pools["skill"]]
    places = codes[pools["facility"].to_numpy()]
    return {
        **OF_ALL,
        "pool_name": named_column(
            "pool", [f"{f} {skill}" for f, skill in zip(places, skills, strict=True)]
        ),
        "age_name": named_column("age", list(AGE_BANDS)),
        "scheme_name": named_column("scheme", list(inputs.schemes["scheme"])),
        "band_name": named_column("band", list(BANDS)),
        "condition_name": named_column("condition", list(inputs.conditions["condition"])),
        "facility_name": named_column("facility", [str(names[code]) for code in codes]),
        "billed_by_name": named_column("billed_by", [str(names[code]) for code in codes]),
        "stage_name": named_column("stage", [stage.name.lower() for stage in Stage]),
        "reason_name": named_column("reason", [reason.name.lower() for reason in Reason]),
        "why_far_name": named_column("why_far", [reason.name.lower() for reason in Reason]),
    }
