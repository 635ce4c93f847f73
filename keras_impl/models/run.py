"""What every training step starts from and ends with."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from keras_impl.core.configs import FORMAT, as_json, check_format, from_json
from keras_impl.core.storage import LARGEST_CARD, read_json, remove_partial, sha256_of_file, write_json
from keras_impl.core.versions import versions
from keras_impl.errors import DataError
from keras_impl.evaluation.scores import write_scores
from keras_impl.faces.modality import FACES
from keras_impl.media.formats import ModalityName
from keras_impl.models.card import CARD_NAME
from keras_impl.samples.index import INDEX_NAME, SPLIT_NAME, Kind, read_modality, read_samples, read_settings
from keras_impl.speech.modality import SEGMENTS
from keras_impl.splits.protocols import inner_group
from keras_impl.splits.split import MADE_BY as SPLIT_MADE_BY
from keras_impl.splits.split import Split

MADE_BY = {"image": "python -m keras_impl.extract_embeddings", "sound": SEGMENTS.made_by}

KINDS: Mapping[ModalityName, Kind] = {kind.modality: kind for kind in (FACES, SEGMENTS)}


@dataclass(frozen=True)
class Run:
    """The samples, their division, and how both were made.

    Attributes
    ----------
    modality : {"image", "sound"}
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

    modality: ModalityName
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
        return f"{KINDS[self.modality].file_column} unreadable"


def load_samples(folder: Path, modality: ModalityName) -> pd.DataFrame:
    """Read the samples of a folder that should be of a modality, as `keras_impl.samples.index.read_samples` does.

    Raises
    ------
    DataError
        If something is missing or damaged, or the folder is of the other modality.
    """
    made_by = MADE_BY[modality]
    found = read_modality(folder, made_by)
    if found not in (None, modality):
        raise DataError(f"{folder} is of {found}, not of {modality}: name another folder, or say --modality {found}")
    return read_samples(folder, KINDS[modality], made_by)


def load_run(folder: Path, split: Path | None, modality: ModalityName = "image") -> Run:
    """Read all that is needed beside the pixels or features, before any work is done.

    Parameters
    ----------
    folder : Path
        The embeddings folder, or the sound folder.
    split : Path or None
        A split file; None takes the folder's own.
    modality : {"image", "sound"}, default "image"

    Raises
    ------
    DataError
        If something is missing, damaged, or doesn't fit together.
    """
    index = load_samples(folder, modality)
    division = Split.load(split or folder / SPLIT_NAME, MADE_BY[modality])
    both_sides = division.first_shared_group(index)
    if both_sides:
        raise DataError(f"the split has {division.group} {both_sides} on both sides: run {SPLIT_MADE_BY} again")
    settings, config = read_settings(folder, KINDS[modality], MADE_BY[modality])
    made_from = {name: settings[name] for name in settings if name not in ("format", "modality", "sample")}
    made_from["index_sha256"] = sha256_of_file(folder / INDEX_NAME)
    return Run(modality, index, division, config, made_from, time.monotonic())


def read_sample_config(folder: Path, kind: Kind) -> Any:
    """How files became the samples that a trained approach learnt from, as its card says.

    Raises
    ------
    DataError
        If the card is missing, damaged, or of another format.
    """
    path, again = folder / CARD_NAME, "train that approach again"
    card = check_format(read_json(path, again, LARGEST_CARD), str(path), again)
    return from_json(kind.config, card.get("sample"), str(path), again)


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
    """
    remove_partial(folder)  # of a run that was killed
    files = {model: sha256_of_file(folder / model)} if model else {}
    described = (
        {"format": FORMAT}
        | settings
        | {
            "modality": run.modality,
            "sample": as_json(run.config),
            "files": files,
            "seconds": round(time.monotonic() - run.started, 1),
            "split": run.split.summary(),
            "made_from": run.made_from,
            "versions": versions(*packages),
        }
    )
    path = write_scores(folder, pd.concat(scores, ignore_index=True))
    write_json(folder / CARD_NAME, described)
    return path
