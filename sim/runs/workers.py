"""Who computes the runs of a study: threads or processes of this machine, or workers of a Dask scheduler."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from sim.errors import ARGUMENT, InputError, Problem

_ADDRESS = re.compile(r"(?:tcp|tls|ucx|ws|wss)://\S+")
_PORT = re.compile(r"\w+://(?:\[[^\]]*\]|[^:/]*):([0-9]+)(?:/.*)?")
MOST_WORKERS = 4096
HIGHEST_PORT = 65_535


@dataclass(frozen=True)
class Workers:
    """Those who compute.

    Attributes
    ----------
    count : int
        Runs side by side on this machine, or the processors that one run may use, at least 1. Results do not
        depend on it.
    address : str
        Of a Dask scheduler, ``tcp://host:8786``, whose workers compute instead; "" for this machine.
    """

    count: int = 1
    address: str = ""

    @classmethod
    def of(cls, stated: int | str | Workers | None = None) -> Workers:
        """Return the workers that a command line or a caller states.

        Parameters
        ----------
        stated : int, str, Workers, optional
            A number (also as text), an address, or what this function returned; by default every processor that
            this process may use.

        Raises
        ------
        InputError
            If it is neither a number of at least 1 nor an address, or names a port that there is not.
        """
        if isinstance(stated, Workers):
            return stated
        if stated is None:
            return cls(available_processors())
        text = str(stated).strip()
        if _ADDRESS.fullmatch(text):
            _check_port(text)
            return cls(available_processors(), text)
        # Not more than a handful of digits: a number of any length is a number to Python.
        if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= MOST_WORKERS:
            what = (
                f"must be a number from 1 to {MOST_WORKERS}, or the address of a scheduler such as "
                f"tcp://localhost:8786, not '{text[:60]}'"
            )
            raise InputError(Problem(what, ARGUMENT, key="workers"))
        return cls(int(text))


def workers_here(stated: int | str | Workers | None) -> int:
    """Return how many workers of this machine compute what no scheduler can hand out.

    Raises
    ------
    InputError
        As `Workers.of`, and for the address of a scheduler.
    """
    workers = Workers.of(stated)
    if workers.address:
        what = "this is computed on this machine alone; state a number"
        raise InputError(Problem(what, ARGUMENT, key="workers"))
    return workers.count


def _check_port(address: str) -> None:
    """Refuse a port that no machine has, which would be sought in vain."""
    port = _PORT.fullmatch(address)
    # By its digits first: a number of any length is a number to Python.
    if port and (len(port[1]) > 5 or not 1 <= int(port[1]) <= HIGHEST_PORT):
        what = f"there is no port {port[1]}; allowed: 1 to {HIGHEST_PORT}, such as tcp://localhost:8786"
        raise InputError(Problem(what, ARGUMENT, key="workers"))


def available_processors() -> int:
    """Return how many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1
