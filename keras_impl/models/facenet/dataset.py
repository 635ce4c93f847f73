"""From the crops of a faces folder to embeddings: in parallel, and never the same work twice.

As with faces (`keras_impl.faces.dataset`), what is finished is in a journal, so that an interrupted run
goes on where it was, and only new or changed crops are embedded.
"""

from base64 import b64decode, b64encode
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from keras_impl.core.parallel import THREADS, Workers
from keras_impl.core.progress import SILENT, Progress
from keras_impl.core.storage import remove_partial, sha256_of_file
from keras_impl.core.versions import versions
from keras_impl.errors import DataError
from keras_impl.faces.crop_work import crop_work, read_crops
from keras_impl.faces.cropping import Crop, cut_window
from keras_impl.faces.modality import FACES
from keras_impl.models.facenet import DIMENSIONS
from keras_impl.models.facenet.embedder import BATCH_SIZE, FaceNetEmbedder
from keras_impl.models.facenet.graph import build_graph
from keras_impl.models.facenet.weights import find_weights
from keras_impl.samples.embeddings import write_embeddings
from keras_impl.samples.index import read_index, read_missing, read_settings, write_index, write_missing, write_settings
from keras_impl.samples.problems import PROBLEMS_NAME, tell_problems, write_problems
from keras_impl.samples.work import Task
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
    found = find_weights(weights)
    with progress.working("Preparing FaceNet"):
        build_graph(found)  # so that what is wrong with it is told before any work begins
        weights_sha256 = sha256_of_file(found)
        work = crop_work(table, faces, out, config.framing, REVISION, weights_sha256)
    with work:
        remove_partial(out)  # of a run that was killed
        if work.todo < len(table):
            progress.say(f"{len(table) - work.todo} of {len(table)} faces are embedded already")
        # an absolute path: a worker may have another working directory
        embedded = work.run(workers, _embed, (found.absolute(), config.framing), CROPS_PER_TASK)
        for _ in progress.track(embedded, "Embedding faces", work.todo):
            pass
        contents, problems = work.result()
    samples = list(contents)
    vectors = np.array(
        [np.frombuffer(b64decode(content["embedding"]), "<f4") for content in contents.values()], np.float32
    ).reshape(-1, DIMENSIONS)
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
        facenet_weights_sha256=weights_sha256,
        faces={name: made_of[name] for name in made_of if name not in ("format", "modality", "sample")},
        versions=versions("openvino", "numpy"),
    )
    if table["person"].isna().any():
        name_people(out, progress=progress)
    return len(samples)


def _embed(task: Task) -> list[dict[str, Any]]:
    """For each crop, its embedding (little-endian float32 in base 64: exact), or why there is none."""
    weights, framing = task.settings
    contents: list[dict[str, Any]] = []
    images = []
    for _, crop in read_crops(task, framing):
        if isinstance(crop, Crop):
            images.append(cut_window(crop, framing.facenet))
            contents.append({})
        else:
            contents.append(crop)
    vectors = iter(_embedder(weights).embed(images))
    for content in contents:
        if not content:
            content["embedding"] = b64encode(next(vectors).astype("<f4").tobytes()).decode()
    return contents


@lru_cache(maxsize=1)
def _embedder(weights: Path) -> FaceNetEmbedder:
    """The embedder of this process."""
    return FaceNetEmbedder(weights, THREADS)
