"""Tasks run in parallel on many cores or machines: the one module that knows joblib.

A worker is a process that uses one processor thread, so that workers don't compete for cores. If a
worker dies (out of memory, or in a decoder that crashes on a damaged file), finished results are
kept and its unfinished tasks are run again; a task that kills its worker while no other task runs is
given up. So is one that exceeds the limits of `keras_impl.core.guard`.
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

from keras_impl.core.guard import Ended, arm
from keras_impl.core.versions import __version__
from keras_impl.errors import DataError, KerasImplError, first_line

if TYPE_CHECKING:
    from distributed import Client

Task = TypeVar("Task")
Result = TypeVar("Result")

CONNECTION_SECONDS = 10

THREADS = 1
"""Processor threads of a worker."""

_DEATHS = (TerminatedWorkerError, multiprocessing.TimeoutError, TimeoutError)
"""Raised by joblib when a worker died."""


_give_back_memory: Callable[[int], object] | None
try:
    # Memory that a task freed would stay with the process, fragmented: it grew by a fifth over 500 videos.
    _give_back_memory = ctypes.CDLL(None).malloc_trim
except (AttributeError, OSError, TypeError):  # only the GNU C library has it
    _give_back_memory = None

# joblib's own thread says so whenever a worker is replaced; what died is known, and told, here
warnings.filterwarnings("ignore", "A worker stopped while some jobs", UserWarning)


class WorkerDiedError(KerasImplError):
    """Takes the place of a result where the task killed its worker; the message is the reason.

    Parameters
    ----------
    ended : Ended
        Why the worker died.

    Attributes
    ----------
    code : str
    values : dict of str to float
        As of `keras_impl.errors.MediaError`.
    """

    def __init__(self, ended: Ended) -> None:
        super().__init__(ended)
        self.code, self.values = ended.code, ended.values


@dataclass(frozen=True)
class Workers:
    """Where tasks are run.

    Attributes
    ----------
    jobs : int
        Workers on this machine; 1 is this process itself. A cluster uses all workers that it has.
    backend : {"loky", "dask"}
        Processes on this machine, or a Dask cluster.
    scheduler : str or None
        Address of the Dask scheduler, ``tcp://host:port``.
    apart : bool
        Whether even a single worker is a process of its own, so that a file can't crash this one.
    patience : float
        Seconds without a result after which the workers of a cluster are considered dead.

    Raises
    ------
    DataError
        If only one of backend and scheduler asks for a cluster, or the cluster can't be reached.
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
            that has the worker's traceback.
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
                        ended = desk.last_words(place) if desk else None
                        yield (
                            left.pop(place),
                            WorkerDiedError(ended) if ended else self._alone(function, place, tasks[place], desk),
                        )

    def _guilty(self, desk: "_Desk | None", left: dict[int, Task], before: int) -> list[int]:
        """Which of the remaining tasks may have killed the workers; ``before`` this attempt, so many remained."""
        suspects = desk.suspects(left) if desk else []
        if desk and suspects:
            ended = [place for place in suspects if desk.last_words(place)]
            for place in set(suspects) - set(ended):
                desk.end(place)
            return ended or suspects
        return [next(iter(left))] if len(left) == before else []  # no progress: try the first one alone

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
            timeout=self.patience if cluster else None,  # joblib isn't told if a cluster gives a task up
        )
        with _deaf_to_interrupts():
            results = parallel(calls)
        try:
            for answer in results:
                yield _result(answer)
        finally:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # it warns of unfinished tasks, which are known here
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
            return WorkerDiedError((desk.last_words(place) if desk else None) or Ended.crashed())

    @contextmanager
    def _cluster(self) -> Iterator[None]:
        """Connection to the cluster, if there is one, while tasks are run."""
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
            raise DataError(
                f"no Dask scheduler answers at {self.scheduler} ({reason}): check the address, or start one"
            ) from None
        with client, joblib.parallel_config(backend="dask", client=client):
            _check(client)
            yield


@dataclass(frozen=True)
class _Desk:
    """A folder in which the workers of this machine note what they are working on, in case they die.

    Attributes
    ----------
    folder : Path
    """

    folder: Path

    @staticmethod
    @contextmanager
    def opened(is_wanted: bool) -> Iterator["_Desk | None"]:
        """A desk while tasks are run, if one is wanted."""
        if not is_wanted:
            yield None
            return
        with tempfile.TemporaryDirectory(prefix="keras_impl-") as folder:
            yield _Desk(Path(folder))

    def begin(self, place: int) -> None:
        """Note that a task has started."""
        self._begun(place).touch()

    def end(self, place: int) -> None:
        """Note that it has finished."""
        self._begun(place).unlink(missing_ok=True)

    def give_up(self, place: int, ended: Ended) -> None:
        """Note why its worker is about to end."""
        part = self._begun(place).with_suffix(".part")  # it may be killed while it writes
        part.write_text(ended.as_json(), encoding="utf-8")
        part.replace(self._begun(place))

    def suspects(self, places: Iterable[int]) -> list[int]:
        """Which of these tasks have started but not finished."""
        return [place for place in places if self._begun(place).exists()]

    def last_words(self, place: int) -> Ended | None:
        """Why the worker of a task ended itself; None if it didn't."""
        text = self._begun(place).read_text(encoding="utf-8") if self._begun(place).exists() else ""
        return Ended.from_json(text) if text else None

    def _begun(self, place: int) -> Path:
        return self.folder / str(place)


@contextmanager
def _executor() -> Iterator[ProcessPoolExecutor]:
    """One worker, killed when the block ends, whatever it is doing."""
    with _deaf_to_interrupts():
        executor = ProcessPoolExecutor(max_workers=1)
    try:
        yield executor
    finally:
        executor.shutdown(wait=True, kill_workers=True)


def end_workers() -> None:
    """Kill the workers that wait for more tasks: one that hangs would keep this process from exiting."""
    executor = reusable_executor._executor
    if executor is not None:
        executor.shutdown(wait=True, kill_workers=True)


def _check(client: "Client") -> None:
    """Refuse a cluster that would never answer, or that runs another version.

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
        raise DataError(f"the cluster has {there}, but this machine has {_version()}: install the same on all of them")
    if not client.ncores():
        raise DataError("the cluster has no workers: start some with dask worker")


def _version() -> str:
    """What must be the same on all machines of a cluster."""
    return f"keras_impl {__version__} on Python {platform.python_version()}"


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Make processes that start within the block ignore Ctrl-C: their parent ends them."""
    if threading.current_thread() is not threading.main_thread():  # only that one may set handlers
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
    """Run a task in the worker. Errors are returned, since not every backend passes exceptions on."""
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
    """Keep output of libraries off the user's terminal: all that matters is returned."""
    faulthandler.disable()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _result(answer: tuple[int, Result | _Failure]) -> tuple[int, Result]:
    place, result = answer
    if isinstance(result, _Failure):
        raise result.error
    return place, result
