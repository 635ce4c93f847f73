"""Trained approaches on samples that got worse: in parallel, and never the same work twice.

Whatever judges a user's file scores the samples here, by the same functions: crops or segments are degraded, brought to
the form that networks take, and all approaches of a results folder asked. Where each fold's model was kept, each scores
its own validation part, so that all samples are measured by models that have not met them.
"""

from collections.abc import Callable, Mapping, Sequence
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
from keras_impl.degradations import DEGRADATIONS
from keras_impl.errors import DataError
from keras_impl.evaluation.robustness import CALLED, UNSURE
from keras_impl.evaluation.scores import SCORES_NAME, read_scores
from keras_impl.faces import quality as face_quality
from keras_impl.faces.crop_work import crop_work, read_crops
from keras_impl.faces.cropping import Crop
from keras_impl.media.formats import ModalityName
from keras_impl.models.facenet.embedder import FaceNetEmbedder
from keras_impl.models.published import are_learnt, read_learnt
from keras_impl.models.resnet.store import read_segment
from keras_impl.prediction.decision import decide, has_rate, score_of, thresholds_of
from keras_impl.prediction.scoring import FaceSamples, Scorers, SpeechSamples, load_embedder, take_features
from keras_impl.prediction.trained import Models
from keras_impl.samples.degradations import Condition, conditions_of, degraded
from keras_impl.samples.index import load_samples, read_settings
from keras_impl.samples.problems import PROBLEMS_NAME, tell_problems, write_problems
from keras_impl.samples.quality import typical
from keras_impl.samples.work import SampleWork, Task
from keras_impl.speech import quality as speech_quality
from keras_impl.speech.channels import as_float, send
from keras_impl.speech.config import SoundConfig

REVISION = 2
"""Raised when the same sample would give other scores: all are then scored anew."""

SAMPLES_PER_TASK = 8

TOLD = ("source", "person", "label")
"""Columns that are told of each file."""


@dataclass(frozen=True)
class Tested:
    """Samples to be degraded.

    Attributes
    ----------
    index : DataFrame
        Their rows of the index, with ``person`` and ``source``.
    is_validation : bool
        Whether they are the validation part of what the approaches were trained on, else of another set.
    left_out : int
        How many samples of the folder are not among them, because an approach has learnt from them, or from their file
        or one that shares its source.
    """

    index: pd.DataFrame
    is_validation: bool
    left_out: int


def choose_samples(models: Models, samples: Path, most: int | None = None) -> Tested:
    """The samples of a folder that the approaches have not learnt from.

    Parameters
    ----------
    models : Models
        Of one fold.
    samples : Path
        Folder that extract_embeddings or extract_sound wrote.
    most : int, optional
        Take only so many, spread evenly over the sources.

    Raises
    ------
    DataError
        If the folder can't be read, its samples are made otherwise than those of training, or none is left.
    """
    modality = models.modality
    _, config = read_settings(samples, modality, modality.made_ready_by)
    if modality.name == "image":  # how small faces may be decides which there are, and not what a network sees of one
        config = replace(config, min_face_size=models.sample.min_face_size)
    ours = f"{modality.nouns.samples} of {samples}", f"those of {models.folder}"
    refuse_other(config, models.sample, ours, "extract them again")
    index = load_samples(samples, modality)
    index = index[index[modality.file_column].notna()]
    there = len(index)
    folders = [model.path.parent for model in models.trained.values()]
    passed_on = {folder: hashes for folder in folders if (hashes := read_learnt(folder)) is not None}
    for hashes in passed_on.values():  # all that such a model tells
        index = index[~are_learnt(index["video"], hashes) & ~are_learnt(index["source"], hashes)]
    if len(passed_on) == len(folders):
        return _some_of(index, there, most, False, samples, modality.nouns.samples)
    # of each approach, as they may have been trained by different splits
    own = [model for model in models.trained.values() if model.path.parent not in passed_on]
    scores = pd.concat(_scores_of(model.path.parent, fold_of(model.card)) for model in own)
    learnt, validated = (scores[scores["split"] == part] for part in ("train", "validation"))
    is_validation = bool(index["sample"].isin(scores["sample"]).any())
    if is_validation:
        told = validated.drop_duplicates("sample").set_index("sample")
        index = index[index["sample"].isin(told.index) & ~index["sample"].isin(learnt["sample"])]
        index = index.assign(person=index["sample"].map(told["person"]), source=index["sample"].map(told["source"]))
    else:  # other samples of the same files are no other set
        index = index[~index["video"].isin(learnt["video"]) & ~index["source"].isin(learnt["source"])]
    return _some_of(index, there, most, is_validation, samples, modality.nouns.samples)


