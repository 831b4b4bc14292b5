"""A scenario: what is simulated where, with which levers when, against which targets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from sim.reading.yaml_file import Mark
from sim.scenario.care.schema import RunSettings
from sim.scenario.care.targets import Target
from sim.scenario.care.timeline import Entry, Timeline
from sim.scenario.title import Title


@dataclass(frozen=True)
class RegionChoice:
    """The region a scenario is about.

    Attributes
    ----------
    name : str
        Folder of the region.
    areas : tuple of str
        Counties or prefectures to cut out; empty for the whole region.
    mark : Mark
        Where it was written.
    """

    name: str
    areas: tuple[str, ...]
    mark: Mark

    @classmethod
    def of(cls, words: tuple[str, ...], mark: Mark) -> RegionChoice:
        """Return the choice that words such as ``fujian/taining`` state."""
        areas = tuple(word.partition("/")[2] for word in words if "/" in word)
        return cls(words[0].partition("/")[0], areas, mark)

    @property
    def text(self) -> str | list[str]:
        """The choice as a file states it."""
        words = [f"{self.name}/{area}" for area in self.areas]
        return self.name if not words else words[0] if len(words) == 1 else words


@dataclass(frozen=True)
class Scenario:
    """A care scenario, resolved (parents merged) and checked.

    Attributes
    ----------
    name : str
        The same as the file's name without its ending.
    title : Title
        In Chinese and English.
    description : Title or None
        One paragraph, in both languages.
    region : RegionChoice
        Where.
    run : RunSettings
        When, how long, how often.
    timeline : Timeline
        Levers by date.
    targets : tuple of Target
        What the scorecard compares with.
    targets_table : str or None
        Name of the table the targets were taken from as a whole.
    path : Path
        The file.
    parent : Path or None
        The file it extends.
    kind : str
        ``care``.
    """

    name: str
    title: Title
    description: Title | None
    region: RegionChoice
    run: RunSettings
    timeline: Timeline
    targets: tuple[Target, ...]
    targets_table: str | None
    path: Path
    parent: Path | None
    kind: str = "care"

    def without_file(self) -> Scenario:
        """Return the scenario as one of a file that nobody has seen: places name keys only."""
        entries = tuple(
            replace(entry, mark=entry.mark.without_file())
            if entry.mark.file == self.path
            else entry
            for entry in self.timeline.entries
        )
        region = replace(self.region, mark=self.region.mark.without_file())
        return replace(self, region=region, timeline=replace(self.timeline, entries=entries))

    @property
    def levers(self) -> tuple[Entry, ...]:
        """The levers in acting order."""
        return self.timeline.entries
