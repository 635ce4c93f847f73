"""Work on the samples of an index: in parallel, and never the same work twice.

What is finished is in a journal, so that an interrupted run goes on where it was, and only new or changed samples, or
all if something else changed that decides what comes of them, are worked on.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from keras_impl.core.journal import JOURNAL_NAME, Journal
from keras_impl.core.parallel import WorkerDiedError, Workers
from keras_impl.core.storage import sha256_of_json
from keras_impl.datasets.record import Problem
from keras_impl.errors import MediaError
from keras_impl.samples.extraction import file_state

Item = TypeVar("Item")

PROBLEM = "problem"
"""Key of a content that says why a sample can't be read."""


@dataclass(frozen=True)
class Task:
    """Samples for one worker.

    Attributes
    ----------
    samples : tuple of str
    files : tuple of (Path, JSON)
        Each one's own file, and what has to be known to read it.
    settings : Any
        What else the worker needs to know.
    """

    samples: tuple[str, ...]
    files: tuple[tuple[Path, Any], ...]
    settings: Any

    def read(self, read: Callable[[Path, Any], Item]) -> Iterator[tuple[str, Item | dict[str, Any]]]:
        """Each sample as ``read`` gives it, or the content that says why it can't be read."""
        for sample, file in zip(self.samples, self.files, strict=True):
            try:
                yield sample, read(*file)
            except MediaError as error:
                yield sample, {PROBLEM: str(error)}


class SampleWork:
    """Work on samples; use it as a context manager.

    Parameters
    ----------
    files : dict of str to (Path, JSON)
        By sample: its own file, and what has to be known to read it.
    noun : str
        What such a file is called.
    folder : Path
        Where the journal is kept.
    revision : int
        Raised when the same sample would give something else.
    decisive : tuple
        Whatever else decides what comes of a sample; JSON.

    Attributes
    ----------
    todo : int
        How many samples are not worked on yet.

    Raises
    ------
    DataError
        If another run is working in the folder.
    """

    def __init__(
        self, files: Mapping[str, tuple[Path, Any]], noun: str, folder: Path, revision: int, *decisive: Any
    ) -> None:
        # a worker may have another working directory
        self._files, self._noun = {sample: (path.absolute(), note) for sample, (path, note) in files.items()}, noun
        self._stamps = {
            sample: sha256_of_json([revision, str(path), file_state(path), note, *decisive])
            for sample, (path, note) in self._files.items()
        }
        self._journal = Journal(folder / JOURNAL_NAME)
        self._missing = [name for name in self._files if self._journal.stamp_of(name) != self._stamps[name]]
        self.todo = len(self._missing)

    def __enter__(self) -> "SampleWork":
        return self

    def __exit__(self, *_: object) -> None:
        self._journal.close()

    def run(
        self, workers: Workers, work: Callable[[Task], list[dict[str, Any]]], settings: Any, most: int
    ) -> Iterator[str]:
        """Do what is not done yet, and yield each sample once what came of it is safely written down.

        Parameters
        ----------
        workers : Workers
        work : callable
            Gives a content, JSON, for each sample of a task; that of `Task.read` where it can't be read.
        settings : Any
            For the tasks.
        most : int
            Samples to a task; few samples are shared out evenly.
        """
        size = min(most, -(-self.todo // workers.jobs) or 1)
        chunks = [tuple(self._missing[start : start + size]) for start in range(0, self.todo, size)]
        tasks = [Task(samples, tuple(self._files[sample] for sample in samples), settings) for samples in chunks]
        for task, contents in workers.run(work, tasks):
            if isinstance(contents, WorkerDiedError):
                raise contents
            self._journal.add(
                (sample, self._stamps[sample], content) for sample, content in zip(task.samples, contents, strict=True)
            )
            yield from task.samples

    def result(self) -> tuple[dict[str, dict[str, Any]], list[Problem]]:
        """What came of each sample, in the order of the files, and those that can't be read."""
        contents = {sample: self._journal.content_of(sample) for sample in self._files}
        problems = [
            Problem(sample, f"its {self._noun} {self._files[sample][0].name} {content[PROBLEM]}")
            for sample, content in contents.items()
            if PROBLEM in content
        ]
        return {sample: content for sample, content in contents.items() if PROBLEM not in content}, problems
