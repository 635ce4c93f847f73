"""The same work on many cores or machines: the one place that knows joblib.

A worker is a process that uses one processor thread, so that workers don't fight over cores. A
worker that dies (out of memory, or in a decoder that crashes on a damaged file) takes no finished
work with it: what it left undone is done again, and a task that kills its worker when it is the
only one running is given up.
"""

import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar

import cv2
import joblib
from joblib.externals.loky.process_executor import TerminatedWorkerError

from keras_impl.cli import Backend
from keras_impl.errors import DataError, KerasImplError

Task = TypeVar("Task")
Result = TypeVar("Result")

THREADS = 1
"""Processor threads of a worker."""

SILENCE = 600
"""Seconds without a result from a cluster after which its workers count as dead."""


class WorkerDied(KerasImplError):
    """What a task that kills its worker has instead of a result."""


@dataclass(frozen=True)
class Workers:
    """Where the work is done.

    Attributes
    ----------
    jobs : int
        Workers on this machine; 1 is this process itself. A cluster has as many as it has.
    backend : {"loky", "dask"}
        Processes on this machine, or a Dask cluster.
    scheduler : str or None
        Address of the Dask scheduler, ``tcp://host:port``.

    Raises
    ------
    DataError
        If a cluster is asked for and can't be reached.
    """

    jobs: int = 1
    backend: Backend = "loky"
    scheduler: str | None = None

    def __post_init__(self) -> None:
        if (self.backend == "dask") != (self.scheduler is not None):
            raise DataError("--backend dask and --scheduler ADDRESS go together")

    def run(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[tuple[Task, Result]]:
        """Yield each task with its result, in the order in which they are finished.

        Parameters
        ----------
        function : callable
            Takes a task. It and the tasks must be picklable.
        tasks : sequence

        Yields
        ------
        task
        result
            What the function returned, or a `WorkerDied`.

        Raises
        ------
        KerasImplError, OSError
            What the function raised. Any other exception is a bug, and is raised as a RuntimeError
            that tells where it was.
        """
        left = dict(enumerate(tasks))
        with self._cluster():
            while left:
                before = len(left)
                try:
                    for place, result in self._attempt(function, left):
                        yield left.pop(place), result
                except (TerminatedWorkerError, TimeoutError):
                    if len(left) == before:  # no luck together: the first one alone
                        place = next(iter(left))
                        yield left.pop(place), self._alone(function, tasks[place])

    def _attempt(self, function: Callable[[Task], Result], tasks: dict[int, Task]) -> Iterator[tuple[int, Result]]:
        calls = (joblib.delayed(_call)(function, place, task) for place, task in list(tasks.items()))
        cluster = self.backend == "dask"
        parallel = joblib.Parallel(
            n_jobs=min(self.jobs, len(tasks)),
            backend=None if cluster else self.backend,
            return_as="generator_unordered",
            batch_size=1,
            timeout=SILENCE if cluster else None,
        )
        results = parallel(calls)
        try:
            for place, result, error in results:
                if error is not None:
                    raise error
                yield place, result
        finally:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # that unfinished tasks are lost is no news then
                results.close()

    def _alone(self, function: Callable[[Task], Result], task: Task) -> Result | WorkerDied:
        try:
            ((_, result),) = self._attempt(function, {0: task})
            return result
        except (TerminatedWorkerError, TimeoutError):
            return WorkerDied("kills the process that works on it")

    def _cluster(self) -> AbstractContextManager[Any]:
        """Connection to the cluster, for as long as there is work."""
        if self.backend == "loky":
            return nullcontext()
        try:
            from distributed import Client
        except ImportError:
            raise DataError("--backend dask needs Dask: pip install 'keras_impl[dask]'") from None
        try:
            client = Client(self.scheduler, timeout=10)
        except (OSError, ValueError) as error:
            reason = str(error).splitlines()[0]
            raise DataError(f"no Dask scheduler answers at {self.scheduler} ({reason})") from None
        return joblib.parallel_config(backend="dask", client=client)


def _call(
    function: Callable[[Task], Result], place: int, task: Task
) -> tuple[int, Result | None, KerasImplError | OSError | RuntimeError | None]:
    """Run in the worker: errors are handed back, as an exception there is not reported by every backend."""
    cv2.setNumThreads(THREADS)
    try:
        return place, function(task), None
    except (KerasImplError, OSError) as error:
        return place, None, error
    except Exception:
        return place, None, RuntimeError(traceback.format_exc())
