"""What a planted fault is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One edit of one file.

    Attributes
    ----------
    name : str
        A few words, shown in the table.
    file : str
        Path from the root of the repository.
    right, wrong : str
        The text that stands there once, and what is put in its place.
    tests : tuple of str
        Files or folders of tests that are most likely to notice; they run first. Everything else runs after
        them, if they did not.
    """

    name: str
    file: str
    right: str
    wrong: str
    tests: tuple[str, ...]

    @property
    def part(self) -> str:
        """The folder of the program that the fault is in."""
        return self.file.split("/")[1]
