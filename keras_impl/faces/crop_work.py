"""Work on the crops of an index: in parallel, and never the same work twice.

What is finished is in a journal, so that an interrupted run goes on where it was, and only new or changed crops, or all
if something else changed that decides what comes of them, are worked on.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from keras_impl.core.configs import as_json
from keras_impl.core.journal import JOURNAL_NAME, Journal
from keras_impl.core.parallel import WorkerDiedError, Workers
from keras_impl.core.storage import sha256_of_json
from keras_impl.datasets.record import Problem
from keras_impl.errors import MediaError
from keras_impl.faces.crop_files import landmarks_of, read_crop
from keras_impl.faces.cropping import Crop, Framing
from keras_impl.samples.extraction import file_state

PROBLEM = "problem"
"""Key of a content that says why a crop can't be read."""


@dataclass(frozen=True)
class CropTask:
    """Crops for one worker.

    Attributes
    ----------
    samples : tuple of str
    crops : tuple of (Path, ndarray)
        Each one's file and landmarks.
    framing : Framing
    settings : Any
        What else the worker needs to know.
    """

    samples: tuple[str, ...]
    crops: tuple[tuple[Path, np.ndarray], ...]
    framing: Framing
    settings: Any

    def read(self) -> Iterator[tuple[str, Crop | dict[str, Any]]]:
        """Each sample with its crop, or with the content that says why it can't be read."""
        for sample, (path, landmarks) in zip(self.samples, self.crops, strict=True):
            try:
                yield sample, read_crop(path, landmarks, self.framing)
            except MediaError as error:
                yield sample, {PROBLEM: str(error)}


class CropWork:
    """Work on the crops of an index; use it as a context manager.

    Parameters
    ----------
    index : DataFrame
        The face index.
    faces : Path
        Folder that its crops are relative to.
    folder : Path
        Where the journal is kept.
    framing : Framing
        Of the faces.
    revision : int
        Raised when the same crop would give something else.
    decisive : tuple
        Whatever else decides what comes of a crop; JSON.

    Attributes
    ----------
    todo : int
        How many crops are not worked on yet.

    Raises
    ------
    DataError
        If another run is working in the folder.
    """

    def __init__(
        self, index: pd.DataFrame, faces: Path, folder: Path, framing: Framing, revision: int, *decisive: Any
    ) -> None:
        self._framing, faces = framing, faces.absolute()  # a worker may have another working directory
        places = zip(index["sample"], index["crop"], landmarks_of(index), strict=True)
        self._crops = {sample: (faces / crop, landmarks) for sample, crop, landmarks in places}
        self._stamps = {
            sample: sha256_of_json(
                [revision, str(crop), file_state(crop), [landmarks.tolist(), as_json(framing)], *decisive]
            )
            for sample, (crop, landmarks) in self._crops.items()
        }
        self._journal = Journal(folder / JOURNAL_NAME)
        self._missing = [name for name in self._crops if self._journal.stamp_of(name) != self._stamps[name]]
        self.todo = len(self._missing)

    def __enter__(self) -> "CropWork":
        return self

    def __exit__(self, *_: object) -> None:
        self._journal.close()

    def run(
        self, workers: Workers, work: Callable[[CropTask], list[dict[str, Any]]], settings: Any, most: int
    ) -> Iterator[str]:
        """Do what is not done yet, and yield each sample once what came of it is safely written down.

        Parameters
        ----------
        workers : Workers
        work : callable
            Gives a content, JSON, for each sample of a task; that of `CropTask.read` where there is no crop.
        settings : Any
            For the tasks.
        most : int
            Crops to a task; few crops are shared out evenly.
        """
        size = min(most, -(-self.todo // workers.jobs) or 1)
        chunks = [tuple(self._missing[start : start + size]) for start in range(0, self.todo, size)]
        tasks = [
            CropTask(samples, tuple(self._crops[sample] for sample in samples), self._framing, settings)
            for samples in chunks
        ]
        for task, contents in workers.run(work, tasks):
            if isinstance(contents, WorkerDiedError):
                raise contents
            self._journal.add(
                (sample, self._stamps[sample], content) for sample, content in zip(task.samples, contents, strict=True)
            )
            yield from task.samples

    def result(self) -> tuple[dict[str, dict[str, Any]], list[Problem]]:
        """What came of each crop, by sample in the index's order, and the crops that can't be read."""
        contents = {sample: self._journal.content_of(sample) for sample in self._crops}
        problems = [
            Problem(sample, f"its crop {self._crops[sample][0].name} {content[PROBLEM]}")
            for sample, content in contents.items()
            if PROBLEM in content
        ]
        return {sample: content for sample, content in contents.items() if PROBLEM not in content}, problems
