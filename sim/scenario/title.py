"""A name in both languages."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, model_validator

from sim.reading.text import problem_of_text

LONGEST_PARAGRAPH = 2000


def _readable(text: str) -> str:
    """Refuse what is more than text."""
    if what := problem_of_text(text.replace("\n", " "), LONGEST_PARAGRAPH):
        raise ValueError(what)
    return text


Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_readable)
]


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


def _short(title: Title) -> Title:
    """Refuse a title that fits no figure."""
    for words in (title.zh, title.en):
        if what := problem_of_text(words):
            raise ValueError(what)
    return title


ShortTitle = Annotated[Title, AfterValidator(_short)]
"""A title that stands over a figure or a table, at most 200 characters."""
