"""What validation could have learnt of training, counted for any split, whoever made it.

A leak is a validation face of which training has seen more than a new video would show: the same
video, a fake's original or another fake of it, a nearly identical picture, or the same person.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from keras_impl.splits.people import SAME_PERSON_BELOW
from keras_impl.splits.split import Split
from keras_impl.storage import atomic_path

LEAKS_NAME = "leaks.csv"

NEAR_DUPLICATE_BITS = 3
"""Perceptual hashes that differ in at most so many of their 64 bits count as the same picture."""

CHUNK_ROWS = 512
"""Validation rows compared with all training rows at a time, so that memory stays flat."""

# What of a validation face was trained on.
MEANINGS = {
    "video": "the same video",
    "source": "its original, or a fake of the same",
    "near-duplicate": "an almost identical picture",
    "person": "another video of the person",
    "close face": "a real face, close as one person's",
    "donor": "a fake's donor, or a fake of them",
}

FORBIDDEN = ("video", "source", "near-duplicate", "person")
"""What ``--strict`` takes for an error. Close faces can also be two people who look alike, and a fake
shows its donor, who may well be on the other side: that is counted, and can't be helped where a
data set doesn't tell who the donors are."""

HEADINGS = ("leak", "faces", "share", "nearest", "training has")


@dataclass(frozen=True)
class Leak:
    """One kind of leak in one fold.

    Attributes
    ----------
    check : str
        A key of `MEANINGS`.
    found, validation : int
        How many of how many validation faces it touches.
    example : str
        One of them, or empty.
    nearest : float
        Median cosine distance of validation faces to their nearest training face, where the check
        is about distances; else nan.
    """

    check: str
    found: int
    validation: int
    example: str
    nearest: float


def find_leaks(index: pd.DataFrame, parts: pd.Series, embeddings: pd.DataFrame) -> list[Leak]:
    """Count the leaks of one fold.

    Parameters
    ----------
    index : DataFrame
        The face index. Where ``person`` is empty, people can't be counted; where
        ``perceptual_hash`` is, near-duplicates can't.
    parts : Series
        Part of each sample, indexed by sample.
    embeddings : DataFrame
        Indexed by sample; of unit length. Faces nearer than `SAME_PERSON_BELOW` count as close.

    Returns
    -------
    list of Leak
        One per check of `MEANINGS`, found or not.
    """
    part = parts.reindex(index["sample"]).to_numpy()
    train, validation = index[part == "train"], index[part == "validation"]
    is_real = validation["label"] == 0
    to_real = _nearest_distances(train[train["label"] == 0], validation, embeddings)
    to_fake = _nearest_distances(train[train["label"] == 1], validation, embeddings)
    distances = {
        "close face": to_real.where(is_real),
        "donor": to_fake.where(is_real, np.fmin(to_real, to_fake)),
    }
    touched = {
        "video": validation["video"].isin(train["video"]),
        "source": validation["source"].isin(train["source"]),
        "near-duplicate": _near_duplicates(train, validation),
        "person": validation["person"].notna() & validation["person"].isin(train["person"].dropna()),
    } | {check: nearest < SAME_PERSON_BELOW for check, nearest in distances.items()}
    return [
        Leak(
            check,
            int(mask.sum()),
            len(validation),
            validation["sample"][mask].iloc[0] if mask.any() else "",
            float(distances[check].median()) if check in distances else np.nan,
        )
        for check, mask in touched.items()
    ]


def leak_table(leaks_per_fold: list[list[Leak]]) -> pd.DataFrame:
    """One row per check of `MEANINGS`, summed over folds, with an example and what it means."""
    rows = []
    for leaks in zip(*leaks_per_fold, strict=True):
        found, validation = sum(leak.found for leak in leaks), sum(leak.validation for leak in leaks)
        row = {"check": leaks[0].check, "found": found, "validation": validation}
        row["share"] = round(found / validation, 4) if validation else 0.0
        row["nearest"] = round(float(np.mean([leak.nearest for leak in leaks])), 3)
        row["example"] = next((leak.example for leak in leaks if leak.example), "")
        rows.append(row | {"meaning": MEANINGS[leaks[0].check]})
    return pd.DataFrame(rows)


def check_split(index: pd.DataFrame, split: Split, embeddings: pd.DataFrame) -> pd.DataFrame:
    """`leak_table` of all folds of a split."""
    return leak_table([find_leaks(index, parts, embeddings) for parts in split.parts(index)])


def as_text(table: pd.DataFrame) -> list[tuple[str, ...]]:
    """The leak table's rows for the terminal, in the order of `HEADINGS`."""
    return [
        (
            row.check,
            f"{row.found}/{row.validation}",
            f"{row.share:.1%}",
            "" if np.isnan(row.nearest) else f"{row.nearest:.2f}",
            row.meaning,
        )
        for row in table.itertuples()
    ]


def write_leaks(folder: Path, table: pd.DataFrame) -> None:
    """Write the leak table into a folder."""
    with atomic_path(folder / LEAKS_NAME) as temporary:
        table.to_csv(temporary, index=False)


def _near_duplicates(train: pd.DataFrame, validation: pd.DataFrame) -> pd.Series:
    """Mark validation faces whose hash is within `NEAR_DUPLICATE_BITS` of a training face's."""
    known = _as_bits(train["perceptual_hash"].dropna())
    marked = pd.Series(False, index=validation.index)
    hashed = validation["perceptual_hash"].dropna()
    if len(known) and len(hashed):
        bits = _as_bits(hashed)
        nearest = [
            np.bitwise_count(bits[start : start + CHUNK_ROWS, None] ^ known).min(axis=1)
            for start in range(0, len(bits), CHUNK_ROWS)
        ]
        marked[hashed.index] = np.concatenate(nearest) <= NEAR_DUPLICATE_BITS
    return marked


def _as_bits(hashes: pd.Series) -> np.ndarray:
    return np.array([int(text, 16) for text in hashes], np.uint64)


def _nearest_distances(train: pd.DataFrame, validation: pd.DataFrame, embeddings: pd.DataFrame) -> pd.Series:
    """Cosine distance of each validation face to the nearest training face; nan without an embedding."""
    known = embeddings.reindex(train["sample"]).dropna().to_numpy()
    distances = pd.Series(np.nan, index=validation.index)
    has_one = validation["sample"].isin(embeddings.index)
    if len(known) and has_one.any():
        vectors = embeddings.loc[validation["sample"][has_one]].to_numpy()
        blocks = (vectors[start : start + CHUNK_ROWS] for start in range(0, len(vectors), CHUNK_ROWS))
        distances[has_one] = np.concatenate([1 - (block @ known.T).max(axis=1) for block in blocks])
    return distances
