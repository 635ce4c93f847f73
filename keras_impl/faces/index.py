"""The face index: one row per face, and where each part of it lies in a faces folder.

A faces folder holds ``index.csv`` (this table), ``crops/`` (PNG: lossless, so that no second
lossy step touches the traces that a detector looks for), ``faceless.csv`` (labelled videos of which
no face could be had), ``problems.csv`` (all that was left out, for people) and ``settings.json``.
Crops that a data set brought along stay where they are: their rows name them by absolute path, and
have no landmarks and no confidence.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

import pandas as pd

from keras_impl.errors import DataError
from keras_impl.faces.cues import CUES
from keras_impl.faces.face import LANDMARKS
from keras_impl.media.records import Problem
from keras_impl.storage import atomic_path

INDEX_NAME = "index.csv"
SPLIT_NAME = "split.json"
PROBLEMS_NAME = "problems.csv"
FACELESS_NAME = "faceless.csv"
SETTINGS_NAME = "settings.json"
CROPS_NAME = "crops"

DECIMALS = 4
"""Of pixels, seconds and confidences in the file: more would pretend a precision that isn't there."""

ROWS_AT_A_TIME = 10_000

LANDMARK_COLUMNS = tuple(f"{name}_{axis}" for name in LANDMARKS for axis in "xy")

COLUMNS = {
    "sample": "string",  # unique: video#frame
    "video": "string",
    "source": "string",  # shared by a video and the fakes made from it
    "label": "int64",  # 1 = fake
    "original": "string",  # of a fake, where known
    "person": "string",  # who is in it, where the data set tells
    "donor": "string",  # of a fake, whose face was put in (a video or a person), where the data set tells
    "part": "string",  # train or validation, where the data set comes with a split
    "frame": "int64",  # place in display order, from 0
    "time": "float64",  # seconds
    "video_frames": "int64",  # how many the video has
    "found_by": "string",  # detection; original or tracking: looked for where it was expected; given: a crop
    "tries": "int64",  # the attempt in which it was found, 1 if in the frame first looked at
    "faces_in_frame": "int64",  # 1 if the frame was not searched
    "confidence": "float64",
    "x": "float64",  # the face's box, pixels of the frame
    "y": "float64",
    "width": "float64",
    "height": "float64",
    **dict.fromkeys(LANDMARK_COLUMNS, "float64"),
    "frame_width": "int64",  # pixels
    "frame_height": "int64",
    "file_bytes": "int64",  # size of the video or image
    **CUES,
    "crop": "string",  # path relative to the faces folder, or absolute
}

FACELESS_COLUMNS = {name: COLUMNS[name] for name in ("sample", "video", "source", "label", "person", "part")}
FACELESS_COLUMNS["status"] = "string"  # why there is no face

REQUIRED = ("sample", "video", "source", "crop")


def write_index(folder: Path, rows: Sequence[dict]) -> pd.DataFrame:
    """Write the index of ``folder``, ordered by video and frame, and return it as it will be read."""
    index = _as_table(rows).sort_values(["video", "frame"], ignore_index=True)
    with atomic_path(folder / INDEX_NAME) as temporary:
        index.to_csv(temporary, index=False)
    return index


def write_sorted(folder: Path, rows: Iterable[dict]) -> None:
    """Write the index of ``folder`` from rows that come in its order, without holding all of them."""
    with atomic_path(folder / INDEX_NAME) as temporary, temporary.open("w", encoding="utf-8", newline="") as stream:
        _as_table([]).to_csv(stream, index=False)
        remaining = iter(rows)
        while block := list(islice(remaining, ROWS_AT_A_TIME)):
            _as_table(block).to_csv(stream, index=False, header=False)


def _as_table(rows: Sequence[dict]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS).round(DECIMALS)


def read_index(folder: Path, made_by: str = "python -m keras_impl.extract_faces") -> pd.DataFrame:
    """Read the index of a faces or embeddings folder.

    Raises
    ------
    DataError
        If it is missing, lacks a column, has a value of the wrong kind or names a face twice.
    """
    path = folder / INDEX_NAME
    try:
        # only what is empty is missing: somebody may be called NA
        index = pd.read_csv(path, dtype=COLUMNS, keep_default_na=False, na_values=[""])
    except FileNotFoundError:
        raise DataError(f"{path} is missing: run {made_by} first") from None
    except (ValueError, pd.errors.ParserError) as error:
        raise DataError(f"{path} is not a face index ({error}): run {made_by} again") from None
    missing = [name for name in COLUMNS if name not in index]
    if missing:
        raise DataError(f"{path} lacks the columns {', '.join(missing)}: run {made_by} again")
    if not index["label"].isin((0, 1)).all():
        raise DataError(f"{path} has labels other than 0 and 1: run {made_by} again")
    blank = next((name for name in REQUIRED if index[name].isna().any()), None)
    if blank:
        raise DataError(f"{path} has rows without {blank}: run {made_by} again")
    twice = index["sample"][index["sample"].duplicated()]
    if len(twice):
        raise DataError(f"{path} names {twice.iloc[0]} twice: run {made_by} again")
    return index


def write_faceless(folder: Path, rows: Sequence[dict]) -> None:
    """Write the labelled videos of which no face could be had, sorted by name."""
    table = pd.DataFrame(rows, columns=list(FACELESS_COLUMNS)).astype(FACELESS_COLUMNS).sort_values("video")
    with atomic_path(folder / FACELESS_NAME) as temporary:
        table.to_csv(temporary, index=False)


def read_faceless(folder: Path) -> pd.DataFrame:
    """Read the labelled videos of which no face could be had; none if the file isn't there."""
    path = folder / FACELESS_NAME
    if not path.exists():
        return pd.DataFrame(columns=list(FACELESS_COLUMNS)).astype(FACELESS_COLUMNS)
    try:
        table = pd.read_csv(path, dtype=FACELESS_COLUMNS, keep_default_na=False, na_values=[""])
        return table[list(FACELESS_COLUMNS)]
    except (ValueError, KeyError) as error:
        raise DataError(f"{path} is not a list of videos ({error}): run extract_faces again") from None


def read_samples(folder: Path, made_by: str) -> pd.DataFrame:
    """Read all that is to be divided and scored: the faces, and the videos without one.

    Returns
    -------
    DataFrame
        The index with a column ``status``: "ok", or why there is no face. Rows without a face have
        no crop and no cues.
    """
    index, faceless = read_index(folder, made_by).assign(status="ok"), read_faceless(folder)
    return pd.concat([index, faceless], ignore_index=True) if len(faceless) else index


def write_problems(folder: Path, problems: Sequence[Problem]) -> None:
    """Write the list of what could not be used; an empty list is written too, as proof."""
    table = pd.DataFrame([(problem.name, problem.reason) for problem in problems], columns=["name", "reason"])
    with atomic_path(folder / PROBLEMS_NAME) as temporary:
        table.to_csv(temporary, index=False)
