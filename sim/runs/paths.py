"""Where everything of a study is: one typed object names every path under ``results/<study>/``."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from sim.errors import InputError, Problem
from sim.runs.atomic import TEMPORARY_PREFIX, clear_os_errors

ANSWERS = (
    *("waterfall", "marginal", "leaks", "leaks_by_condition", "bottlenecks", "bottlenecks_by_kind"),
    *("uncertainty", "influence", "samples"),
    *("scorecard", "joint", "quantiles", "differences", "measures", "census"),
    *("warm_up", "welch", "precision", "batch_means"),
)
"""Tables that answer a question of their own, each the name of a CSV file."""
_SAFE_NAME = re.compile(r"\w[\w.+-]*")


@dataclass(frozen=True)
class StudyPaths:
    """Every path of one study.

    Attributes
    ----------
    folder : Path
        The study's own folder, ``results/<study>``; it need not exist.
    """

    folder: Path

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
        """Results of single runs, one folder for each key."""
        return self.folder / "runs"

    @property
    def scenarios(self) -> Path:
        """Resolved scenarios."""
        return self.folder / "scenarios"

    @property
    def figures(self) -> Path:
        """Pictures."""
        return self.folder / "figures"

    def answer(self, name: str) -> Path:
        """Return the CSV file of one of `ANSWERS`."""
        if name not in ANSWERS:
            raise ValueError(f"'{name}' is no answer; known are {', '.join(ANSWERS)}")
        return self.folder / f"{name}.csv"

    @property
    def summary(self) -> Path:
        """The workbook for planners (XLSX)."""
        return self.folder / "summary.xlsx"

    def run(self, key: str) -> Path:
        """Return the folder of the run with this key."""
        return self.runs / key

    def table(self, name: str) -> Path:
        """Return the Parquet file of a collected frame, such as ``indicators``."""
        return self.folder / f"{check_name(name)}.parquet"

    def scenario(self, name: str) -> Path:
        """Return the file of a resolved scenario."""
        return self.scenarios / f"{check_name(name)}.yaml"

    def figure(self, name: str, suffix: str) -> Path:
        """Return the file of a picture; `suffix` is ``png`` or ``svg``."""
        return self.figures / f"{check_name(name)}.{suffix}"

    def outputs(self) -> list[Path]:
        """Return the existing files that a study writes anew: not the runs, not the manifest."""
        patterns = ("*.parquet", "scenarios/*.yaml", "figures/*.png", "figures/*.svg")
        files = [file for pattern in patterns for file in self.folder.glob(pattern)]
        files += [self.summary, *(self.answer(name) for name in ANSWERS)]
        return sorted(file for file in files if file.is_file())

    def check_is_study(self) -> None:
        """Refuse a folder that holds something else than a study.

        Raises
        ------
        InputError
            If the path is a file, or a folder with visible content but no manifest of a study.
        """
        with clear_os_errors(self.folder):
            if not self.folder.exists() or self.manifest.is_file():
                return
            visible = [entry for entry in self.folder.iterdir() if not entry.name.startswith(".")]
        if visible:
            what = "holds files but no study (no manifest.json); choose an empty or a new folder"
            raise InputError(Problem(what, self.folder))

    def clear(self) -> None:
        """Remove outputs of an earlier study and what killed runs left; finished runs stay.

        Raises
        ------
        InputError
            If something cannot be removed.
        """
        with clear_os_errors(self.folder):
            for file in self.outputs():
                file.unlink()
            for folder in (self.folder, self.scenarios, self.figures, self.runs):
                for entry in folder.glob(f"{TEMPORARY_PREFIX}*"):
                    if entry.is_dir():
                        shutil.rmtree(entry)
                    else:
                        entry.unlink()


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
