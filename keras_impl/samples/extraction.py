"""From a data set to a folder of samples: in parallel, and never the same work twice.

What came of each file is written to a journal as soon as it is known. The index is compiled from the journal
when all files are through, in the order of their names, so that it is the same however often the work was
interrupted, and however many workers shared it. What is looked for in a file is the business of the
modality: `keras_impl.faces.dataset` and `keras_impl.speech.dataset`.
"""

import math
import os
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from keras_impl.core.guard import limited
from keras_impl.core.journal import JOURNAL_NAME, Journal
from keras_impl.core.parallel import WorkerDiedError, Workers
from keras_impl.core.progress import Progress
from keras_impl.core.storage import append_json, remove_partial, sha256_of_json
from keras_impl.datasets import DataSet
from keras_impl.datasets.record import MediaRecord, Problem
from keras_impl.errors import DataError, MediaError
from keras_impl.samples.index import read_modality, told_by_data, write_missing, write_sorted
from keras_impl.samples.modality import Modality
from keras_impl.samples.problems import PROBLEMS_NAME, tell_problems, write_problems

Self = TypeVar("Self", bound="Extraction")

OK = "ok"

BLOCK = 10_000
"""Files that are handed out at a time."""

TIME_LIMIT = 600.0
"""Seconds that reading one file may take, unless said otherwise."""


@dataclass(frozen=True)
class Outcome:
    """What came of one file.

    Attributes
    ----------
    status : str
        "ok", or what there is instead of a sample, in a word or two.
    reason : str
        Why there is no sample; empty if there is.
    rows : list of dict
        Rows of the index.
    seconds : float
        That it took; 0 where that is not known.
    """

    status: str
    reason: str
    rows: list[dict]
    seconds: float = 0.0


@dataclass
class Totals:
    """What is in a folder of samples.

    Attributes
    ----------
    samples, videos : int
        Samples, and files that they are from.
    fakes : int
        Fakes among these files.
    problems : list of Problem
        What could not be used.
    """

    samples: int = 0
    videos: int = 0
    fakes: int = 0
    problems: list[Problem] = field(default_factory=list)

    def described(self, modality: Modality) -> str:
        """Counts for people to read."""
        return (
            f"{self.samples} {modality.nouns.samples} of {self.videos} {modality.nouns.files} "
            f"({self.videos - self.fakes} real, {self.fakes} fake)"
        )


