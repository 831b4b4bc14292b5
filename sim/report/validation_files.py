"""What a validation leaves: a page, a picture, tables and a summary for programs."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import Any

import pandas as pd

from sim.errors import InputError, Problem
from sim.glossary import LANGUAGES
from sim.report.style import save_figure
from sim.report.theory_picture import draw_theory
from sim.report.validation_page import PICTURE, validation_page
from sim.report.words import Words
from sim.runs.atomic import clear_os_errors, write_csv, write_text
from sim.runs.manifest import write_manifest
from sim.runs.outputs import check_output_file
from sim.validation.validate import Validation

FORMAT = "tiered-care-validation/1"
SUMMARY, PAGE, MANIFEST = "summary.json", "validation.md", "manifest.json"
_TITLES = tuple(f"# {Words.of(lang)['validation.title']}" for lang in LANGUAGES)
PUBLISHED_PAGE, PUBLISHED_PICTURE = "validation-report.md", "images/theory.png"


def check_validation_folder(folder: Path) -> None:
    """Refuse a folder with something in it that is no earlier validation.

    Raises
    ------
    InputError
        If it is a file, or holds other things.
    """
    with clear_os_errors(folder):
        if not folder.exists() or not any(folder.iterdir()):
            return
    if not _begins(folder / SUMMARY, f'{{\n  "format": "{FORMAT.split("/")[0]}/'):
        what = (
            "holds files but no validation (no summary.json of one); choose an empty or new folder"
        )
        raise InputError(Problem(what, folder))


def check_published(docs: Path) -> None:
    """Make the folder, and refuse to write over a page that is no published validation.

    Raises
    ------
    InputError
        If the folder cannot be made, or the page is somebody else's.
    """
    with clear_os_errors(docs):
        docs.mkdir(parents=True, exist_ok=True)
    check_output_file(docs / PUBLISHED_PAGE, lambda page: _begins(page, *_TITLES))


def _begins(file: Path, *beginnings: str) -> bool:
    """Tell whether a text file begins as one of some texts does."""
    try:
        with file.open(encoding="utf-8") as stream:
            return stream.read(max(map(len, beginnings))).startswith(beginnings)
    except (OSError, UnicodeDecodeError):
        return False


def write_validation(found: Validation, out: Path, words: Words) -> list[Path]:
    """Write everything, each file whole; nothing is written before all of it is made.

    Parameters
    ----------
    found : Validation
    out : Path
        Folder; made if it is missing.
    words : Words
        Of the page and the picture.

    Returns
    -------
    list of Path
        The files: ``validation.md``, ``summary.json``, ``manifest.json``, a CSV for every part, and
        ``figures/theory`` as PNG and SVG.

    Raises
    ------
    InputError
        If the folder cannot be written to, or no font draws the language.
    """
    page = validation_page(found, words)
    summary = json.dumps(validation_summary(found), ensure_ascii=False, indent=2)
    picture = draw_theory(found.section("theory").table, words)
    figures = out / "figures"
    with clear_os_errors(out):
        figures.mkdir(parents=True, exist_ok=True)
    files = [out / f"{section.name}.csv" for section in found.sections]
    for section, file in zip(found.sections, files, strict=True):
        write_csv(section.table, file)
    with clear_os_errors(figures):
        drawn = save_figure(picture, figures / "theory")
    write_manifest(found.manifest, out / MANIFEST)
    write_text(out / PAGE, page)
    # The last: whoever finds it finds everything.
    write_text(out / SUMMARY, summary + "\n")
    return [*files, *drawn, out / MANIFEST, out / PAGE, out / SUMMARY]


def publish_validation(found: Validation, out: Path, docs: Path, words: Words) -> list[Path]:
    """Put the page and the picture alone into a folder of documentation.

    Parameters
    ----------
    found : Validation
    out : Path
        Where `write_validation` wrote it.
    docs : Path
        Folder; made if it is missing.
    words : Words

    Returns
    -------
    list of Path
        ``validation-report.md`` and ``images/theory.png``.

    Raises
    ------
    InputError
        If the folder cannot be written to.
    """
    page, picture = docs / PUBLISHED_PAGE, docs / PUBLISHED_PICTURE
    with clear_os_errors(docs):
        picture.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(out / PICTURE, picture)
    write_text(page, validation_page(found, words, PUBLISHED_PICTURE))
    return [page, picture]


def validation_summary(found: Validation) -> dict[str, Any]:
    """Return what a program may want to know: verdicts, problems and all tables."""
    return {
        "format": FORMAT,
        "quick": found.quick,
        "passed": not found.failed,
        "failed": found.failed,
        "seconds": round(found.seconds, 1),
        "package": found.manifest.package,
        "code_sha256": found.manifest.code_sha256,
        "sections": {
            section.name: {
                "rows": len(section.table),
                "problems": list(section.problems),
                "table": _records(section.table),
            }
            for section in found.sections
        },
    }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as JSON has them: what is not a number is null."""
    return [
        {
            str(name): None if isinstance(value, float) and not math.isfinite(value) else value
            for name, value in row.items()
        }
        for row in json.loads(table.to_json(orient="records", double_precision=15))
    ]
