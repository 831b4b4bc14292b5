"""The workers of a Dask scheduler, behind `concurrent.futures.Executor`."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from sim.errors import InputError

ANSWER_SECONDS = 10
"""How long a scheduler may take to answer."""
TRIES = 3
"""How often a run is computed again elsewhere when its worker has died; then it has failed."""
_LEAST_AT_ONCE = 8


@contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """Give the workers of a scheduler, and how many runs to hand them at once.

    A run whose worker dies is computed again by another one. Who is not there yet can come later: runs wait.

    Raises
    ------
    InputError
        If Dask is not installed, or no scheduler answers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise InputError(
            f"--workers {address}: computing on a cluster needs Dask; install it with "
            "pip install 'tiered-care-sim[cluster]'"
        ) from None
    try:
        client = Client(address, timeout=ANSWER_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise InputError(
            f"--workers: no scheduler answers at {address} within {ANSWER_SECONDS} s"
        ) from error
    with client:
        processors = sum(client.nthreads().values())
        # Half of them wait at the workers, so that none has nothing to do while results travel.
        yield client.get_executor(pure=False, retries=TRIES), max(_LEAST_AT_ONCE, 2 * processors)
