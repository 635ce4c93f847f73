"""What every training step starts from and ends with."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from keras_impl.errors import DataError
from keras_impl.evaluation.scores import write_scores
from keras_impl.faces.index import INDEX_NAME, SETTINGS_NAME, SPLIT_NAME, read_samples
from keras_impl.splits.split import MADE_BY as SPLIT_MADE_BY
from keras_impl.splits.split import Split
from keras_impl.storage import read_json, sha256_of_file, write_json
from keras_impl.versions import versions

SETTINGS_OF_MODEL_NAME = "model.json"

MADE_BY = "python -m keras_impl.extract_embeddings"


@dataclass(frozen=True)
class Run:
    """The faces, their division, and how both were made.

    Attributes
    ----------
    index : DataFrame
        The face index, with people, and the videos without a face (``status`` says why).
    split : Split
        Checked: no group that it keeps whole is on both sides.
    made_from : dict
        Settings of the embeddings and the faces, and the hash of the index.
    started : float
        When it was loaded, `time.monotonic`.
    """

    index: pd.DataFrame
    split: Split
    made_from: dict[str, Any]
    started: float


def load_run(embeddings: Path, split: Path | None) -> Run:
    """Read all that is needed beside the pixels or embeddings, before any work is done.

    Parameters
    ----------
    embeddings : Path
        The embeddings folder.
    split : Path or None
        A split file; None takes the folder's own.

    Raises
    ------
    DataError
        If something is missing, damaged, or doesn't fit together.
    """
    index = read_samples(embeddings, MADE_BY)
    division = Split.load(split or embeddings / SPLIT_NAME)
    both_sides = division.first_shared_group(index)
    if both_sides:
        raise DataError(f"the split has {division.group} {both_sides} on both sides: run {SPLIT_MADE_BY} again")
    made_from = read_json(embeddings / SETTINGS_NAME, made_by=f"run {MADE_BY} again")
    made_from["index_sha256"] = sha256_of_file(embeddings / INDEX_NAME)
    return Run(index, division, made_from, time.monotonic())


def save_run(
    run: Run,
    folder: Path,
    scores: Sequence[pd.DataFrame],
    settings: dict[str, Any],
    *packages: str,
    model: str | None = None,
) -> Path:
    """Write an approach's ``model.json`` and ``scores.csv``; return the path of the latter.

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
    files = {model: sha256_of_file(folder / model)} if model else {}
    described = settings | {
        "files": files,
        "seconds": round(time.monotonic() - run.started, 1),
        "split": run.split.summary(),
        "made_from": run.made_from,
        "versions": versions(*packages),
    }
    write_json(folder / SETTINGS_OF_MODEL_NAME, described)
    return write_scores(folder, pd.concat(scores, ignore_index=True))
