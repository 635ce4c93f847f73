"""Trained approaches on faces that got worse: in parallel, and never the same work twice.

Whatever judges a user's file scores the faces here, by the same functions: crops are degraded, windows cut out of
them, and all approaches of a results folder asked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from zlib import crc32

import numpy as np
import pandas as pd

from keras_impl.core.configs import as_json, refuse_other
from keras_impl.core.journal import JOURNAL_NAME, Journal
from keras_impl.core.parallel import THREADS, WorkerDiedError, Workers
from keras_impl.core.progress import SILENT, Progress
from keras_impl.core.storage import sha256_of_json
from keras_impl.datasets.record import Problem
from keras_impl.errors import DataError, MediaError
from keras_impl.evaluation.scores import SCORES_NAME, read_scores
from keras_impl.faces.config import FaceConfig
from keras_impl.faces.crop_files import landmarks_of, read_crop
from keras_impl.faces.degradations import CONDITIONS, Condition, degraded
from keras_impl.faces.modality import FACES
from keras_impl.models.facenet.embedder import FaceNetEmbedder
from keras_impl.models.facenet.weights import find_weights
from keras_impl.prediction.scoring import FaceSamples, Scorers, check_embedder
from keras_impl.prediction.trained import Models
from keras_impl.samples.index import load_samples, read_settings
from keras_impl.samples.problems import PROBLEMS_NAME, tell_problems, write_problems

REVISION = 1
"""Raised when the same crop would give other scores: all are then scored anew."""

FACES_PER_TASK = 8


@dataclass(frozen=True)
class Tested:
    """Faces to be degraded.

    Attributes
    ----------
    index : DataFrame
        Their rows of the index, with ``person`` and ``source``.
    is_validation : bool
        Whether they are the validation part of what the approaches were trained on, else of another set.
    left_out : int
        How many faces of the folder are not among them, because an approach has learnt from them, or from their video
        or one that shares its source.
    """

    index: pd.DataFrame
    is_validation: bool
    left_out: int


def choose_faces(models: Models, samples: Path, most: int | None = None) -> Tested:
    """The faces of a folder that the approaches have not learnt from.

    Parameters
    ----------
    models : Models
        Of the image.
    samples : Path
        Folder that extract_embeddings wrote.
    most : int, optional
        Take only so many, spread evenly over the sources.

    Raises
    ------
    DataError
        If the folder can't be read, its faces are framed otherwise than those of training, or none is left.
    """
    _, config = read_settings(samples, FACES, FACES.made_ready_by)
    # how small faces may be decides which there are, and not what a network sees of one
    alike = replace(config, min_face_size=models.sample.min_face_size)
    refuse_other(alike, models.sample, (f"faces of {samples}", f"those of {models.folder}"), "extract them again")
    index = load_samples(samples, FACES)
    index = index[index["crop"].notna()]
    there = len(index)
    # of each approach, as they may have been trained by different splits; the model that is kept is the first fold's
    tables = [read_scores(model.path.parent / SCORES_NAME) for model in models.trained.values()]
    scores = pd.concat(table[table["fold"] == 0] for table in tables)
    learnt, validated = (scores[scores["split"] == part] for part in ("train", "validation"))
    is_validation = bool(index["sample"].isin(scores["sample"]).any())
    if is_validation:
        told = validated.drop_duplicates("sample").set_index("sample")
        index = index[index["sample"].isin(told.index) & ~index["sample"].isin(learnt["sample"])]
        index = index.assign(person=index["sample"].map(told["person"]), source=index["sample"].map(told["source"]))
    else:  # other frames of the same videos are no other set
        index = index[~index["video"].isin(learnt["video"]) & ~index["source"].isin(learnt["source"])]
    if index.empty:
        raise DataError(f"all faces of {samples} have been learnt from: name another folder with --samples")
    left_out = there - len(index)
    if most is not None and most < len(index):
        index = index.sort_values(["source", "sample"]).iloc[np.linspace(0, len(index) - 1, most).astype(int)]
    return Tested(index.reset_index(drop=True), is_validation, left_out)


def score_degraded(
    models: Models,
    tested: Tested,
    faces: Path,
    out: Path,
    workers: Workers,
    conditions: Sequence[Condition] = CONDITIONS,
    progress: Progress = SILENT,
) -> pd.DataFrame:
    """Score faces under all conditions.

    Parameters
    ----------
    models : Models
    tested : Tested
    faces : Path
        Folder that the index's crops are relative to.
    out : Path
        What is finished is kept there, and not done again.
    workers : Workers
    conditions : sequence of Condition, optional
    progress : Progress, optional

    Returns
    -------
    DataFrame
        A row per face and condition: ``sample``, ``video``, ``source``, ``person``, ``label``, ``degradation``,
        ``strength``, and a calibrated logit for each approach, in a column of its name.

    Raises
    ------
    DataError
        If another run is working in the folder, or no crop can be read.
    """
    stress = _Stress(models, tested.index, faces, out, conditions)
    with stress:
        if stress.todo < len(tested.index):
            progress.say(f"{len(tested.index) - stress.todo} of {len(tested.index)} faces are scored already")
        task = f"Scoring faces in {len(conditions)} conditions"
        for _ in progress.track(stress.run(workers), task, stress.todo):
            pass
        table, problems = stress.result()
    write_problems(out, problems)
    tell_problems(problems, out / PROBLEMS_NAME, progress)
    if table.empty:
        raise DataError(f"none of the crops in {faces} can be read: name their folder with --faces")
    return table


class _Stress:
    """The scoring of faces; a context manager."""

    def __init__(
        self, models: Models, index: pd.DataFrame, faces: Path, out: Path, conditions: Sequence[Condition]
    ) -> None:
        self._models, self._index, self._conditions = models, index, tuple(conditions)
        places = zip(index["sample"], index["crop"], landmarks_of(index), strict=True)
        # absolute paths: a worker may have another working directory
        self._crops = {sample: (faces.absolute() / crop, landmarks) for sample, crop, landmarks in places}
        self._journal = Journal(out / JOURNAL_NAME)
        made_by = {name: model.sha256 for name, model in models.trained.items()}
        common = [REVISION, made_by, as_json(models.sample), self._conditions]
        self._stamps = {sample: _stamp_of(*place, common) for sample, place in self._crops.items()}
        self._missing = [name for name in self._crops if self._journal.stamp_of(name) != self._stamps[name]]
        self.todo = len(self._missing)

    def __enter__(self) -> "_Stress":
        return self

    def __exit__(self, *_: object) -> None:
        self._journal.close()

    def run(self, workers: Workers) -> Iterator[str]:
        """Score what is not scored yet; yield each face once it is safely written down."""
        size = min(FACES_PER_TASK, -(-self.todo // workers.jobs) or 1)
        chunks = [tuple(self._missing[start : start + size]) for start in range(0, self.todo, size)]
        tasks = [
            _Task(samples, tuple(self._crops[sample] for sample in samples), self._models, self._conditions)
            for samples in chunks
        ]
        for task, contents in workers.run(_score, tasks):
            if isinstance(contents, WorkerDiedError):
                raise contents
            self._journal.add(
                (sample, self._stamps[sample], content) for sample, content in zip(task.samples, contents, strict=True)
            )
            yield from task.samples

    def result(self) -> tuple[pd.DataFrame, list[Problem]]:
        """What came of all faces, and those that can't be read."""
        parts, problems = [], []
        names = list(self._models.trained)
        conditions = pd.DataFrame(self._conditions, columns=["degradation", "strength"])
        told = self._index[["sample", "video", "source", "person", "label"]]
        for row in told.itertuples(index=False):
            content = self._journal.content_of(row.sample)
            if "problem" in content:
                problems.append(Problem(row.sample, f"its crop {content['problem']}"))
                continue
            logits = pd.DataFrame({name: content["logits"][name] for name in names})
            parts.append(pd.concat([conditions, logits], axis=1).assign(**row._asdict()))
        columns = [*told, *conditions, *names]
        return (pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)), problems


