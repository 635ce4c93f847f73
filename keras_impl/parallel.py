"""The same work on many cores or machines: the one place that knows joblib.

A worker is a process that uses one processor thread, so that workers don't fight over cores. A
worker that dies (out of memory, or in a decoder that crashes on a damaged file) takes no finished
work with it: what it left undone is done again, and a task that kills its worker when it is the
only one running is given up.
"""

import ctypes
import multiprocessing
import platform
import signal
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

import cv2
import joblib
from joblib.externals.loky import ProcessPoolExecutor
from joblib.externals.loky.process_executor import TerminatedWorkerError

from keras_impl import __version__
from keras_impl.errors import DataError, KerasImplError, first_line

if TYPE_CHECKING:
    from distributed import Client

Task = TypeVar("Task")
Result = TypeVar("Result")

CONNECTION_SECONDS = 10

THREADS = 1
"""Processor threads of a worker."""

_DEATHS = (TerminatedWorkerError, multiprocessing.TimeoutError, TimeoutError)
"""What joblib raises when a worker died."""


try:
    # What a task has freed would else stay with the process, in pieces: it grew by a fifth over 500 videos.
    _give_back_memory = ctypes.CDLL(None).malloc_trim
except (AttributeError, OSError, TypeError):  # only the GNU C library has it
    _give_back_memory = None


class WorkerDiedError(KerasImplError):
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
    patience : float
        Seconds without a result from a cluster after which its workers count as dead.

    Raises
    ------
    DataError
        If a cluster is asked for and can't be reached.
    """

    jobs: int = 1
    backend: Literal["loky", "dask"] = "loky"
    scheduler: str | None = None
    patience: float = 1200

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
            What the function returned, or a `WorkerDiedError`.

        Raises
        ------
        KerasImplError, OSError
            What the function raised. Any other exception is a bug, and is raised as a RuntimeError
            that tells where it was.
        """
        left = dict(enumerate(tasks))
        jobs = min(self.jobs, len(tasks))
        with self._cluster():
            while left:
                before = len(left)
                try:
                    for place, result in self._attempt(function, left, jobs):
                        yield left.pop(place), result
                except _DEATHS:
                    if len(left) == before:  # no luck together: the first one alone
                        place = next(iter(left))
                        yield left.pop(place), self._alone(function, tasks[place])

    def _attempt(
        self, function: Callable[[Task], Result], tasks: dict[int, Task], jobs: int
    ) -> Iterator[tuple[int, Result]]:
        calls = (joblib.delayed(_call)(function, place, task) for place, task in list(tasks.items()))
        cluster = self.backend == "dask"
        parallel = joblib.Parallel(
            n_jobs=jobs,
            backend=None if cluster else self.backend,
            return_as="generator_unordered",
            batch_size=1,
            timeout=self.patience if cluster else None,  # joblib isn't told when a cluster gives a task up
        )
        with _deaf_to_interrupts():
            results = parallel(calls)
        try:
            for answer in results:
                yield _result(answer)
        finally:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # that unfinished tasks are lost is no news then
                results.close()

    def _alone(self, function: Callable[[Task], Result], task: Task) -> Result | WorkerDiedError:
        try:
            if self.backend == "dask":
                ((_, result),) = self._attempt(function, {0: task}, jobs=1)
            else:
                with ProcessPoolExecutor(max_workers=1) as executor:
                    _, result = _result(executor.submit(_call, function, 0, task).result())
            return result
        except _DEATHS:
            return WorkerDiedError("kills the process that works on it")

    @contextmanager
    def _cluster(self) -> Iterator[None]:
        """Connection to the cluster, if there is one, for as long as there is work."""
        if self.backend == "loky":
            yield
            return
        try:
            from distributed import Client
        except ImportError:
            raise DataError("--backend dask needs Dask: pip install 'keras_impl[dask]'") from None
        try:
            client = Client(self.scheduler, timeout=CONNECTION_SECONDS)
        except (OSError, ValueError) as error:
            reason = first_line(error)
            raise DataError(f"no Dask scheduler answers at {self.scheduler} ({reason})") from None
        with client, joblib.parallel_config(backend="dask", client=client):
            _check(client)
            yield


def _check(client: "Client") -> None:
    """Make sure of a cluster that would otherwise not answer.

    Raises
    ------
    DataError
        If it has no workers, or not the same software.
    """
    try:
        found = {client.run_on_scheduler(_version), *client.run(_version).values()}
    except (ImportError, RuntimeError) as error:
        raise DataError(f"the cluster can't import keras_impl ({error}): install it there too") from None
    if found != {_version()}:
        there = " and ".join(sorted(found))
        raise DataError(f"the cluster has {there}, and here is {_version()}: they must be the same")
    if not client.ncores():
        raise DataError("the cluster has no workers: start some with dask worker")


def _version() -> str:
    """What has to be equal on all machines of a cluster."""
    return f"keras_impl {__version__} on Python {platform.python_version()}"


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Let the processes that are started here ignore Ctrl-C: the one that started them ends them."""
    if threading.current_thread() is not threading.main_thread():  # which alone may choose
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


_Answer = tuple[int, Result | None, KerasImplError | OSError | RuntimeError | None]


def _call(function: Callable[[Task], Result], place: int, task: Task) -> _Answer:
    """Run in the worker: errors are handed back, as an exception there is not reported by every backend."""
    cv2.setNumThreads(THREADS)
    try:
        return place, function(task), None
    except (KerasImplError, OSError) as error:
        return place, None, error
    except Exception:
        return place, None, RuntimeError(traceback.format_exc())
    finally:
        if _give_back_memory is not None:
            _give_back_memory(0)


def _result(answer: _Answer) -> tuple[int, Result]:
    place, result, error = answer
    if error is not None:
        raise error
    return place, result
