"""What a lever is: declared parameters, the values it sets, and what it does to the inputs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from sim.scenario.care.inputs import Inputs
from sim.scenario.title import Title

# The address of a value that a lever sets, such as ("beds", "public"); "*" stands for every value
# at that place.
Claim = tuple[str, ...]


def overlap(one: Claim, other: Claim) -> bool:
    """Tell whether two claims can mean the same value."""
    return len(one) == len(other) and all(
        left == right or "*" in (left, right) for left, right in zip(one, other, strict=True)
    )


def parameter(
    default: Any,
    description: str,
    *,
    unit: str,
    source: str,
    span: tuple[float, float] | None = None,
    **limits: Any,
) -> Any:
    """Declare a lever's parameter.

    Parameters
    ----------
    default : object
        The plan's own figure where it gives one. None leaves the region's value alone.
    description : str
        What it changes in the model.
    unit : str
        Unit, in words.
    source : str
        Where the default comes from: ``plan, task 6``, or ``assumed``.
    span : tuple of float, optional
        Plausible range, for sensitivity runs.
    **limits
        Hard limits for pydantic (``ge``, ``le``, ``min_length``).
    """
    notes: dict[str, Any] = {"unit": unit, "source": source}
    if span is not None:
        notes["range"] = list(span)
    return Field(default, description=description, json_schema_extra=notes, **limits)


class Declared(BaseModel):
    """Checked, frozen parameters: unknown keys, text for numbers and infinities are refused."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, allow_inf_nan=False, validate_default=True
    )


def written_parameters(model: BaseModel) -> dict[str, Any]:
    """Return a model's values; None only where leaving it out would mean a figure."""
    content: dict[str, Any] = {}
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            content[name] = written_parameters(value)
        elif value is not None or field.default is not None:
            content[name] = list(value) if isinstance(value, tuple) else value
    return content


class Lever(Declared, ABC):
    """One policy that a scenario names in one line.

    Attributes
    ----------
    name : str
        The key in a scenario file.
    family : str
        Group of levers, as in the reference page.
    title : Title
        Name for people.
    tasks : str
        Task numbers of the plan (and of the 2025 task list, with a T).
    moves : tuple of str
        Indicators the lever should move.
    on_top : bool
        Whether it adds to what the other levers set, and so acts after all of them, whatever their dates.
    local : bool
        Whether it can act in some counties only (``where:``): on their own people and facilities.
    """

    name: ClassVar[str]
    family: ClassVar[str]
    title: ClassVar[Title]
    tasks: ClassVar[str]
    moves: ClassVar[tuple[str, ...]]
    on_top: ClassVar[bool] = False
    local: ClassVar[bool] = False

    @property
    def part(self) -> str:
        """The family that the lever counts as when scenarios are told apart."""
        return self.family

    @property
    def label(self) -> str:
        """What it is called in a message: the lever's name, or the path of a number."""
        return self.name

    def written(self) -> dict[str, Any]:
        """Return the lever as a file states it, every parameter included."""
        return {self.name: written_parameters(self)}

    @abstractmethod
    def claims(self) -> frozenset[Claim]:
        """Return the addresses of the values this lever sets, with these parameters."""

    @abstractmethod
    def apply(self, inputs: Inputs) -> None:
        """Change the inputs.

        Raises
        ------
        InputError
            If the lever does not fit the region; the problem's key names the parameter.
        """
