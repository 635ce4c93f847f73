"""What differs between faces and speech on the way from files to what training reads: the one table of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from keras_impl.core.parallel import Workers
from keras_impl.core.progress import Progress
from keras_impl.datasets.record import MediaRecord
from keras_impl.faces.dataset import FaceExtraction, extract_faces, fitting
from keras_impl.faces.extract import Options as FaceOptions
from keras_impl.faces.frames import default_frames
from keras_impl.media.formats import ModalityName
from keras_impl.models.facenet.dataset import embed_faces
from keras_impl.models.facenet.weights import find_weights
from keras_impl.pipeline.job import Job
from keras_impl.samples.extraction import Extraction
from keras_impl.speech.dataset import SoundExtraction, extract_speech
from keras_impl.speech.extract import Options as SpeechOptions


class Maker(Protocol):
    """From the files of a data set to the folder that training reads.

    Attributes
    ----------
    steps : tuple of str
        The commands that do the same one after the other; the first is the extraction.
    """

    steps: tuple[str, ...]

    def default_per_file(self, records: Sequence[MediaRecord]) -> int:
        """Samples to take from each file unless told otherwise."""

    def extraction(self, records: Sequence[MediaRecord], folder: Path, per_file: int) -> Extraction:
        """The extraction of these files into a folder."""

    def check(self, job: Job) -> None:
        """Raise what would stop `make` later: weights that can't be had."""

    def make(self, job: Job, workers: Workers, progress: Progress) -> None:
        """Extract what isn't extracted yet, and make it ready to be divided."""


class _Faces:
    steps: tuple[str, ...] = ("extract_faces", "extract_embeddings")

    def default_per_file(self, records: Sequence[MediaRecord]) -> int:
        return default_frames(records)

    def extraction(self, records: Sequence[MediaRecord], folder: Path, per_file: int) -> Extraction:
        return FaceExtraction(records, folder, fitting(FaceOptions(per_file), records))

    def check(self, job: Job) -> None:
        find_weights(job.facenet_weights)

    def make(self, job: Job, workers: Workers, progress: Progress) -> None:
        totals = extract_faces(job.data, job.extracted, FaceOptions(job.per_file), workers, progress=progress)
        progress.say(f"Extracted {totals.described(job.modality)}")
        embed_faces(job.extracted, job.samples, job.facenet_weights, workers, progress)


class _Speech:
    steps: tuple[str, ...] = ("extract_sound",)

    def default_per_file(self, records: Sequence[MediaRecord]) -> int:
        return SpeechOptions().segments_per_file

    def extraction(self, records: Sequence[MediaRecord], folder: Path, per_file: int) -> Extraction:
        return SoundExtraction(records, folder, SpeechOptions(per_file))

    def check(self, job: Job) -> None:
        """Nothing has to be had."""

    def make(self, job: Job, workers: Workers, progress: Progress) -> None:
        totals = extract_speech(job.data, job.samples, SpeechOptions(job.per_file), workers, progress=progress)
        progress.say(f"Extracted {totals.described(job.modality)}")


MAKERS: Mapping[ModalityName, Maker] = {"image": _Faces(), "sound": _Speech()}
