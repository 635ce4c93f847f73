"""Faces of a whole data set: `keras_impl.extraction` says how, this module what is done with each video."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any

from keras_impl.extraction import Extraction, Outcome, outcome_of
from keras_impl.faces import cropping
from keras_impl.faces.detection import FaceDetector, networks
from keras_impl.faces.extraction import Options, extract_video, take_crop
from keras_impl.faces.index import CROPS_NAME, FACES
from keras_impl.media.records import VideoRecord
from keras_impl.parallel import THREADS

CROPS_PER_TASK = 100
"""Crops that a worker takes at a time: one takes a millisecond, too little to be handed over singly."""


class FaceExtraction(Extraction):
    """The extraction of faces; the options are `keras_impl.faces.extraction.Options`."""

    kind, files_name, revision = FACES, CROPS_NAME, 2

    def _prepare(self) -> None:
        if not all(record.is_crop for record in self.todo):
            for network in networks():
                network.exported()

    def _waves(self, records: Sequence[VideoRecord]) -> list[Sequence[VideoRecord]]:
        first = [record for record in records if self._original_of(record) is None]
        return [first, [record for record in records if self._original_of(record) is not None]]

    def _batches(self, records: Sequence[VideoRecord]) -> Iterator[Sequence[VideoRecord]]:
        for is_crop, alike in groupby(records, key=lambda record: record.is_crop):
            together = list(alike)
            size = CROPS_PER_TASK if is_crop else 1
            for start in range(0, len(together), size):
                yield together[start : start + size]

    def _task(self, batch: tuple[VideoRecord, ...], time_limit: float) -> "_Task":
        return _Task(batch, self._folder, self._options, time_limit, tuple(map(self._faces_to_follow, batch)))

    @property
    def _function(self) -> Any:
        return _extract

    def _owns_files(self, record: VideoRecord) -> bool:
        return not record.is_crop

    def _other_state(self, record: VideoRecord) -> Any:
        original = self._original_of(record)
        of_original = self._stamp_of(original) if original else None
        return [cropping.MARGIN, cropping.SIZE, of_original]

    def _told(self, record: VideoRecord, row: dict | None) -> dict:
        return super()._told(record, row) | {"donor": record.donor}

    def _original_of(self, record: VideoRecord) -> VideoRecord | None:
        """The video whose boxes are tried first; None without such a short cut."""
        if not self._options.reuse_boxes or record.original is None or record.original == record.video:
            return None
        original = self._records.get(record.original)
        return None if original is None or original.is_crop or original.label else original

    def _faces_to_follow(self, record: VideoRecord) -> list[dict]:
        original = self._original_of(record)
        return self._outcome_of(original).rows if original else []


@dataclass(frozen=True)
class _Task:
    """Videos for one worker, and for each the rows of its original if its faces are to be followed."""

    records: tuple[VideoRecord, ...]
    folder: Path
    options: Options
    time_limit: float
    of_originals: tuple[list[dict], ...]


def _extract(task: _Task) -> list[Outcome]:
    pairs = zip(task.records, task.of_originals, strict=True)
    return [outcome_of(partial(_rows, task, record, rows)) for record, rows in pairs]


def _rows(task: _Task, record: VideoRecord, of_original: list[dict]) -> list[dict]:
    if record.is_crop:
        return [take_crop(record)]
    detector = _detector(task.options.min_face_size)
    return extract_video(record, task.folder, detector, task.options, of_original, THREADS, task.time_limit)


@lru_cache(maxsize=1)
def _detector(min_face_size: float) -> FaceDetector:
    """The detector of this process."""
    return FaceDetector(min_face_size, THREADS)
