"""Tell what is allowed in a scenario or its region and hardly meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sim
from sim.cli.screen import say
from sim.errors import InputError, Problem
from sim.glossary import Language, label
from sim.messages import problem_line


def tell_remarks(
    names: Sequence[str],
    lang: Language,
    *,
    strict: bool,
    thorough: bool = False,
    **options: Any,
) -> None:
    """Say the remarks on scenarios, each once.

    Parameters
    ----------
    names : sequence of str
        Names or files.
    lang : {"zh", "en"}
    strict : bool
        Whether they are errors.
    thorough : bool
        Whether levers are tried as well; always where it is strict.
    **options
        Of `sim.load`.

    Raises
    ------
    InputError
        With all remarks, if there are any and it is strict.
    """
    remarks: dict[Problem, None] = {}
    for name in names:
        try:
            scenario = sim.load(name, **options)
        except InputError:
            # What is wrong is told together with what is wrong with the others.
            continue
        quick, folder = not (thorough or strict), options.get("scenarios")
        try:
            remarks.update(dict.fromkeys(sim.remarks(scenario, quick=quick, scenarios=folder)))
        except InputError:
            continue
    if strict and remarks:
        raise InputError(*remarks)
    for remark in remarks:
        say(f"{label('text.warning', lang)} {problem_line(remark, lang)}")
