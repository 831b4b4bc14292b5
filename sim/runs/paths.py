"""Where everything of a study is: one typed object names every path under ``results/<study>/``."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sim.errors import InputError, Problem
from sim.runs.atomic import TEMPORARY_PREFIX, clear_os_errors, remove_unfinished

_SHOWN = ("figures/", "summary.")
PICTURES = ("png", "svg")
SHARED = "results"
"""Name of the folder whose studies share their runs."""
_LONGEST_NAME = 255
_SAFE_NAME = re.compile(r"\w[\w.+-]*")


@dataclass(frozen=True)
class Planned:
    """What a study will write beside scenarios and runs, by name.

    Attributes
    ----------
    tables : tuple of str
        Answers, as CSV.
    frames : tuple of str
        Collected from the runs, as Parquet.
    figures : tuple of str
        Without language and ending.
    workbook : bool
    language : str
        Of figures and workbook.
    """

    tables: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    workbook: bool = False
    language: str = "zh"


NOTHING_PLANNED = Planned()


@dataclass(frozen=True)
class StudyPaths:
    """Every path of one study.

    Attributes
    ----------
    folder : Path
        The study's own folder, ``results/<study>``; it need not exist.
    foreign : frozenset of Path
        Files in it that no study has written: nothing is written over them.
    """

    folder: Path
    foreign: frozenset[Path] = frozenset()

    def __post_init__(self) -> None:
        """Refuse names that no system has, or that not every library can write."""
        try:
            str(self.folder.absolute()).encode()
        except UnicodeEncodeError:
            raise InputError(
                "a folder's name that is no UTF-8 in this locale cannot be used; set LC_ALL=C.UTF-8, "
                "or choose another"
            ) from None
        if any(len(os.fsencode(part)) > _LONGEST_NAME for part in self.folder.parts):
            raise InputError(f"a folder's name has at most {_LONGEST_NAME} bytes")
        if self.runs == self.folder.absolute():
            what = "is where studies keep their runs; choose another folder for this one"
            raise InputError(Problem(what, self.folder))

    @property
    def manifest(self) -> Path:
        """What was run, with which code and inputs, and how each run ended (JSON)."""
        return self.folder / "manifest.json"

    @property
    def lock(self) -> Path:
        """Held while a process works in the folder."""
        return self.folder / ".lock"

    @property
    def runs(self) -> Path:
        """Results of single runs, one folder for each key.

        Studies side by side in a folder ``results`` have one in common, so that none computes what another
        has; a study elsewhere has its own.
        """
        place = self.folder.absolute().parent
        return (place if place.name == SHARED else self.folder) / "runs"

    @property
    def scenarios(self) -> Path:
        """Resolved scenarios."""
        return self.folder / "scenarios"

    @property
    def figures(self) -> Path:
        """Pictures, in a folder for each language."""
        return self.folder / "figures"

    def figures_in(self, language: str) -> Path:
        """Return the folder of the pictures in a language."""
        return self.figures / check_name(language)

    def figure(self, name: str, language: str) -> Path:
        """Return a picture in a language, without the ending: it is written as PNG and as SVG."""
        file = self.figures_in(language) / check_name(name)
        for ending in PICTURES:
            self._free(file.with_name(f"{file.name}.{ending}"))
        return file

    def answer(self, name: str) -> Path:
        """Return the CSV file of a table that answers a question, such as ``scorecard``."""
        return self._free(self.folder / f"{check_name(name)}.csv")

    def summary(self, language: str) -> Path:
        """Return the workbook for planners (XLSX) in a language."""
        return self._free(self.folder / f"summary.{check_name(language)}.xlsx")

    def run(self, key: str) -> Path:
        """Return the folder of the run with this key."""
        return self.runs / key

    def table(self, name: str) -> Path:
        """Return the Parquet file of a collected frame, such as ``indicators``."""
        return self._free(self.folder / f"{check_name(name)}.parquet")

    def scenario(self, name: str) -> Path:
        """Return the file of a resolved scenario."""
        return self._free(self.scenarios / f"{check_name(name)}.yaml")

    def planned(self, planned: Planned) -> Iterator[Callable[[], Path]]:
        """Yield what gives the path of each file that will be written, or refuses it."""
        yield from (partial(self.answer, name) for name in planned.tables)
        yield from (partial(self.table, name) for name in planned.frames)
        yield from (partial(self.figure, name, planned.language) for name in planned.figures)
        if planned.workbook:
            yield partial(self.summary, planned.language)

    def outputs(self) -> list[Path]:
        """Return the existing files of the kinds that a study writes anew: not the runs, not the manifest.

        Whose they are the manifest says.
        """
        if self.scenarios.is_symlink() or self.figures.is_symlink():
            # What lies behind a link is not in the study's folder.
            raise InputError(Problem("holds a link where a study writes; remove it", self.folder))
        tables = ("*.parquet", "*.csv", "summary*.xlsx")
        patterns = (*tables, "scenarios/*.yaml", *(f"figures/**/*.{ending}" for ending in PICTURES))
        files = [file for pattern in patterns for file in self.folder.glob(pattern)]
        return sorted(
            file
            for file in files
            if file.is_file()
            and not file.is_symlink()
            and not file.name.startswith(TEMPORARY_PREFIX)
        )

    def _free(self, file: Path) -> Path:
        """Return a file that may be written.

        Raises
        ------
        InputError
            If it is there and no study has written it.
        """
        if file in self.foreign:
            what = "is there and no study has written it; move it, or choose another folder"
            raise InputError(Problem(what, file))
        return file

    def relative(self, file: Path) -> str:
        """Return a file of the study as its manifest names it."""
        return file.relative_to(self.folder).as_posix()

    def check_is_study(self) -> None:
        """Refuse a folder that holds something else than a study.

        Raises
        ------
        InputError
            If the path is a file, or a folder with visible content but no manifest of a study.
        """
        if os.path.lexists(self.runs) and not self.runs.is_dir():
            what = "is where runs are kept, and is no folder; move it, or choose another folder"
            raise InputError(Problem(what, self.runs))
        with clear_os_errors(self.folder):
            if not self.folder.exists() or self.manifest.is_file():
                return
            visible = [entry for entry in self.folder.iterdir() if not entry.name.startswith(".")]
        if visible:
            what = "holds files but no study (no manifest.json); choose an empty or a new folder"
            raise InputError(Problem(what, self.folder))

    def clear(self, written: Iterable[str], *, same: bool = False) -> None:
        """Remove what an earlier study in this folder has written, and what killed runs left half-written.

        Finished runs stay, and so does every file that the study has not written.

        Parameters
        ----------
        written : iterable of str
            What the earlier study has written, relative to the folder.
        same : bool
            Whether it is a study of the same runs: then pictures and workbooks stay, those in another language
            are as right as before.

        Raises
        ------
        InputError
            If something cannot be removed.
        """
        own = {self.relative(file): file for file in self.outputs()}
        with clear_os_errors(self.folder):
            for name in written:
                if name in own and not (same and name.startswith(_SHOWN)):
                    own[name].unlink()
            for folder in (self.folder, self.scenarios, self.figures, *self.figures.glob("*/")):
                remove_unfinished(folder)
            remove_unfinished(self.runs, shared=self.runs.parent != self.folder.absolute())


def check_name(name: str) -> str:
    """Return `name` if it can be part of a file name on every system.

    Raises
    ------
    InputError
        If it holds anything but letters, digits and ``_ . + -``, or starts with a sign.
    """
    if not _SAFE_NAME.fullmatch(name):
        raise InputError(
            f"'{name}' cannot name a file; allowed: a letter or digit, then also _ . + -"
        )
    return name
