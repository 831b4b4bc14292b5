"""Run a test on very many random examples, in parts that several workers can share.

`RANDOM_WORLDS` in the environment says how many there are of each kind, 1,000 if it does not. The
examples of a part are always the same, and those of the first parts are among those of more parts.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

PER_PART = 250
PARTS = max(1, int(os.environ.get("RANDOM_WORLDS", "1000")) // PER_PART)


def for_many(examples: SearchStrategy[Any], part: int, test: Callable[[Any], None]) -> None:
    """Call a test with all examples of a part; a failing one is made as small as possible."""

    @seed(part)
    @settings(
        max_examples=PER_PART,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(example=examples)
    def check(example: Any) -> None:
        test(example)

    check()
