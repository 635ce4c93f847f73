"""From a whole data set to a faces folder: in parallel, and never the same work twice.

What came of each video is written to a journal as soon as it is known. The index is compiled from
the journal when all videos are through, in the order of their names, so that it is the same
however often the work was interrupted, and however many workers shared it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from keras_impl.errors import MediaError, NoFaceError
from keras_impl.faces import cropping
from keras_impl.faces.detection import FaceDetector, networks
from keras_impl.faces.extraction import Options, extract_video, take_crop, what_is_known
from keras_impl.faces.index import CROPS_NAME, write_faceless, write_problems, write_sorted
from keras_impl.journal import JOURNAL_NAME, Journal
from keras_impl.media.records import Problem, VideoRecord
from keras_impl.parallel import THREADS, WorkerDiedError, Workers
from keras_impl.storage import remove_partial, sha256_of_json

REVISION = 1
"""Raised when the same video would give other faces: all videos are then extracted anew."""

CROPS_PER_TASK = 100
"""Crops that a worker takes at a time: one takes a millisecond, too little to be handed over singly."""

BLOCK = 10_000
"""Videos that are handed out at a time."""

TIME_LIMIT = 600.0
"""Seconds that reading one video may take, unless said otherwise."""


@dataclass(frozen=True)
class Outcome:
    """What came of one video.

    Attributes
    ----------
    status : {"ok", "no face", "unreadable"}
    reason : str
        Why there is no face; empty if there is.
    faces : list of dict
        Rows of the face index.
    """

    status: str
    reason: str
    faces: list[dict]


@dataclass
class Totals:
    """What is in a faces folder.

    Attributes
    ----------
    faces, videos : int
        Faces, and videos that they are from.
    fakes : int
        Fakes among these videos.
    retried : int
        Faces that were found only in another frame than the one first looked at.
    problems : list of Problem
        What could not be used.
    """

    faces: int = 0
    videos: int = 0
    fakes: int = 0
    retried: int = 0
    problems: list[Problem] = field(default_factory=list)


class Extraction:
    """The extraction of a data set into a folder; use it as a context manager.

    Parameters
    ----------
    records : sequence of VideoRecord
    folder : Path
        The faces folder.
    options : Options
    redo_problems : bool, default False
        Whether to try again what gave no face before.

    Attributes
    ----------
    todo : list of VideoRecord
        What is not finished yet with these options.

    Raises
    ------
    DataError
        If another run is working in the folder.
    """

    def __init__(
        self, records: Sequence[VideoRecord], folder: Path, options: Options, redo_problems: bool = False
    ) -> None:
        # absolute paths: a worker may have another working directory
        there = [replace(record, path=record.path.absolute()) for record in records]
        self._records = {record.video: record for record in sorted(there, key=lambda record: record.video)}
        self._folder, self._options = folder.absolute(), options
        self._journal = Journal(folder / JOURNAL_NAME)
        remove_partial(folder, folder / CROPS_NAME)
        # before any work, so that a file that changes meanwhile is noticed the next time
        self._stamps = {video: self._stamp_of(record) for video, record in self._records.items()}
        self.todo = [record for record in self._records.values() if not self._is_done(record, redo_problems)]

    def __enter__(self) -> "Extraction":
        return self

    def __exit__(self, *_: object) -> None:
        self._journal.close()

    def run(self, workers: Workers, time_limit: float = TIME_LIMIT) -> Iterator[tuple[VideoRecord, Outcome]]:
        """Do what is to do; yield what came of each video once it is safely written down.

        Parameters
        ----------
        workers : Workers
        time_limit : float, optional
            Seconds that reading one video may take.
        """
        if not all(record.is_crop for record in self.todo):
            for network in networks():
                network.exported()  # once, before every worker would do it
        longest_first = sorted(self.todo, key=_size, reverse=True)  # so that workers end at about the same time
        first = [record for record in longest_first if self._original_of(record) is None]
        after_originals = [record for record in longest_first if self._original_of(record) is not None]
        for records in (*_blocks(first), *_blocks(after_originals)):
            tasks = [
                _Task(tuple(batch), self._folder, self._options, time_limit, tuple(map(self._faces_to_follow, batch)))
                for batch in _batches(records)
            ]
            for task, outcomes in workers.run(_extract, tasks):
                if isinstance(outcomes, WorkerDiedError):
                    outcomes = [Outcome("unreadable", str(outcomes), [])] * len(task.records)
                self._keep(task.records, outcomes)
                yield from zip(task.records, outcomes, strict=True)

    def compile(self, problems: Sequence[Problem]) -> Totals:
        """Write the index, and the lists of what could not be used, out of the journal.

        Parameters
        ----------
        problems : sequence of Problem
            What was left out when the data set was read.
        """
        totals, faceless = Totals(problems=list(problems)), []
        write_sorted(self._folder, self._rows(totals, faceless))
        write_faceless(self._folder, faceless)
        write_problems(self._folder, totals.problems)
        return totals

    def _rows(self, totals: Totals, faceless: list[dict]) -> Iterator[dict]:
        """Rows of the index, from one video at a time; what is not in them is added to the arguments."""
        for record in self._records.values():
            outcome = self._outcome_of(record)
            known = what_is_known(record)  # as the data set says today: its labels may have been mended
            if outcome.status != "ok":
                totals.problems.append(Problem(record.video, outcome.reason))
                faceless.append(known | {"sample": f"{record.video}#none", "status": outcome.status})
                continue
            totals.videos += 1
            totals.fakes += record.label
            for face in outcome.faces:
                totals.faces += 1
                totals.retried += face["tries"] > 1
                yield face | known

    def _keep(self, records: Sequence[VideoRecord], outcomes: Sequence[Outcome]) -> None:
        """Write outcomes down, then delete the crops of earlier ones that they replace."""
        replaced = [
            face["crop"]
            for record in records
            if not record.is_crop and self._journal.stamp_of(record.video) is not None
            for face in self._outcome_of(record).faces
        ]
        self._journal.add(
            (record.video, self._stamps[record.video], asdict(outcome))
            for record, outcome in zip(records, outcomes, strict=True)
        )
        current = {face["crop"] for outcome in outcomes for face in outcome.faces}
        for crop in set(replaced) - current:
            (self._folder / crop).unlink(missing_ok=True)

    def _is_done(self, record: VideoRecord, redo_problems: bool) -> bool:
        if self._journal.stamp_of(record.video) != self._stamps[record.video]:
            return False
        outcome = self._outcome_of(record)
        if outcome.status != "ok":
            return not redo_problems
        return all((self._folder / face["crop"]).exists() for face in outcome.faces)

    def _outcome_of(self, record: VideoRecord) -> Outcome:
        return Outcome(**self._journal.content_of(record.video))

    def _stamp_of(self, record: VideoRecord) -> str:
        """What the outcome depends on: the file as it is now, the options, and where it is used, the original."""
        try:
            file = record.path.stat()
            state = [file.st_size, file.st_mtime_ns]
        except OSError:
            state = []
        if record.is_crop:
            return sha256_of_json([REVISION, str(record.path), state])
        original = self._original_of(record)
        of_original = self._stamp_of(original) if original else None
        options = asdict(self._options) | {"margin": cropping.MARGIN, "size": cropping.SIZE}
        return sha256_of_json([REVISION, options, state, of_original])

    def _original_of(self, record: VideoRecord) -> VideoRecord | None:
        """The video whose boxes are tried first; None without such a short cut."""
        if not self._options.reuse_boxes or record.original is None or record.original == record.video:
            return None
        original = self._records.get(record.original)
        return None if original is None or original.is_crop or original.label else original

    def _faces_to_follow(self, record: VideoRecord) -> list[dict]:
        original = self._original_of(record)
        return self._outcome_of(original).faces if original else []


@dataclass(frozen=True)
class _Task:
    """Videos for one worker, and for each the rows of its original if its faces are to be followed."""

    records: tuple[VideoRecord, ...]
    folder: Path
    options: Options
    time_limit: float
    of_originals: tuple[list[dict], ...]


def _extract(task: _Task) -> list[Outcome]:
    return [_outcome(task, record, rows) for record, rows in zip(task.records, task.of_originals, strict=True)]


def _outcome(task: _Task, record: VideoRecord, of_original: list[dict]) -> Outcome:
    try:
        if record.is_crop:
            return Outcome("ok", "", [take_crop(record)])
        detector = _detector(task.options.min_face_size)
        rows = extract_video(record, task.folder, detector, task.options, of_original, THREADS, task.time_limit)
        return Outcome("ok", "", rows)
    except NoFaceError as error:
        return Outcome("no face", str(error), [])
    except MediaError as error:
        return Outcome("unreadable", str(error), [])
    except MemoryError:
        return Outcome("unreadable", "needs more memory than there is", [])


@lru_cache(maxsize=1)
def _detector(min_face_size: float) -> FaceDetector:
    """The detector of this process."""
    return FaceDetector(min_face_size, THREADS)


def _size(record: VideoRecord) -> int:
    """Bytes of a video, which tell roughly how long it takes; crops take equally long."""
    try:
        return 0 if record.is_crop else record.path.stat().st_size
    except OSError:
        return 0


def _blocks(records: Sequence[VideoRecord]) -> Iterator[Sequence[VideoRecord]]:
    """Parts of the work, so that the boxes of only so many originals are in memory."""
    for start in range(0, len(records), BLOCK):
        yield records[start : start + BLOCK]


def _batches(records: Sequence[VideoRecord]) -> Iterator[Sequence[VideoRecord]]:
    """One video or image a task; crops, which take a millisecond each, by the hundred."""
    for is_crop, alike in groupby(records, key=lambda record: record.is_crop):
        together = list(alike)
        size = CROPS_PER_TASK if is_crop else 1
        for start in range(0, len(together), size):
            yield together[start : start + size]