class Extraction(ABC):
    """The extraction of a data set into a folder; use it as a context manager.

    Parameters
    ----------
    records : sequence of MediaRecord
    folder : Path
    options : dataclass
        Of the modality; all that decides what comes of a file.
    redo_problems : bool, default False
        Whether to try again what gave no sample before.

    Attributes
    ----------
    todo : list of MediaRecord
        What is not finished yet with these options.

    Raises
    ------
    DataError
        If another run is working in the folder, or it is of the other modality.
    """

    modality: ClassVar[Modality]
    files_name: ClassVar[str]  # the folder of the samples' own files
    revision: ClassVar[int]  # raised when the same file would give other samples: all are then extracted anew

    def __init__(self, records: Sequence[MediaRecord], folder: Path, options: Any, redo_problems: bool = False) -> None:
        found = read_modality(folder, self.modality.extracted_by)
        if found not in (None, self.modality.name):
            raise DataError(f"{folder} holds samples of {found}: choose another --out")
        # absolute paths: a worker may have another working directory
        there = [replace(record, path=record.path.absolute()) for record in records]
        self._records = {record.video: record for record in sorted(there, key=lambda record: record.video)}
        self._folder, self._options = folder.absolute(), options
        self._journal = Journal(folder / JOURNAL_NAME)
        remove_partial(folder, folder / self.files_name)
        # before any work, so that a file that changes meanwhile is noticed the next time
        self._stamps = {video: self._stamp_of(record) for video, record in self._records.items()}
        self.todo = [record for record in self._records.values() if not self._is_done(record, redo_problems)]

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._journal.close()

    def run(self, workers: Workers, time_limit: float = TIME_LIMIT) -> Iterator[tuple[MediaRecord, Outcome]]:
        """Do what is to do; yield what came of each file once it is safely written down.

        Parameters
        ----------
        workers : Workers
        time_limit : float, optional
            Seconds that reading one file may take.
        """
        longest_first = sorted(self.todo, key=size_of, reverse=True)  # so that workers end at about the same time
        for start in range(0, len(longest_first), BLOCK):
            batches = self._batches(longest_first[start : start + BLOCK])
            while batches:
                alone: list[tuple[MediaRecord]] = []
                tasks = [self._task(tuple(batch), time_limit) for batch in batches]
                for task, outcomes in workers.run(self._function, tasks):
                    if isinstance(outcomes, WorkerDiedError):
                        if len(task.records) > 1:  # which of them it was will show
                            alone += [(record,) for record in task.records]
                            continue
                        outcomes = [Outcome(MediaError.status, str(outcomes), [])]
                    self._keep(task.records, outcomes)
                    yield from zip(task.records, outcomes, strict=True)
                batches = alone

    def compile(self, problems: Sequence[Problem]) -> Totals:
        """Write the index, and the lists of what could not be used, out of the journal.

        Parameters
        ----------
        problems : sequence of Problem
            What was left out when the data set was read.
        """
        remove_partial(self._folder, self._folder / self.files_name)  # of workers that died meanwhile
        totals = Totals(problems=list(problems))
        missing: list[dict] = []
        write_sorted(self._folder, self.modality, self._rows(totals, missing))
        write_missing(self._folder, self.modality, missing)
        write_problems(self._folder, totals.problems)
        return totals

    def outcomes(self) -> Iterator[tuple[MediaRecord, Outcome]]:
        """What is known of each file, in the order of their names."""
        for record in self._records.values():
            yield record, self._outcome_of(record)

    def follow(
        self, data: DataSet, workers: Workers, time_limit: float, log: Path | None, progress: Progress
    ) -> Totals:
        """Do all, telling how it goes on; write index and lists.

        Parameters
        ----------
        data : DataSet
            Whose records these are.
        workers, time_limit
            As of `run`.
        log : Path or None
            Gets a line of JSON per file.
        progress : Progress

        Raises
        ------
        DataError
            If no file gave a sample.
        """
        samples = self.modality.nouns.samples
        todo, found, missed, started = len(self.todo), 0, 0, time.monotonic()
        if todo < len(self._records):
            progress.say(f"{len(self._records) - todo} of them are finished already")
        results = progress.track(
            self.run(workers, time_limit), "Extracting", todo, lambda: f"{found} {samples}, {missed} problems"
        )
        try:
            for done, (record, outcome) in enumerate(results, start=1):
                found, missed = found + len(outcome.rows), missed + (outcome.status != OK)
                if log:
                    what = {"video": record.video, "status": outcome.status, "reason": outcome.reason}
                    so_far = {"done": done, "total": todo, "seconds": round(time.monotonic() - started, 1)}
                    append_json(log, what | {samples: len(outcome.rows)} | so_far)
        except KeyboardInterrupt:
            progress.warn("What is finished is kept: the same command goes on from there.")
            raise
        totals = self.compile(data.problems)
        tell_problems(totals.problems, self._folder / PROBLEMS_NAME, progress)
        if not totals.samples:
            raise DataError(
                f"no {self.modality.nouns.sample} was extracted from {data.path}: {self._folder / PROBLEMS_NAME} says "
                "why for each file"
            )
        return totals

    @abstractmethod
    def _task(self, batch: tuple[MediaRecord, ...], time_limit: float) -> Any:
        """What a worker needs to know to do a batch, which is its attribute ``records``."""

    @property
    @abstractmethod
    def _function(self) -> Callable[[Any], list[Outcome]]:
        """What a worker does with a task."""

    def _batches(self, records: Sequence[MediaRecord]) -> Iterable[Sequence[MediaRecord]]:
        """The records, as many together as a worker takes at a time."""
        return [(record,) for record in records]

    def _owns_files(self, record: MediaRecord) -> bool:
        """Whether the files of a record's samples are this folder's own."""
        return True

    def _other_state(self, record: MediaRecord) -> Any:
        """What else than the file and the options decides what comes of a record."""
        return None

    def _is_labelled(self, record: MediaRecord) -> bool:
        """Whether the label is known of a file that gave no sample."""
        return True

    def _told(self, record: MediaRecord, row: dict | None) -> dict:
        """What the data set says today of a file, whose labels may have been mended, and of a row that it gave."""
        return told_by_data(record)

    def _rows(self, totals: Totals, missing: list[dict]) -> Iterator[dict]:
        """Rows of the index, from one file at a time; what is not in them is added to the arguments."""
        for record, outcome in self.outcomes():
            if outcome.status != OK:
                totals.problems.append(Problem(record.video, outcome.reason))
                if self._is_labelled(record):
                    missing.append(
                        self._told(record, None) | {"sample": f"{record.video}#none", "status": outcome.status}
                    )
                continue
            rows = [row | self._told(record, row) for row in outcome.rows]
            totals.videos += 1
            totals.fakes += rows[0]["label"]
            totals.samples += len(rows)
            yield from rows

    def _keep(self, records: Sequence[MediaRecord], outcomes: Sequence[Outcome]) -> None:
        """Write outcomes down, then delete the files of earlier ones that they replace."""
        column = self.modality.file_column
        replaced = [
            row[column]
            for record in records
            if self._owns_files(record) and self._journal.stamp_of(record.video) is not None
            for row in self._outcome_of(record).rows
        ]
        self._journal.add(
            (record.video, self._stamps[record.video], asdict(outcome))
            for record, outcome in zip(records, outcomes, strict=True)
        )
        current = {row[column] for outcome in outcomes for row in outcome.rows}
        for file in set(replaced) - current:
            (self._folder / file).unlink(missing_ok=True)

    def _is_done(self, record: MediaRecord, redo_problems: bool) -> bool:
        if self._journal.stamp_of(record.video) != self._stamps[record.video]:
            return False
        try:
            outcome = self._outcome_of(record)
            if outcome.status != OK:
                return not redo_problems
            return all(os.path.exists(self._folder / row[self.modality.file_column]) for row in outcome.rows)
        except (TypeError, KeyError, ValueError):  # a line that somebody changed
            return False

    def _outcome_of(self, record: MediaRecord) -> Outcome:
        return Outcome(**self._journal.content_of(record.video))

    def _stamp_of(self, record: MediaRecord) -> str:
        """What the outcome depends on: the file as it is now, and all that decides what comes of it."""
        where = None if self._owns_files(record) else str(record.path)  # which the rows name
        state = [file_state(path) for path in record.frames] or file_state(record.path), self._other_state(record)
        return sha256_of_json([self.revision, asdict(self._options), where, state])


def outcome_of(extract: Callable[[], list[dict]], time_limit: float = math.inf) -> Outcome:
    """What comes of a file within so many seconds: the rows that ``extract`` gives, or why it gives none."""
    started = time.monotonic()
    status, reason, rows = OK, "", []
    try:
        with limited(time_limit):
            rows = extract()
    except MediaError as error:
        status, reason = error.status, str(error)
    except MemoryError:
        status, reason = MediaError.status, "needs more memory than there is"
    return Outcome(status, reason, rows, round(time.monotonic() - started, 3))


def file_state(path: Path) -> list[int]:
    """What changes when a file does; empty if it can't be looked at."""
    try:
        file = path.stat()
        return [file.st_size, file.st_mtime_ns]
    except (OSError, ValueError):
        return []


def size_of(record: MediaRecord) -> int:
    """Bytes of a file, which tell roughly how long it takes; crops take equally long."""
    return 0 if record.is_crop else sum(sum(file_state(path)[:1]) for path in record.frames or [record.path])
