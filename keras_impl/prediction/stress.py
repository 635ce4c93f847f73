"""Trained approaches on faces that got worse: in parallel, and never the same work twice.

Whatever judges a user's file scores the faces here, by the same functions: crops are degraded, windows cut out of
them, and all approaches of a results folder asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd

from keras_impl.core.configs import as_json, refuse_other
from keras_impl.core.parallel import THREADS, Workers
from keras_impl.core.progress import SILENT, Progress
from keras_impl.errors import DataError
from keras_impl.evaluation.robustness import CALLED, UNSURE
from keras_impl.evaluation.scores import SCORES_NAME, read_scores
from keras_impl.faces.crop_work import CropTask, CropWork
from keras_impl.faces.cropping import Crop
from keras_impl.faces.degradations import CONDITIONS, Condition, degraded
from keras_impl.faces.modality import FACES
from keras_impl.faces.quality import MEASURES, measure_crop, typical
from keras_impl.models.facenet.embedder import FaceNetEmbedder
from keras_impl.models.published import are_learnt, read_learnt
from keras_impl.prediction.decision import decide, has_rate, score_of, thresholds_of
from keras_impl.prediction.scoring import FaceSamples, Scorers, load_embedder
from keras_impl.prediction.trained import Models
from keras_impl.samples.index import load_samples, read_settings
from keras_impl.samples.problems import PROBLEMS_NAME, tell_problems, write_problems

REVISION = 2
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
    folders = [model.path.parent for model in models.trained.values()]
    passed_on = {folder: hashes for folder in folders if (hashes := read_learnt(folder)) is not None}
    for hashes in passed_on.values():  # all that such a model tells
        index = index[~are_learnt(index["video"], hashes) & ~are_learnt(index["source"], hashes)]
    if len(passed_on) == len(folders):
        return _some_of(index, there, most, False, samples)
    # of each approach, as they may have been trained by different splits; the model that is kept is the first fold's
    tables = [read_scores(folder / SCORES_NAME) for folder in folders if folder not in passed_on]
    scores = pd.concat(table[table["fold"] == 0] for table in tables)
    learnt, validated = (scores[scores["split"] == part] for part in ("train", "validation"))
    is_validation = bool(index["sample"].isin(scores["sample"]).any())
    if is_validation:
        told = validated.drop_duplicates("sample").set_index("sample")
        index = index[index["sample"].isin(told.index) & ~index["sample"].isin(learnt["sample"])]
        index = index.assign(person=index["sample"].map(told["person"]), source=index["sample"].map(told["source"]))
    else:  # other frames of the same videos are no other set
        index = index[~index["video"].isin(learnt["video"]) & ~index["source"].isin(learnt["source"])]
    return _some_of(index, there, most, is_validation, samples)


def _some_of(index: pd.DataFrame, there: int, most: int | None, is_validation: bool, samples: Path) -> Tested:
    """What is left of so many faces, or fewer of them, spread evenly over the sources."""
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
        ``strength``, a calibrated logit for each approach, in a column of its name, and each of
        `keras_impl.faces.quality.MEASURES`.

    Raises
    ------
    DataError
        If another run is working in the folder, or no crop can be read.
    """
    made_by = {name: model.sha256 for name, model in models.trained.items()}
    index, framing = tested.index, models.sample.framing
    with CropWork(index, faces, out, framing, REVISION, made_by, as_json(models.sample), conditions) as work:
        if work.todo < len(index):
            progress.say(f"{len(index) - work.todo} of {len(index)} faces are scored already")
        scored = work.run(
            workers, _score, _Settings(tuple(made_by.values()), models, tuple(conditions)), FACES_PER_TASK
        )
        for _ in progress.track(scored, f"Scoring faces in {len(conditions)} conditions", work.todo):
            pass
        contents, problems = work.result()
    write_problems(out, problems)
    tell_problems(problems, out / PROBLEMS_NAME, progress)
    if not contents:
        raise DataError(f"none of the crops in {faces} can be read: name their folder with --faces")
    told = index.set_index("sample").loc[list(contents), ["video", "source", "person", "label"]].reset_index()
    table = told.iloc[np.repeat(np.arange(len(told)), len(conditions))].reset_index(drop=True)
    table[["degradation", "strength"]] = list(conditions) * len(told)
    logits = {name: np.concatenate([each["logits"][name] for each in contents.values()]) for name in made_by}
    quality = np.concatenate([each["quality"] for each in contents.values()])
    return table.assign(**logits, **dict(zip(MEASURES, quality.T, strict=True)))


def judge_videos(models: Models, scores: pd.DataFrame, max_fpr: float | None) -> pd.DataFrame:
    """Give each video the verdict that it would get as a user's file, in which nobody else is to be seen.

    Parameters
    ----------
    models : Models
    scores : DataFrame
        From `score_degraded`.
    max_fpr : float or None
        As of `keras_impl.prediction.decision.thresholds_of`.

    Returns
    -------
    DataFrame
        As `keras_impl.evaluation.robustness.measure_robustness` takes it.
    """
    thresholds = thresholds_of(models, max_fpr)
    rows = []
    for (degradation, strength, video), faces in scores.groupby(["degradation", "strength", "video"], sort=False):
        first = faces.iloc[0]
        row = {"video": video, "source": first["source"], "person": first["person"], "label": first["label"]}
        row |= {"degradation": degradation, "strength": strength}
        quality = typical(faces[list(MEASURES)].to_numpy())
        for name, threshold in thresholds.items():
            score = score_of(name, faces[name].tolist(), threshold)
            points = models.trained[name].points
            verdict, _ = decide(score, points, "image", has_rate(points, max_fpr), quality)
            row |= {name: score.logit, name + CALLED: verdict == "likely fake", name + UNSURE: verdict == "can't tell"}
        rows.append(row)
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class _Settings:
    """What a worker needs to know; models that are alike are loaded once."""

    hashes: tuple[str, ...]
    models: Models = field(compare=False)
    conditions: tuple[Condition, ...]


def _score(task: CropTask) -> list[dict[str, Any]]:
    """For each face, its logits by approach in the order of the conditions, or why it can't be read."""
    scorers, embedder = _loaded(task.settings)
    contents: list[dict[str, Any]] = []
    for sample, crop in task.read():
        if not isinstance(crop, Crop):
            contents.append(crop)
            continue
        crops = [degraded(crop, condition, crc32(sample.encode())) for condition in task.settings.conditions]
        logits, _ = scorers.score(FaceSamples(crops, task.framing, embedder))
        quality = [measure_crop(each, task.framing.resnet) for each in crops]
        told = {name: np.round(values, 4).tolist() for name, values in logits.items()}
        contents.append({"logits": told, "quality": np.round(quality, 2).tolist()})
    return contents


@lru_cache(maxsize=1)
def _loaded(settings: _Settings) -> tuple[Scorers, FaceNetEmbedder | None]:
    """The approaches of this process, and FaceNet if its weights can be had."""
    return Scorers(settings.models, THREADS), load_embedder(settings.models.trained, THREADS)
