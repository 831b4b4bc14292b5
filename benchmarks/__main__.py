"""Measure everything and print the tables: ``python -m benchmarks``."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

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


def main() -> None:
    """Run the benchmarks; every table is printed as soon as it is measured."""
    options = _options()
    parts: list[str] = []
    for part in document(description(), chapters(options.quick, options.province), options.quick):
        print(part, flush=True)
        parts.append(part)
    if options.write is not None:
        options.write.write_text("\n".join(parts), encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short runs, one round: a few minutes")
    parser.add_argument(
        "--province", action="store_true", help="the whole province too: half an hour more"
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the tables to a file")
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
    yield "Engines compared", _engines(rounds, quick)
    yield "Growth of the compiled engine", _growth(rounds, sizes)
    yield "Start-up and log", _surroundings(rounds, quick)


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


def document(
    machine: str, contents: Iterable[tuple[str, Iterable[Section]]], quick: bool
) -> Iterator[str]:
    """Yield the parts of the document: the head, and each chapter's title and tables."""
    kind = (
        "short runs, one round: rough numbers" if quick else "medians of three interleaved rounds"
    )
    yield _HEAD.format(machine=machine, kind=kind)
    for title, sections in contents:
        yield f"# {title}\n"
        for section in sections:
            yield section.markdown()


_HEAD = """\
# Performance

Written by `make benchmark`, every number by that command; change nothing here by hand.

{machine}

Each cell is a run in a fresh process, {kind}. Times are processor time unless *on the clock* is said, without
starting Python, building the model and compiling. *Spread* is the distance between the fastest and the
slowest round, as a share of the median: differences smaller than that mean nothing, and neither does
the third digit of any ratio. Peak memory is of the whole process: Python, the libraries of these
benchmarks, which are some 60 MiB of it, and the tool.

Every run is checked before its time counts: patients served, visits of each and mean waits must be what
theory (or, for the real model, the other engine and the rates of the region) says, within five standard
errors. A tool that skipped work would stop the benchmark. *Events* are moments at which something
happens: an arrival, the end of a service, of a journey or of somebody's patience.
"""


if __name__ == "__main__":
    main()
