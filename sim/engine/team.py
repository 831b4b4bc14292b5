"""Threads that share a list of jobs; kernels release Python's lock, so that they run in parallel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

Job = TypeVar("Job")


class Team:
    """Some threads; one means the calling thread.

    Parameters
    ----------
    threads : int
        At least 1.
    """

    def __init__(self, threads: int) -> None:
        if threads < 1:
            raise ValueError(f"{threads} threads cannot work; at least 1 is needed")
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads - 1) if threads > 1 else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def each(self, jobs: Iterable[Job], work: Callable[[Job], None]) -> None:
        """Do the work on every job; each thread takes the next one when it has finished one."""
        waiting = iter(list(jobs))
        helpers = []
        if self._pool is not None:
            helpers = [
                self._pool.submit(_take_jobs, waiting, work) for _ in range(self._threads - 1)
            ]
        _take_jobs(waiting, work)
        for helper in helpers:
            helper.result()


def _take_jobs(waiting: Iterator[Job], work: Callable[[Job], None]) -> None:
    # Only one thread gets each item of a list's iterator: taking it is atomic under Python's lock.
    for job in waiting:
        work(job)
