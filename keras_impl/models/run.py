"""What every training step starts from and ends with."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from keras_impl.core.configs import FORMAT, as_json, check_format, from_json, refuse_other
from keras_impl.core.progress import Progress
from keras_impl.core.storage import LARGEST_CARD, read_json, remove_partial, sha256_of_file, write_json
from keras_impl.core.versions import versions
from keras_impl.errors import DataError
from keras_impl.evaluation.scores import make_scores, write_scores
from keras_impl.models.card import CARD_NAME, fold_folder
from keras_impl.samples.index import INDEX_NAME, SPLIT_NAME, load_samples, read_settings
from keras_impl.samples.modality import Modality
from keras_impl.splits.protocols import inner_group
from keras_impl.splits.split import MADE_BY as SPLIT_MADE_BY
from keras_impl.splits.split import Split


@dataclass(frozen=True)
class Run:
    """The samples, their division, and how both were made.

    Attributes
    ----------
    modality : Modality
    index : DataFrame
        The index, with people, and the files without a sample (``status`` says why).
    split : Split
        Checked: no group that it keeps whole is on both sides.
    config : FaceConfig or SoundConfig
        How files became samples.
    made_from : dict
        Settings of the samples and of what they were made from, and the hash of the index.
    started : float
        When it was loaded, `time.monotonic`.
    """

    modality: Modality
    index: pd.DataFrame
    split: Split
    config: Any
    made_from: dict[str, Any]
    started: float

    @property
    def inner_group(self) -> str:
        """The index column that divisions inside the training part keep whole."""
        return inner_group(self.split, self.index)

    @property
    def unreadable(self) -> str:
        """Status of a sample whose file can't be read any more."""
        return f"{self.modality.file_column} unreadable"


def load_run(folder: Path, split: Path | None, modality: Modality) -> Run:
    """Read all that is needed beside the pixels or features, before any work is done.

    Parameters
    ----------
    folder : Path
        The embeddings folder, or the sound folder.
    split : Path or None
        A split file; None takes the folder's own.
    modality : Modality

    Raises
    ------
    DataError
        If something is missing, damaged, or doesn't fit together.
    """
    index = load_samples(folder, modality)
    division = Split.load(split or folder / SPLIT_NAME, modality.made_ready_by)
    both_sides = division.first_shared_group(index)
    if both_sides:
        raise DataError(f"the split has {division.group} {both_sides} on both sides: run {SPLIT_MADE_BY} again")
    settings, config = read_settings(folder, modality, modality.made_ready_by)
    made_from = {name: settings[name] for name in settings if name not in ("format", "modality", "sample")}
    made_from["index_sha256"] = sha256_of_file(folder / INDEX_NAME)
    return Run(modality, index, division, config, made_from, time.monotonic())


def check_run(folder: Path, split: Path | None, modality: Modality, faces: Path | None) -> Run:
    """As `load_run`, of samples whose own files may lie in another folder.

    Parameters
    ----------
    folder, split, modality
        As of `load_run`.
    faces : Path or None
        That other folder.

    Raises
    ------
    DataError
        As `load_run`, and if the files there are framed otherwise than those that the split was made of.
    """
    run = load_run(folder, split, modality)
    if faces is not None:
        _, of_faces = read_settings(faces, modality)
        again = f"run {modality.made_ready_by} --faces {faces} --out {folder} again"
        refuse_other(of_faces, run.config, (f"faces in {faces}", f"those of {folder}"), again)
    return run


def read_sample_config(folder: Path, modality: Modality) -> Any:
    """How files became the samples that a trained approach learnt from, as its card says.

    Raises
    ------
    DataError
        If the card is missing, damaged, or of another format.
    """
    path, again = folder / CARD_NAME, "train that approach again"
    card = check_format(read_json(path, again, LARGEST_CARD), str(path), again)
    return from_json(modality.config, card.get("sample"), str(path), again)


def score_folds(
    run: Run, score: Callable[[int, pd.Series], pd.Series], missing: str, task: str, progress: Progress
) -> list[pd.DataFrame]:
    """Score all samples in use in each fold of a run's split.

    Parameters
    ----------
    run : Run
    score : callable
        Given the number of a fold and the part of each sample ("train", "validation" or "unused", indexed by sample),
        learns from the training part and gives P(fake), 0 to 1, indexed by sample.
    missing : str
        Status of samples that it gives no P(fake) for.
    task : str
        What is being done, for people.
    progress : Progress

    Returns
    -------
    list of DataFrame
        For `save_run`.
    """
    parts_of_folds = progress.track(run.split.parts(run.index), task, len(run.split.folds))
    return [
        make_scores(run.index, parts, score(fold, parts), missing, fold, run.split.group)
        for fold, parts in enumerate(parts_of_folds)
    ]


def withdraw(folder: Path) -> None:
    """Take an approach's card away before its files are written anew: without one it counts as unfinished.

    So a model appears whole, when `save_run` writes its card last, or not at all.
    """
    (folder / CARD_NAME).unlink(missing_ok=True)


def save_run(
    run: Run,
    folder: Path,
    scores: Sequence[pd.DataFrame],
    settings: dict[str, Any],
    *packages: str,
    model: str | None = None,
    kept_folds: int = 1,
) -> Path:
    """Write an approach's ``scores.csv`` and, last, its ``model.json``; return the path of the former.

    Parameters
    ----------
    run : Run
    folder : Path
        The approach's result folder.
    scores : sequence of DataFrame
        One per fold, from `keras_impl.evaluation.scores.make_scores`.
    settings : dict
        What describes the approach, ``approach`` (its name for people) first.
    *packages : str
        Distributions whose versions matter.
    model : str, optional
        Name of the model's file in the folder, whose hash is kept, so that prediction notices another one.
    kept_folds : int, default 1
        Of how many folds there is such a file, each in its own `fold_folder`.
    """
    remove_partial(folder)  # of a run that was killed
    described = (
        {"format": FORMAT}
        | settings
        | {
            "modality": run.modality.name,
            "sample": as_json(run.config),
            "seconds": round(time.monotonic() - run.started, 1),
            "split": run.split.summary(),
            "made_from": run.made_from,
            "versions": versions(*packages),
        }
    )
    path = write_scores(folder, pd.concat(scores, ignore_index=True))
    for fold in reversed(range(kept_folds)):
        here = fold_folder(folder, fold)
        files = {model: sha256_of_file(here / model)} if model else {}
        write_json(here / CARD_NAME, described | {"fold": fold, "files": files})
    return path
