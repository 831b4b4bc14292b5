"""A name in both languages."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Title(BaseModel):
    """A title or paragraph in Chinese and English.

    Attributes
    ----------
    zh, en : str
        Neither may be empty.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    zh: Words
    en: Words

    @model_validator(mode="before")
    @classmethod
    def _in_both_languages(cls, value: Any) -> Any:
        if not isinstance(value, dict | Title):
            raise ValueError(
                "must be 'key: value' lines, both zh and en, for example"
                " {zh: 门诊, en: An outpatient clinic}"
            )
        return value
