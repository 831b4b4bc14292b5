"""Many tasks side by side, on threads or processes of this machine, behind `concurrent.futures.Executor`.

Knows nothing of studies: it takes a function and a list of tasks and reports each as it ends.
Processes are spawned, not forked, so that no state of this process leaks into a run.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from typing import Literal, ParamSpec, TypeVar

from sim.engine.stop import end_if_stopped, stopped_by
from sim.runs.workers import available_processors

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")
Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
_LOOK_EVERY_SECONDS = 1.0
_STARTS_ANEW = (
    "processes start this script anew: put what it does under if __name__ == '__main__':, "
    "or use workers=1"
)

WorkerKind = Literal["threads", "processes"]
_MOST_THREADS = 8
"""Assumed: part of a run is Python making its tables, one thread at a time, so that many threads stand in line.
That two threads are faster than two processes is measured, in `docs/performance.md`."""


def worker_kind(releases_lock: bool, workers: int) -> WorkerKind:
    """Return on what tasks run faster.

    Threads begin at once and share what was read and built; processes first have to start, import and build.

    Parameters
    ----------
    releases_lock : bool
        Whether most of a task is machine code that lets other threads run Python meanwhile.
    workers : int
    """
    at_once = min(workers, available_processors())
    return "threads" if releases_lock and at_once <= _MOST_THREADS else "processes"


class SerialExecutor(Executor):
    """Runs each call at once in this process: the same interface with nothing hidden."""

    def submit(
        self,
        fn: Callable[Parameters, Result],
        /,
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Future[Result]:
        """Call `fn` now and return a finished future; Ctrl-C is not caught."""
        future: Future[Result] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def run_tasks(
    function: Callable[[Task], Outcome],
    tasks: Sequence[Task],
    workers: int,
    on_done: Callable[[Outcome], None],
    on_lost: Callable[[Task, BaseException], None],
    kind: WorkerKind = "processes",
    while_waiting: Callable[[], None] = lambda: None,
) -> None:
    """Run ``function(task)`` for every task and report each one as it ends, in any order.

    Parameters
    ----------
    function : callable
        Free of state if `workers` exceeds 1, and importable by name if they are processes.
    tasks : sequence
        What to run, in the order wanted; picklable for processes.
    workers : int
        At least 1; 1 means the calling thread.
    on_done : callable
        Called here with what the function returned.
    on_lost : callable
        Called here with a task and the reason why it returned nothing: it raised, could not be
        sent to a process, or its process died. The other tasks go on.
    kind : {'processes', 'threads'}
        What the workers are; see `worker_kind`.
    while_waiting : callable
        Called here now and then while the workers work.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C, after the workers have been stopped.
    """
    waiting = deque(tasks)
    if workers <= 1:
        drain(SerialExecutor(), waiting, 1, function, on_done, on_lost, while_waiting)
        return
    if kind == "threads":
        with thread_pool(workers) as threads:
            drain(threads, waiting, workers + 1, function, on_done, on_lost, while_waiting)
        return
    while waiting:
        with _process_pool(min(workers, len(waiting))) as pool:
            suspects = drain(pool, waiting, workers + 1, function, on_done, on_lost, while_waiting)
        if suspects and not pool.has_begun:
            # Most likely the script, imported by the process, asked for this very study again.
            for task in (*suspects, *waiting):
                on_lost(task, BrokenProcessPool(_STARTS_ANEW))
            return
        # A dying process takes its whole pool along. Each task that was under way is tried once
        # more with a pool of its own, so that only the guilty one is reported.
        for task in suspects:
            with _process_pool(1) as pool:
                if drain(pool, deque([task]), 1, function, on_done, on_lost, while_waiting):
                    on_lost(task, BrokenProcessPool("its process died (out of memory?)"))


def drain(
    executor: Executor,
    waiting: deque[Task],
    at_once: int,
    function: Callable[[Task], Outcome],
    on_done: Callable[[Outcome], None],
    on_lost: Callable[[Task, BaseException], None],
    while_waiting: Callable[[], None],
) -> list[Task]:
    """Run what waits, `at_once` at most; return the tasks under way when the pool breaks.

    Parameters are those of `run_tasks`; what has been begun is taken from `waiting`.

    Raises
    ------
    KeyboardInterrupt
        If the caller has been asked to stop and did not hear it.
    """
    under_way: dict[Future[Outcome], Task] = {}
    suspects: list[Task] = []
    usable = True
    while True:
        end_if_stopped()
        while usable and waiting and len(under_way) < at_once:
            try:
                under_way[executor.submit(function, waiting[0])] = waiting[0]
                waiting.popleft()
            except BrokenProcessPool:
                usable = False
        if not under_way:
            return suspects
        done = wait(under_way, _LOOK_EVERY_SECONDS, return_when=FIRST_COMPLETED).done
        if not done:
            while_waiting()
        for future in done:
            task = under_way.pop(future)
            try:
                outcome = future.result()
            except BrokenProcessPool:
                usable = False
                suspects.append(task)
            except Exception as error:
                on_lost(task, error)
            else:
                on_done(outcome)


class _StoppableThreads(ThreadPoolExecutor):
    """Threads whose tasks can be stopped."""

    def __init__(self, workers: int) -> None:
        super().__init__(workers)
        self._stopped = threading.Event()

    def submit(
        self,
        fn: Callable[Parameters, Result],
        /,
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Future[Result]:
        """Let a thread call `fn`."""

        def call() -> Result:
            with stopped_by(self._stopped):
                return fn(*args, **kwargs)

        return super().submit(call)

    def stop(self) -> None:
        """End every run under way after its week, or window, of simulated time."""
        self._stopped.set()


class _FreshProcesses(ProcessPoolExecutor):
    """Spawned processes."""

    def __init__(self, workers: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._begun = context.Event()
        super().__init__(workers, context, initializer=_prepare_worker, initargs=(self._begun,))

    @property
    def has_begun(self) -> bool:
        """Whether any of them has imported the main module and was ready for a task."""
        return self._begun.is_set()


@contextmanager
def thread_pool(workers: int) -> Iterator[_StoppableThreads]:
    """Give a pool of threads; whatever ends the body early stops their tasks."""
    pool = _StoppableThreads(workers)
    try:
        yield pool
    except BaseException:
        pool.stop()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _process_pool(workers: int) -> Iterator[_FreshProcesses]:
    """Give a pool of fresh processes; whatever ends the body early stops them at once."""
    others = set(multiprocessing.active_children())
    pool = _FreshProcesses(workers)
    try:
        yield pool
    except BaseException:
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _prepare_worker(begun: Event) -> None:
    """Tell that this process has begun, leave Ctrl-C to the main process, and never outlive it."""
    begun.set()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        # Not sys.exit: that ends only this thread. A run is either saved whole or not at all.
        os._exit(1)
