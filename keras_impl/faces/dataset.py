"""Faces of a whole data set: `keras_impl.samples.extraction` says how, this module what is done with each video."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from keras_impl.core.parallel import THREADS, Workers
from keras_impl.core.progress import SILENT, Progress
from keras_impl.core.versions import versions
from keras_impl.datasets import DataSet
from keras_impl.datasets.record import MediaRecord, Problem
from keras_impl.errors import DataError, MediaError
from keras_impl.faces.config import FaceConfig
from keras_impl.faces.crop_files import CROPS_NAME
from keras_impl.faces.detectors import make_detector
from keras_impl.faces.extract import Options, extract_video
from keras_impl.faces.face import FaceDetector
from keras_impl.faces.modality import FACES, STAND_IN
from keras_impl.faces.ready_made import crop_detector, median_landmarks, stand_in, take_crops
from keras_impl.samples.extraction import TIME_LIMIT, Extraction, Outcome, Totals, outcome_of
from keras_impl.samples.index import write_settings

CROPS_PER_TASK = 100
"""Crops that a worker takes at a time: one takes ten milliseconds, too little to be handed over singly."""


def extract_faces(
    data: DataSet,
    out: Path,
    options: Options,
    workers: Workers,
    redo_problems: bool = False,
    time_limit: float = TIME_LIMIT,
    log: Path | None = None,
    progress: Progress = SILENT,
) -> Totals:
    """Crop the main face of evenly spread frames of each video, or describe crops as they are.

    Parameters
    ----------
    data : DataSet
    out : Path
        Faces folder: crops, index, lists of what could not be used, settings. What is finished in it is kept.
    options : Options
        Of crops, whose faces have whatever size they have, ``min_face_size`` becomes None.
    workers : Workers
    redo_problems : bool, default False
        Whether to try again what gave no face before.
    time_limit : float, optional
        Seconds that reading one video may take.
    log : Path, optional
        Gets a line of JSON per video.
    progress : Progress, optional

    Raises
    ------
    DataError
        If no video shows a face, or another run is working in the folder.
    """
    options = fitting(options, data.records)
    with FaceExtraction(data.records, out, options, redo_problems) as extraction:
        totals = extraction.follow(data, workers, time_limit, log, progress)
        retried, gaps = 0, []
        for _, outcome in extraction.outcomes():
            retried += sum(row["tries"] > 1 for row in outcome.rows)
            gaps += [row["frames_missing"] for row in outcome.rows[:1] if row["frames_missing"]]
    write_settings(
        out,
        FACES,
        options.config,
        data=data.path.absolute().stem,
        layout=data.layout,
        frames_per_video=options.frames_per_video,
        made_up=data.is_made_up,
        versions=versions("mtcnn", "openvino", "av", "opencv-python-headless"),
    )
    if retried:
        progress.say(f"Found only in another frame than the one first tried (column tries): {retried} faces")
    if gaps:
        progress.say(f"{sum(gaps)} wanted frames of {len(gaps)} videos can't be decoded (column frames_missing)")
    if extraction.stand_ins:
        progress.say(
            f"No landmarks were found in {extraction.stand_ins} of {totals.samples} crops: the median of the others "
            "stands in (found_by is median)"
        )
    return totals


def fitting(options: Options, records: Sequence[MediaRecord]) -> Options:
    """The options for these records: in crops no size of faces is looked for."""
    if all(record.is_crop for record in records):
        return replace(options, config=replace(options.config, min_face_size=None))
    return options


class FaceExtraction(Extraction):
    """The extraction of faces; the options are `keras_impl.faces.extract.Options`.

    Attributes
    ----------
    stand_ins : int
        Of how many crops no landmarks were found, so that those of the others stand in; known once compiled.
    """

    modality, files_name, revision = FACES, CROPS_NAME, 5
    stand_ins = 0

    def compile(self, problems: Sequence[Problem]) -> Totals:
        """Write index and lists; where a crop has no landmarks, the median of all others stands in.

        Raises
        ------
        DataError
            If no crop has landmarks.
        """
        crops = [row for record, outcome in self.outcomes() if record.is_crop for row in outcome.rows]
        median = median_landmarks(crops)
        if crops and median is None:
            raise DataError(
                f"no face was found in any of {len(crops)} crops, so it is not known how they frame it: give pictures "
                "of faces, or whole pictures without --layout crops"
            )
        self._median = np.zeros((5, 2)) if median is None else median  # without crops it isn't asked for
        self.stand_ins = sum(row["found_by"] == STAND_IN for row in crops)
        return super().compile(problems)

    def _rows(self, totals: Totals, missing: list[dict]) -> Iterator[dict]:
        for row in super()._rows(totals, missing):
            if row["found_by"] != STAND_IN:
                yield row
                continue
            try:
                yield stand_in(row, self._median, self._options.config.framing)
            except MediaError as error:  # it was there when it was searched
                totals.samples -= 1
                totals.problems.append(Problem(row["sample"], str(error)))

    def _batches(self, records: Sequence[MediaRecord]) -> Iterator[Sequence[MediaRecord]]:
        for is_crop, alike in groupby(records, key=lambda record: record.is_crop):
            together = list(alike)
            size = CROPS_PER_TASK if is_crop else 1
            for start in range(0, len(together), size):
                yield together[start : start + size]

    def _task(self, batch: tuple[MediaRecord, ...], time_limit: float) -> "_Task":
        return _Task(batch, self._folder, self._options, time_limit)

    @property
    def _function(self) -> Any:
        return _extract

    def _owns_files(self, record: MediaRecord) -> bool:
        return not record.is_crop

    def _told(self, record: MediaRecord, row: dict | None) -> dict:
        return super()._told(record, row) | {"donor": record.donor}


@dataclass(frozen=True)
class _Task:
    """Videos for one worker."""

    records: tuple[MediaRecord, ...]
    folder: Path
    options: Options
    time_limit: float


def _extract(task: _Task) -> list[Outcome]:
    return [outcome_of(partial(_rows, task, record), task.time_limit) for record in task.records]


def _rows(task: _Task, record: MediaRecord) -> list[dict]:
    config = task.options.config
    detector = _detector(config, record.is_crop)
    if record.is_crop:
        return take_crops(record, detector, config.framing, task.time_limit)
    return extract_video(record, task.folder, detector, task.options, THREADS, task.time_limit)


@lru_cache(maxsize=1)
def _detector(config: FaceConfig, of_crops: bool) -> FaceDetector:
    """The detector of this process, for whole pictures or for crops."""
    if of_crops:
        return crop_detector(config, THREADS)
    return make_detector(config.detector, config.smallest_face, THREADS, config.settling)
