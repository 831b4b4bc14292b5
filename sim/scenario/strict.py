"""What the keys of every scenario file have in common: nothing unknown passes, and names are plain."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

NAME_PATTERN = r"[a-z0-9]+(?:-[a-z0-9]+)*"


class Strict(BaseModel):
    """A checked part of a scenario file."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, allow_inf_nan=False, populate_by_name=True
    )


def _name(value: Any) -> Any:
    """Refuse names that would make bad folder names."""
    if isinstance(value, str) and not re.fullmatch(NAME_PATTERN, value):
        raise ValueError(f"must be lower-case letters, digits and hyphens, not '{value}'")
    return value


ScenarioName = Annotated[str, BeforeValidator(_name)]
