"""From the crops of a faces folder to embeddings: in parallel, and never the same work twice.

As with faces (`keras_impl.faces.dataset`), what is finished is in a journal, so that an interrupted run
goes on where it was, and only new or changed crops are embedded.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from keras_impl.core.configs import as_json
from keras_impl.core.journal import JOURNAL_NAME, Journal
from keras_impl.core.parallel import THREADS, WorkerDiedError, Workers
from keras_impl.core.progress import SILENT, Progress
from keras_impl.core.storage import remove_partial, sha256_of_json
from keras_impl.core.versions import versions
from keras_impl.datasets.record import Problem
from keras_impl.errors import DataError, MediaError
from keras_impl.faces.crop_files import landmarks_of, read_crop
from keras_impl.faces.cropping import Framing, cut_window
from keras_impl.faces.modality import FACES
from keras_impl.models.facenet import DIMENSIONS
from keras_impl.models.facenet.embedder import BATCH_SIZE, FaceNetEmbedder, network
from keras_impl.models.facenet.weights import find_weights
from keras_impl.samples.embeddings import write_embeddings
from keras_impl.samples.index import read_index, read_missing, read_settings, write_index, write_missing, write_settings
from keras_impl.samples.problems import PROBLEMS_NAME, tell_problems, write_problems
from keras_impl.splits.people_in_folder import name_people

REVISION = 2
"""Raised when the same crop would give another embedding: all are then computed anew."""

CROPS_PER_TASK = 4 * BATCH_SIZE


def embed_faces(faces: Path, out: Path, weights: Path | None, workers: Workers, progress: Progress = SILENT) -> int:
    """Turn each crop of a faces folder into FaceNet's 128 numbers, and find out who is who.

    Parameters
    ----------
    faces : Path
        Faces folder.
    out : Path
        Embeddings folder: the index with people, embeddings, settings. What is finished in it is kept.
    weights : Path or None
        FaceNet's; looked for by default.
    workers : Workers
    progress : Progress, optional

    Returns
    -------
    int
        How many crops have an embedding.

    Raises
    ------
    DataError
        If the faces folder can't be read, none of its crops can, or another run is working in the folder.
    WeightsError
        If no weights can be had, or they don't fit.
    """
    table = read_index(faces, FACES)
    made_of, config = read_settings(faces, FACES)
    with progress.working("Preparing FaceNet"):
        embedding = Embedding(table, faces, out, find_weights(weights), config.framing)
    with embedding:
        remove_partial(out)  # of a run that was killed
        if embedding.todo < len(table):
            progress.say(f"{len(table) - embedding.todo} of {len(table)} faces are embedded already")
        for _ in progress.track(embedding.run(workers), "Embedding faces", embedding.todo):
            pass
        samples, vectors, problems = embedding.result()
    write_problems(out, problems)
    tell_problems(problems, out / PROBLEMS_NAME, progress)
    if not samples:
        raise DataError(f"none of the {len(table)} crops in {faces} can be read: run extract_faces again")
    write_embeddings(out, samples, vectors)
    write_index(out, FACES, table.to_dict("records"))
    write_missing(out, FACES, read_missing(faces, FACES).to_dict("records"))
    write_settings(
        out,
        FACES,
        config,
        facenet_weights_sha256=embedding.weights_sha256,
        faces={name: made_of[name] for name in made_of if name not in ("format", "modality", "sample")},
        versions=versions("keras-facenet", "openvino", "numpy"),
    )
    if table["person"].isna().any():
        name_people(out, progress=progress)
    return len(samples)


class Embedding:
    """The embedding of a faces folder's crops; use it as a context manager.

    Parameters
    ----------
    table : DataFrame
        The face index.
    faces : Path
        Its folder.
    folder : Path
        The embeddings folder.
    weights : Path
        FaceNet's.
    framing : Framing
        Of the faces.

    Attributes
    ----------
    todo : int
        How many crops are not embedded yet.
    weights_sha256 : str
        Hash of the weights.

    Raises
    ------
    DataError
        If another run is working in the folder.
    WeightsError
        If the weights don't fit.
    """

    def __init__(self, table: pd.DataFrame, faces: Path, folder: Path, weights: Path, framing: Framing) -> None:
        source = network(weights)
        source.exported()  # once, before every worker would do it
        self.weights_sha256 = source.weights_sha256
        # absolute paths: a worker may have another working directory
        self._weights, self._framing, faces = weights.absolute(), framing, faces.absolute()
        places = zip(table["sample"], table["crop"], landmarks_of(table), strict=True)
        self._crops = {sample: (faces / crop, landmarks) for sample, crop, landmarks in places}
        self._journal = Journal(folder / JOURNAL_NAME)
        self._stamps = {sample: self._stamp_of(*place) for sample, place in self._crops.items()}
        self._missing = [name for name in self._crops if self._journal.stamp_of(name) != self._stamps[name]]
        self.todo = len(self._missing)

    def __enter__(self) -> "Embedding":
        return self

    def __exit__(self, *_: object) -> None:
        self._journal.close()

    def run(self, workers: Workers) -> Iterator[str]:
        """Embed what is not embedded yet; yield each sample once it is safely written down."""
        size = min(CROPS_PER_TASK, -(-self.todo // workers.jobs) or 1)  # few crops are shared out evenly
        tasks = []
        for start in range(0, self.todo, size):
            samples = tuple(self._missing[start : start + size])
            crops = tuple(self._crops[sample] for sample in samples)
            tasks.append(_Task(samples, crops, self._weights, self._framing))
        for task, contents in workers.run(_embed, tasks):
            if isinstance(contents, WorkerDiedError):
                raise contents
            self._journal.add(
                (sample, self._stamps[sample], content) for sample, content in zip(task.samples, contents, strict=True)
            )
            yield from task.samples

    def result(self) -> tuple[list[str], np.ndarray, list[Problem]]:
        """What came of all crops.

        Returns
        -------
        samples : list of str
            Those that have an embedding, in the index's order.
        embeddings : ndarray of float32, shape (n, 128)
        problems : list of Problem
            Crops that can't be read.
        """
        samples, vectors, problems = [], [], []
        for sample, (crop, _) in self._crops.items():
            content = self._journal.content_of(sample)
            if "problem" in content:
                problems.append(Problem(sample, f"its crop {crop.name} {content['problem']}"))
            else:
                samples.append(sample)
                vectors.append(np.frombuffer(b64decode(content["embedding"]), "<f4"))
        return samples, np.array(vectors, np.float32).reshape(-1, DIMENSIONS), problems

    def _stamp_of(self, crop: Path, landmarks: np.ndarray) -> str:
        """What an embedding depends on: the crop as it is now, what is seen of it, and the weights."""
        try:
            file = crop.stat()
            state = [file.st_size, file.st_mtime_ns]
        except OSError:
            state = []
        seen = [landmarks.tolist(), as_json(self._framing)]
        return sha256_of_json([REVISION, str(crop), state, seen, self.weights_sha256])


@dataclass(frozen=True)
class _Task:
    """Crops for one worker, each with its landmarks."""

    samples: tuple[str, ...]
    crops: tuple[tuple[Path, np.ndarray], ...]
    weights: Path
    framing: Framing


def _embed(task: _Task) -> list[dict[str, str]]:
    """For each crop, its embedding (little-endian float32 in base 64: exact), or why there is none."""
    contents: list[dict[str, str]] = []
    images = []
    for path, landmarks in task.crops:
        try:
            images.append(cut_window(read_crop(path, landmarks, task.framing), task.framing.facenet))
            contents.append({})
        except MediaError as error:
            contents.append({"problem": str(error)})
    vectors = iter(_embedder(task.weights).embed(images))
    for content in contents:
        if "problem" not in content:
            content["embedding"] = b64encode(next(vectors).astype("<f4").tobytes()).decode()
    return contents


@lru_cache(maxsize=1)
def _embedder(weights: Path) -> FaceNetEmbedder:
    """The embedder of this process."""
    return FaceNetEmbedder(weights, THREADS)