def fold_of(card: Mapping[str, Any]) -> int:
    """Which fold's model a card is of."""
    return int(card.get("fold", 0))


def _scores_of(folder: Path, fold: int) -> pd.DataFrame:
    """A fold's scores, which are beside the model of the first one."""
    results = folder.parents[1] if fold else folder
    scores = read_scores(results / SCORES_NAME)
    return scores[scores["fold"] == fold]


def _some_of(
    index: pd.DataFrame, there: int, most: int | None, is_validation: bool, samples: Path, noun: str
) -> Tested:
    """What is left of so many samples, or fewer of them, spread evenly over the sources."""
    if index.empty:
        raise DataError(f"all {noun} of {samples} have been learnt from: name another folder with --samples")
    left_out = there - len(index)
    if most is not None and most < len(index):
        index = index.sort_values(["source", "sample"]).iloc[np.linspace(0, len(index) - 1, most).astype(int)]
    return Tested(index.reset_index(drop=True), is_validation, left_out)


def score_degraded(
    models: Models,
    tested: Tested,
    files: Path,
    out: Path,
    workers: Workers,
    conditions: Sequence[Condition] | None = None,
    progress: Progress = SILENT,
) -> pd.DataFrame:
    """Score samples under all conditions.

    Parameters
    ----------
    models : Models
    tested : Tested
    files : Path
        Folder that the index's crops or clips are relative to.
    out : Path
        What is finished is kept there, and not done again.
    workers : Workers
    conditions : sequence of Condition, optional
        By default all that there are.
    progress : Progress, optional

    Returns
    -------
    DataFrame
        A row per sample and condition: ``sample``, ``video``, `TOLD`, ``degradation``, ``strength``, a calibrated logit
        for each approach, in a column of its name, and each measure of quality.

    Raises
    ------
    DataError
        If another run is working in the folder, or no sample can be read.
    """
    modality, index = models.modality, tested.index
    kind = KINDS[modality.name]
    conditions = conditions or conditions_of(DEGRADATIONS[modality.name])
    made_by = {name: model.sha256 for name, model in models.trained.items()}
    noun = modality.nouns.samples
    with kind.work(index, files, out, models.sample, made_by, as_json(models.sample), conditions) as work:
        if work.todo < len(index):
            progress.say(f"{len(index) - work.todo} of {len(index)} {noun} are scored already")
        scored = work.run(
            workers, kind.score, _Settings(tuple(made_by.values()), models, tuple(conditions)), SAMPLES_PER_TASK
        )
        for _ in progress.track(scored, f"Scoring {noun} in {len(conditions)} conditions", work.todo):
            pass
        contents, problems = work.result()
    write_problems(out, problems)
    tell_problems(problems, out / PROBLEMS_NAME, progress)
    if not contents:
        option = "--faces" if modality.name == "image" else "--samples"
        raise DataError(f"none of the {modality.file_column}s in {files} can be read: name their folder with {option}")
    told = index.set_index("sample").loc[list(contents), ["video", *TOLD]].reset_index()
    table = told.iloc[np.repeat(np.arange(len(told)), len(conditions))].reset_index(drop=True)
    table[["degradation", "strength"]] = list(conditions) * len(told)
    logits = {name: np.concatenate([each["logits"][name] for each in contents.values()]) for name in made_by}
    quality = np.concatenate([each["quality"] for each in contents.values()])
    return table.assign(**logits, **dict(zip(kind.measures, quality.T, strict=True)))


