"""A network written out in full, and with another run than its file states."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML

from sim.errors import ARGUMENT, InputError, Problem
from sim.reading.yaml_file import dotted
from sim.scenario.checks import argument_of_run, words
from sim.scenario.network.check import network_problems
from sim.scenario.network.schema import NetworkRun, NetworkScenario


def resolved_network(scenario: NetworkScenario) -> str:
    """Return a network as one YAML file without a parent or files beside it.

    Loading it gives the same network.
    """
    content = scenario.model_dump(by_alias=True, exclude_unset=True, exclude={"extends"})
    yaml = YAML(typ="rt", pure=True)
    yaml.default_flow_style = None
    yaml.allow_unicode = True
    yaml.width = 120
    stream = io.StringIO()
    yaml.dump(_without_none(content), stream)
    return stream.getvalue()


def _without_none(value: Any) -> Any:
    """Return plain values without the keys that say nothing."""
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_without_none(item) for item in value]
    return value


def network_with_run(scenario: NetworkScenario, run: Mapping[str, object]) -> NetworkScenario:
    """Return a network with another length, warm-up, seed or number of replications.

    Parameters
    ----------
    scenario : NetworkScenario
        Checked; unchanged.
    run : mapping
        Keys of ``run`` with values as in a file: ``{"length": "8 w", "seed": 3}``.

    Raises
    ------
    InputError
        With every problem; keys are named as arguments (``weeks``).
    """
    if not run:
        return scenario
    try:
        settings = NetworkRun.model_validate({**scenario.run.model_dump(exclude_unset=True), **run})
    except ValidationError as error:
        raise InputError(
            *(
                Problem(
                    words(dict(details), NetworkRun), ARGUMENT, key=argument_of_run(details["loc"])
                )
                for details in error.errors()
            )
        ) from None
    changed = scenario.model_copy(update={"run": settings})
    problems = [
        Problem(f"with the run that is asked for: {what}", key=dotted(at))
        for at, what in network_problems(changed)
    ]
    if problems:
        raise InputError(*problems)
    return changed
