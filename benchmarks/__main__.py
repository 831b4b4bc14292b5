"""Measure everything and print the tables: ``python -m benchmarks``."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.accounts_cost import accounts_cost
from benchmarks.compare import compare_county, compare_networks
from benchmarks.growth import (
    FULL,
    PROVINCE,
    QUICK,
    Sizes,
    grow_days,
    grow_patience,
    grow_people,
    grow_stations,
    run_long,
)
from benchmarks.machine import description
from benchmarks.start_up import start_up
from benchmarks.studies import log_cost, replications
from benchmarks.table import Section

_QUICK_SCALE = 0.1
CHAPTERS = ("Engines compared", "Growth of the compiled engine", "Start-up and log")


def main() -> None:
    """Run the benchmarks; every table is printed as soon as it is measured."""
    options = _options()
    measured: list[str] = []
    for title, sections in chapters(options.quick, options.province):
        if options.chapter in (None, title):
            measured.append("")
            for part in chapter(title, sections):
                print(part, flush=True)
                measured[-1] += f"{part}\n"
    if options.write is None:
        return
    if options.chapter is None:
        text = "\n".join([head(options.quick), *measured])
    else:
        text = with_chapter(options.write.read_text(encoding="utf-8"), options.chapter, *measured)
    options.write.write_text(text, encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short runs, one round: a few minutes")
    parser.add_argument(
        "--province", action="store_true", help="the whole province too: a quarter of an hour more"
    )
    parser.add_argument("--chapter", choices=CHAPTERS, help="measure one chapter only")
    parser.add_argument(
        "--write",
        type=Path,
        metavar="FILE",
        help="write the document to a file; with --chapter, replace that chapter of it",
    )
    return parser.parse_args()


def chapters(quick: bool, province: bool) -> Iterator[tuple[str, Iterator[Section]]]:
    """Yield the chapters; their tables are measured when they are asked for."""
    rounds = 1 if quick else 3
    sizes = QUICK if quick else FULL
    if province:
        sizes = replace(
            sizes,
            areas={**sizes.areas, "the province": PROVINCE},
            long_areas={**sizes.long_areas, "the province": (PROVINCE, 2)},
        )
    tables = (_engines(rounds, quick), _growth(rounds, sizes), _surroundings(rounds, quick))
    yield from zip(CHAPTERS, tables, strict=True)


def _engines(rounds: int, quick: bool) -> Iterator[Section]:
    yield from compare_networks(rounds, _QUICK_SCALE if quick else 1.0)
    yield compare_county(rounds, weeks=1 if quick else 8, reference_weeks=1)


def _growth(rounds: int, sizes: Sizes) -> Iterator[Section]:
    yield grow_people(sizes, rounds)
    yield run_long(sizes)
    yield grow_days(sizes, rounds)
    yield grow_patience(sizes, rounds)
    yield grow_stations(sizes, rounds)
    yield replications(rounds, sizes.replications, sizes.replication_weeks)


def _surroundings(rounds: int, quick: bool) -> Iterator[Section]:
    yield start_up(rounds)
    yield log_cost(rounds, weeks=1 if quick else 2)
    yield accounts_cost(rounds, weeks=1 if quick else 8)


def chapter(title: str, sections: Iterable[Section]) -> Iterator[str]:
    """Yield the parts of a chapter: its title, the machine and date, and its tables."""
    yield f"# {title}\n\n{description()}\n"
    for section in sections:
        yield section.markdown()


def head(quick: bool) -> str:
    """Return what stands before the chapters: how to read them."""
    kind = (
        "short runs, one round: rough numbers" if quick else "medians of three interleaved rounds"
    )
    return _HEAD.format(kind=kind)


def with_chapter(document: str, title: str, text: str) -> str:
    """Return a document with one chapter replaced.

    Raises
    ------
    ValueError
        If the document has no such chapter.
    """
    before, found, rest = document.partition(f"\n# {title}\n")
    if not found:
        raise ValueError(f"the document has no chapter '{title}' that could be replaced")
    _, following, after = rest.partition("\n# ")
    return f"{before}\n{text.rstrip()}\n{following}{after}"


_HEAD = """\
# Performance

Written by `make benchmark`, every number by that command, whole or chapter by chapter (`ARGS="--chapter ..."`).

Each cell is a run in a fresh process, {kind}. Times are processor time unless *on the clock* is said, without
starting Python, building the model and compiling. *Spread* is the distance between the fastest and the
slowest round, as a share of the median: differences smaller than that mean nothing, and neither does
the third digit of any ratio. Peak memory is of the whole process: Python, the libraries of these
benchmarks, and the tool.

Every run is checked before its time counts: patients served, visits of each and mean waits must be what
theory (or, for the real model, the other engine and the rates of the region) says, within five standard
errors. A tool that skipped work would stop the benchmark. *Events* are moments at which something
happens: an arrival, the end of a service, of a journey or of somebody's patience.
"""


if __name__ == "__main__":
    main()
