"""What a question found: tables, pictures, and what a terminal shows of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sim.api.arguments import checked
from sim.errors import nearest
from sim.glossary import Language
from sim.report.words import Words
from sim.runs.atomic import atomic_file
from sim.runs.manifest import Manifest
from sim.runs.outputs import check_output_file

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NamedFigure = tuple[str, "Figure"]


@dataclass(frozen=True, repr=False)
class Shown:
    """Tables, and what a terminal shows of them.

    Attributes
    ----------
    tables : mapping of str to DataFrame
    """

    tables: Mapping[str, pd.DataFrame]
    _shown: Callable[[Words], Sequence[object]]

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return a table by name.

        Parameters
        ----------
        name : str
            One of `names`.

        Raises
        ------
        KeyError
            With the names that there are.
        """
        known = self._known
        if not isinstance(name, str) or name not in known:
            near = nearest(str(name), self.names)
            raise KeyError(f"{name}{near}; there are: {', '.join(self.names)}")
        return known[name]

    def __repr__(self) -> str:
        """Return the names of tables with their rows."""
        rows = ", ".join(f"{name} ({len(table)} rows)" for name, table in self._known.items())
        return f"{type(self).__name__}: {rows or 'no tables'}"

    @property
    def names(self) -> list[str]:
        """Names of all tables."""
        return [*self._known]

    @property
    def _known(self) -> dict[str, pd.DataFrame]:
        return dict(self.tables)

    @checked()
    def shown(self, lang: Language = "zh") -> list[object]:
        """Return what a terminal shows: lines of text and `rich` tables, Chinese unless `lang` is ``"en"``.

        Parameters
        ----------
        lang : {'zh', 'en'}
            Language of words, names and units.

        Returns
        -------
        list of str and rich.table.Table
            In the order in which they are shown.

        Raises
        ------
        InputError
            If it is another language.
        """
        return [*self._shown(Words.of(lang))]


@dataclass(frozen=True, repr=False)
class Answer(Shown):
    """The answer to a question about scenarios.

    Attributes
    ----------
    tables : mapping of str to DataFrame
        What was made of the runs; each is a CSV file of the results folder.
    frames : mapping of str to DataFrame
        What the runs themselves gave, tidy: ``scenario`` and ``replication`` first; each is a Parquet file of
        the results folder. `results/README.md` says what they hold, in which units.
    manifest : Manifest
        How it came about: versions, hashes of inputs and code, seeds, every run.
    """

    frames: Mapping[str, pd.DataFrame]
    manifest: Manifest
    _drawn: Callable[[Words], Iterator[NamedFigure]] | None = None
    _workbook: Callable[[Path, Words], None] | None = None

    @property
    def _known(self) -> dict[str, pd.DataFrame]:
        # A table that has the name of the frame that it was made of is asked for more often.
        return {**self.tables, **self.frames, **self.tables}

    @property
    def has_workbook(self) -> bool:
        """Whether `write_workbook` writes anything."""
        return self._workbook is not None

    @checked()
    def write_workbook(self, path: Path, lang: Language = "zh") -> None:
        """Write the tables for reading into an XLSX file, a sheet each.

        Parameters
        ----------
        path : Path
            One that this has written before is replaced; another file is not.
        lang : {'zh', 'en'}
            Language of words, names and units.

        Raises
        ------
        InputError
            If it is another language, or the file cannot be written: there is no folder for it, or something is
            there that is no workbook of this program.
        ValueError
            If this answer has no workbook.
        """
        if self._workbook is None:
            raise ValueError("this answer has no workbook; only care studies have one")
        # Not at the top: it takes a while to import, and most answers are never written so.
        from sim.report.workbook import is_workbook

        check_output_file(Path(path), is_workbook)
        self._write_workbook(Path(path), lang)

    def _write_workbook(self, path: Path, lang: Language) -> None:
        """Write the workbook, if there is one, where it is known that it may be written."""
        if self._workbook is not None:
            with atomic_file(path) as temporary:
                self._workbook(temporary, Words.of(lang))

    @property
    def has_figures(self) -> bool:
        """Whether `figures` yields any."""
        return self._drawn is not None

    @checked()
    def figures(self, lang: Language = "zh") -> Iterator[NamedFigure]:
        """Yield the name of each picture and the picture, a `matplotlib.figure.Figure`, one after the other.

        Parameters
        ----------
        lang : {'zh', 'en'}
            Language of titles, labels and names.

        Raises
        ------
        InputError
            If it is another language, or no font draws a name in the results.
        """
        return iter(()) if self._drawn is None else self._drawn(Words.of(lang))

    @checked()
    def figure(self, name: str, lang: Language = "zh") -> Figure:
        """Return one picture by name.

        Parameters
        ----------
        name : str
        lang : {'zh', 'en'}
            Language of titles, labels and names.

        Raises
        ------
        InputError
            As of `figures`.
        KeyError
            With the names that there are.
        """
        names = []
        for known, figure in self.figures(lang):
            if known == name:
                return figure
            names.append(known)
        raise KeyError(f"{name}; there are: {', '.join(names) or 'none'}")
