"""The workers of a Dask scheduler, behind `concurrent.futures.Executor`."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from sim.errors import ARGUMENT, InputError, Problem
from sim.runs.executor import drain

if TYPE_CHECKING:
    from distributed import Client

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")

ANSWER_SECONDS = 10
"""How long a scheduler may take to answer."""
NO_WORKER_SECONDS = 600.0
"""How long a study waits while the scheduler has no worker at all, before it ends."""
_LEAST_AT_ONCE = 8


class WorkersGoneError(Exception):
    """The scheduler does not answer any more, or has had no worker for long; the message says which."""


class Cluster:
    """The workers of a scheduler.

    Parameters
    ----------
    client : distributed.Client
    address : str
    """

    def __init__(self, client: Client, address: str) -> None:
        self._client, self._address = client, address
        self._executor: Executor = client.get_executor(pure=False)
        self._worker_seen = time.monotonic()

    @property
    def processors(self) -> int:
        """How many runs the workers compute side by side, as of now; 0 if none is there yet."""
        return sum(self._client.nthreads().values())

    def run_tasks(
        self,
        function: Callable[[Task], Outcome],
        tasks: Sequence[Task],
        on_done: Callable[[Outcome], None],
        on_lost: Callable[[Task, BaseException], None],
    ) -> None:
        """Run ``function(task)`` for every task, wherever a worker is free, and report each one as it ends.

        A task whose worker dies is given to another one, as often as the scheduler allows (its setting
        ``distributed.scheduler.allowed-failures``, by default 3 times); then it is lost. A worker that comes
        later takes its share.

        Parameters
        ----------
        function, tasks, on_done, on_lost
            See `sim.runs.executor.run_tasks`; all are sent to other processes.

        Raises
        ------
        WorkersGoneError
            If the scheduler does not answer any more, or has no worker for `NO_WORKER_SECONDS`.
        """

        def note_lost(task: Task, error: BaseException) -> None:
            if isinstance(error, CancelledError):
                # Nobody but a client that has lost its scheduler cancels a task.
                raise self._gone() from error
            on_lost(task, error)

        # Half of them wait at the workers, so that none has nothing to do while results travel.
        at_once = max(_LEAST_AT_ONCE, 2 * self.processors)
        try:
            drain(self._executor, deque(tasks), at_once, function, on_done, note_lost, self._check)
        except BaseException:
            self._executor.shutdown(wait=False)
            raise

    def _check(self) -> None:
        """End the wait for workers that do not come."""
        if self._client.status == "closed":
            raise self._gone()
        if self._client.status != "running" or self.processors:
            self._worker_seen = time.monotonic()
        elif time.monotonic() - self._worker_seen > NO_WORKER_SECONDS:
            minutes = NO_WORKER_SECONDS / 60
            raise WorkersGoneError(f"no worker has been at {self._address} for {minutes:g} min")

    def _gone(self) -> WorkersGoneError:
        return WorkersGoneError(f"the scheduler at {self._address} does not answer any more")


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """Give the workers of a scheduler.

    Raises
    ------
    InputError
        If Dask is not installed, or no scheduler answers.
    """
    try:
        from distributed import Client
    except ImportError:
        what = (
            f"computing on a cluster, {address}, needs Dask; install it with "
            "pip install 'tiered-care-sim[cluster]'"
        )
        raise InputError(Problem(what, ARGUMENT, key="workers")) from None
    try:
        client = Client(address, timeout=ANSWER_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError, ImportError) as error:
        what = f"no scheduler answers at {address} within {ANSWER_SECONDS} s"
        raise InputError(Problem(what, ARGUMENT, key="workers")) from error
    with client:
        yield Cluster(client, address)