@dataclass(frozen=True)
class _Task:
    """Faces for one worker, each a crop's file and its landmarks."""

    samples: tuple[str, ...]
    crops: tuple[tuple[Path, np.ndarray], ...]
    models: Models
    conditions: tuple[Condition, ...]


def _score(task: _Task) -> list[dict[str, object]]:
    """For each face, its logits by approach in the order of the conditions, or why it can't be read."""
    scorers, embedder = _loaded(_Key(tuple(model.sha256 for model in task.models.trained.values()), task.models))
    config: FaceConfig = task.models.sample
    contents: list[dict[str, object]] = []
    for sample, (path, landmarks) in zip(task.samples, task.crops, strict=True):
        try:
            crop = read_crop(path, landmarks, config.framing)
        except MediaError as error:
            contents.append({"problem": str(error)})
            continue
        crops = [degraded(crop, condition, crc32(sample.encode())) for condition in task.conditions]
        logits, _ = scorers.score(FaceSamples(crops, config.framing, embedder))
        contents.append({"logits": {name: np.round(values, 4).tolist() for name, values in logits.items()}})
    return contents


@dataclass(frozen=True)
class _Key:
    """Models as a worker keeps them from task to task."""

    hashes: tuple[str, ...]
    models: Models = field(compare=False)


@lru_cache(maxsize=1)
def _loaded(key: _Key) -> tuple[Scorers, FaceNetEmbedder]:
    """The approaches of this process."""
    embedder = FaceNetEmbedder(find_weights(None), THREADS)
    check_embedder(key.models.trained, embedder)
    return Scorers(key.models, THREADS), embedder


def _stamp_of(crop: Path, landmarks: np.ndarray, common: list[object]) -> str:
    """What scores depend on: the crop as it is now, where the face is in it, the models and the conditions."""
    try:
        file = crop.stat()
        state = [file.st_size, file.st_mtime_ns]
    except OSError:
        state = []
    return sha256_of_json([common, str(crop), state, landmarks.tolist()])
