"""A name in both languages."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

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