def judge_videos(models: Models, scores: pd.DataFrame, max_fpr: float | None) -> pd.DataFrame:
    """Give each file the verdict that it would get as a user's, in which nobody else is to be seen or heard.

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
    thresholds, part = thresholds_of(models, max_fpr), models.modality.name
    measures = list(KINDS[part].measures)
    rows = []
    for (degradation, strength, video), samples in scores.groupby(["degradation", "strength", "video"], sort=False):
        row = {"video": video, "degradation": degradation, "strength": strength} | samples.iloc[0][list(TOLD)].to_dict()
        quality = typical(samples[measures].to_numpy(), measures)
        for name, threshold in thresholds.items():
            score = score_of(name, samples[name].tolist(), threshold)
            points = models.trained[name].points
            verdict, _ = decide(score, points, part, has_rate(points, max_fpr), quality)
            row |= {name: score.logit, name + CALLED: verdict == "likely fake", name + UNSURE: verdict == "can't tell"}
        rows.append(row)
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class _Settings:
    """What a worker needs to know; models that are alike are loaded once."""

    hashes: tuple[str, ...]
    models: Models = field(compare=False)
    conditions: tuple[Condition, ...]


def _score_faces(task: Task) -> list[dict[str, Any]]:
    """For each face, its logits by approach in the order of the conditions, or why it can't be read."""
    scorers, embedder = _loaded(task.settings)
    framing = task.settings.models.sample.framing
    contents: list[dict[str, Any]] = []
    for sample, crop in read_crops(task, framing):
        if not isinstance(crop, Crop):
            contents.append(crop)
            continue
        crops = [
            degraded(crop, condition, DEGRADATIONS["image"], crc32(sample.encode()))
            for condition in task.settings.conditions
        ]
        logits, _ = scorers.score(FaceSamples(crops, framing, embedder))
        contents.append(_told(logits, [face_quality.measure_crop(each, framing.resnet) for each in crops]))
    return contents


def _score_sounds(task: Task) -> list[dict[str, Any]]:
    """The same for each segment of sound; a degraded one is trimmed and brought to its level again."""
    scorers, _ = _loaded(task.settings)
    config = task.settings.models.sample
    contents: list[dict[str, Any]] = []
    for sample, sound in task.read(lambda path, _: as_float(read_segment(path).array)):
        if isinstance(sound, dict):
            contents.append(sound)
            continue
        sounds = [_sent(sound, each, crc32(sample.encode()), config) for each in task.settings.conditions]
        logits, _ = scorers.score(SpeechSamples(sounds, config))
        contents.append(_told(logits, [speech_quality.measure(each, config.trimming) for each in sounds]))
    return contents


def _sent(sound: np.ndarray, condition: Condition, seed: int, config: SoundConfig) -> np.ndarray:
    return send(sound, [lambda heard: degraded(heard, condition, DEGRADATIONS["sound"], seed)], config)


def _told(logits: Mapping[str, np.ndarray], quality: Sequence[np.ndarray]) -> dict[str, Any]:
    """What is kept of a sample: JSON."""
    told = {name: np.round(values, 4).tolist() for name, values in logits.items()}
    return {"logits": told, "quality": np.round(quality, 2).tolist()}


@lru_cache(maxsize=1)
def _loaded(settings: _Settings) -> tuple[Scorers, FaceNetEmbedder | None]:
    """The approaches of this process, and FaceNet if one of them needs it."""
    models = settings.models
    needs_it = models.modality.name == "image" and take_features(models.trained)
    return Scorers(models, THREADS), load_embedder(models.trained, THREADS) if needs_it else None


def _work_on_faces(index: pd.DataFrame, files: Path, out: Path, sample: Any, *decisive: Any) -> SampleWork:
    return crop_work(index, files, out, sample.framing, REVISION, *decisive)


def _work_on_sounds(index: pd.DataFrame, files: Path, out: Path, sample: Any, *decisive: Any) -> SampleWork:
    clips = {name: (files / clip, None) for name, clip in zip(index["sample"], index["clip"], strict=True)}
    return SampleWork(clips, "clip", out, REVISION, *decisive)


@dataclass(frozen=True)
class _Kind:
    """How samples of a modality are worked on.

    Attributes
    ----------
    work : callable
        Gives the work on an index, from what decides what comes of it.
    score : callable
        A worker's part.
    measures : tuple of str
        Of quality, in the order of what workers give.
    """

    work: Callable[..., SampleWork]
    score: Callable[[Task], list[dict[str, Any]]]
    measures: tuple[str, ...]


KINDS: Mapping[ModalityName, _Kind] = {
    "image": _Kind(_work_on_faces, _score_faces, face_quality.MEASURES),
    "sound": _Kind(_work_on_sounds, _score_sounds, speech_quality.MEASURES),
}
