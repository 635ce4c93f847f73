"""Many files: by the workers that extraction uses, one file each, so that one that kills a worker costs no other."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from joblib import cpu_count

from keras_impl.core.parallel import THREADS, WorkerDiedError, Workers
from keras_impl.media.formats import ModalityName
from keras_impl.media.names import printable
from keras_impl.prediction.judge import PARTS, TIME_LIMIT, Judge, parts_in
from keras_impl.prediction.reasons import problem_of
from keras_impl.prediction.result import Prediction, UnjudgedFile
from keras_impl.prediction.trained import ModelSet


@dataclass(frozen=True)
class Settings:
    """How files are judged.

    Attributes
    ----------
    models : ModelSet
    max_fpr : float or None
        As of `keras_impl.prediction.judge.Judge`.
    time_limit : float
        Seconds that looking at one file may take, and as many listening to it.
    longest : float
        Seconds that a video or a recording may last.
    parts : tuple of {"image", "sound"}
        What of files is judged: models of nothing else are loaded.
    allow_demo : bool
        As of `keras_impl.prediction.judge.Judge`.
    """

    models: ModelSet
    max_fpr: float | None = None
    time_limit: float = TIME_LIMIT
    longest: float = math.inf
    parts: tuple[ModalityName, ...] = PARTS
    allow_demo: bool = False

    def make_judge(self, threads: int | None) -> Judge:
        """Load the models; errors as of `Judge`."""
        return Judge(self.models, self.max_fpr, threads, self.time_limit, self.longest, self.parts, self.allow_demo)


def judge_files(
    paths: Sequence[Path],
    settings: Settings,
    jobs: int | None = None,
    also: Callable[[Path, Prediction], Prediction] | None = None,
    apart: bool = False,
) -> Iterator[Prediction]:
    """Judge files, on all cores.

    Parameters
    ----------
    paths : sequence of Path
    settings : Settings
    jobs : int, optional
        Worker processes; by default one per core. One file alone, or one job, is done by this process, which then
        uses all cores for it.
    also : callable, optional
        Called with each file and its prediction by whoever judged it, such as to write a report; gives the
        prediction back, perhaps with a note. It can be pickled.
    apart : bool, default False
        Whether several files are left to another process even with one job, so that a file can crash or block it
        without any harm to this one.

    Yields
    ------
    Prediction
        In the order of the paths, as soon as they and all before them are finished.

    Raises
    ------
    DataError, WeightsError
        As `Judge`, before any file is looked at.
    """
    settings = replace(settings, parts=tuple(part for part in settings.parts if part in parts_in(paths)))
    jobs = min(jobs or cpu_count(), len(paths))
    is_here = jobs == 1 and not (apart and len(paths) > 1)
    threads = None if is_here else THREADS
    # Built here in any case: an error of the models comes once, and a backbone of somebody's own is exported before
    # workers need it.
    judge = settings.make_judge(threads)
    if is_here:
        for path in paths:
            prediction = judge.judge(path)
            yield also(path, prediction) if also else prediction
        return
    tasks = [_Task(place, path.absolute(), str(path), settings, threads, also) for place, path in enumerate(paths)]
    waiting: dict[int, Prediction] = {}
    due = 0
    for task, result in Workers(jobs, apart=apart).run(_judge_one, tasks):
        if isinstance(result, WorkerDiedError):
            result = UnjudgedFile(printable(task.name), problems=(problem_of(result),))
        waiting[task.place] = result
        while due in waiting:
            yield waiting.pop(due)
            due += 1


class _Key:
    """Settings that a judge was made for; equal ones have the same judge, though models can't be hashed."""

    def __init__(self, settings: Settings, threads: int | None) -> None:
        self.settings, self.threads = settings, threads
        hashes = tuple(tuple(model.sha256 for model in part.trained.values()) for part in settings.models.parts)
        self._identity = (hashes, settings.max_fpr, settings.time_limit, settings.longest, settings.parts, threads)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)


@dataclass(frozen=True)
class _Task:
    place: int
    path: Path
    name: str
    settings: Settings
    threads: int | None
    also: Callable[[Path, Prediction], Prediction] | None


def _judge_one(task: _Task) -> Prediction:
    prediction = _judge(_Key(task.settings, task.threads)).judge(task.path, task.name)
    return task.also(task.path, prediction) if task.also else prediction


@lru_cache(maxsize=1)
def _judge(key: _Key) -> Judge:
    """The judge of this worker, which is given one file at a time."""
    return key.settings.make_judge(key.threads)
