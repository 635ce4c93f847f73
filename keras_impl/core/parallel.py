"""The same work on many cores or machines: the one place that knows joblib.

A worker is a process that uses one processor thread, so that workers don't fight over cores. A
worker that dies (out of memory, or in a decoder that crashes on a damaged file) takes no finished
work with it: what it left undone is done again, and a task that kills its worker when it is the
only one running is given up. So is one that breaks the limits of `keras_impl.core.guard`.
"""

import ctypes
import faulthandler
import multiprocessing
import os
import platform
import signal
import tempfile
import threading
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import cv2
import joblib
from joblib.externals.loky import ProcessPoolExecutor, reusable_executor
from joblib.externals.loky.process_executor import TerminatedWorkerError

from keras_impl import __version__
from keras_impl.core.guard import arm
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


_give_back_memory: Callable[[int], object] | None
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
    apart : bool
        Whether even a single worker is a process of its own, which a file may crash.
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
    apart: bool = False

    def __post_init__(self) -> None:
        if (self.backend == "dask") != (self.scheduler is not None):
            raise DataError("--backend dask and --scheduler ADDRESS go together")

    def run(
        self, function: Callable[[Task], Result], tasks: Sequence[Task]
    ) -> Iterator[tuple[Task, Result | "WorkerDiedError"]]:
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
        is_here = self.backend == "loky" and jobs == 1 and not self.apart
        with self._cluster(), _Desk.opened(self.backend == "loky" and not is_here) as desk:
            while left:
                before = len(left)
                try:
                    for place, result in self._attempt(function, left, jobs, desk):
                        yield left.pop(place), result
                except _DEATHS:
                    for place in self._guilty(desk, left, before):
                        reason = desk.reason(place) if desk else ""
                        yield (
                            left.pop(place),
                            WorkerDiedError(reason) if reason else self._alone(function, place, tasks[place], desk),
                        )

    def _guilty(self, desk: "_Desk | None", left: dict[int, Task], before: int) -> list[int]:
        """Of the tasks that are left, those that may have killed the workers; ``before`` were left before."""
        suspects = desk.suspects(left) if desk else []
        if desk and suspects:
            ended = [place for place in suspects if desk.reason(place)]
            for place in set(suspects) - set(ended):
                desk.end(place)
            return ended or suspects
        return [next(iter(left))] if len(left) == before else []  # no luck together: the first one alone

    def _attempt(
        self, function: Callable[[Task], Result], tasks: dict[int, Task], jobs: int, desk: "_Desk | None"
    ) -> Iterator[tuple[int, Result]]:
        if jobs == 1 and desk:
            with _executor() as executor:
                for place, task in list(tasks.items()):
                    yield _result(executor.submit(_call, function, place, task, desk).result())
            return
        calls = (joblib.delayed(_call)(function, place, task, desk) for place, task in list(tasks.items()))
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
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "A worker stopped while some jobs", UserWarning)  # we know
                for answer in results:
                    yield _result(answer)
        finally:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # that unfinished tasks are lost is no news then
                results.close()

    def _alone(
        self, function: Callable[[Task], Result], place: int, task: Task, desk: "_Desk | None"
    ) -> Result | WorkerDiedError:
        try:
            if desk is None:
                ((_, result),) = self._attempt(function, {place: task}, 1, None)
            else:
                with _executor() as executor:
                    _, result = _result(executor.submit(_call, function, place, task, desk).result())
            return result
        except _DEATHS:
            return WorkerDiedError((desk.reason(place) if desk else "") or "kills the process that works on it")

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


@dataclass(frozen=True)
class _Desk:
    """A folder in which the workers of this machine write down what they are at, for when they die.

    Attributes
    ----------
    folder : Path
    """

    folder: Path

    @staticmethod
    @contextmanager
    def opened(is_wanted: bool) -> Iterator["_Desk | None"]:
        """A desk for as long as there is work, if it is wanted."""
        if not is_wanted:
            yield None
            return
        with tempfile.TemporaryDirectory(prefix="keras_impl-") as folder:
            yield _Desk(Path(folder))

    def begin(self, place: int) -> None:
        """Write down that a task is begun."""
        self._begun(place).touch()

    def end(self, place: int) -> None:
        """Write down that it is done."""
        self._begun(place).unlink(missing_ok=True)

    def give_up(self, place: int, reason: str) -> None:
        """Write down why a worker is about to end."""
        self._begun(place).write_text(reason)

    def suspects(self, places: Iterable[int]) -> list[int]:
        """Which of these tasks were begun and not ended."""
        return [place for place in places if self._begun(place).exists()]

    def reason(self, place: int) -> str:
        """Why the worker of a task ended itself; empty if it didn't."""
        return self._begun(place).read_text() if self._begun(place).exists() else ""

    def _begun(self, place: int) -> Path:
        return self.folder / str(place)


@contextmanager
def _executor() -> Iterator[ProcessPoolExecutor]:
    """One worker, ended whatever it is at when it is needed no more."""
    with _deaf_to_interrupts():
        executor = ProcessPoolExecutor(max_workers=1)
    try:
        yield executor
    finally:
        executor.shutdown(wait=True, kill_workers=True)


def end_workers() -> None:
    """End the processes that wait for more work: one that hangs would keep this one from ending."""
    executor = reusable_executor._executor
    if executor is not None:
        executor.shutdown(wait=True, kill_workers=True)


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


@dataclass(frozen=True)
class _Failure:
    """An error to be raised again outside of the worker."""

    error: KerasImplError | OSError | RuntimeError


def _call(
    function: Callable[[Task], Result], place: int, task: Task, desk: _Desk | None
) -> tuple[int, Result | _Failure]:
    """Run in the worker: errors are handed back, as an exception there is not reported by every backend."""
    cv2.setNumThreads(THREADS)
    if desk is not None:
        _be_quiet()
        arm(partial(desk.give_up, place))
        desk.begin(place)
    try:
        return place, function(task)
    except (KerasImplError, OSError) as error:
        return place, _Failure(error)
    except Exception:
        return place, _Failure(RuntimeError(traceback.format_exc()))
    finally:
        if desk is not None:
            desk.end(place)
        if _give_back_memory is not None:
            _give_back_memory(0)


@cache
def _be_quiet() -> None:
    """Keep what libraries write from the user's terminal: all that matters is handed back."""
    faulthandler.disable()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _result(answer: tuple[int, Result | _Failure]) -> tuple[int, Result]:
    place, result = answer
    if isinstance(result, _Failure):
        raise result.error
    return place, result
