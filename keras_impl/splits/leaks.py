"""What validation could have learnt of training, counted for any split, whoever made it.

A leak is a validation face of which training has seen more than a new video would show: the same
video, a fake's original or another fake of it, a nearly identical picture, or the same person. Of
sound, it is a segment of which training has heard more than a new file would let hear.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from keras_impl.core.storage import atomic_path
from keras_impl.datasets.frames import series_of
from keras_impl.samples.modality import Modality
from keras_impl.splits.people import SAME_PERSON_BELOW
from keras_impl.splits.split import Split

LEAKS_NAME = "leaks.csv"

NEAR_DUPLICATE_BITS = 3
"""Perceptual hashes that differ in at most so many of their 64 bits count as the same picture."""

CHUNK_ROWS = 512
"""Validation rows compared with all training rows at a time, so that memory stays flat."""

SERIES = "series"
"""Column, added for the check, of what numbered pictures share with their neighbours."""


@dataclass(frozen=True)
class Leak:
    """One kind of leak in one fold.

    Attributes
    ----------
    check : str
        Its name.
    found, validation : int
        How many of how many validation samples it touches.
    example : str
        One of them, or empty.
    nearest : float or None
        Median cosine distance of validation faces to their nearest training face, where the check
        is about distances; else nan.
    """

    check: str
    found: int
    validation: int
    example: str
    nearest: float


def find_leaks(
    index: pd.DataFrame, parts: pd.Series, modality: Modality, embeddings: pd.DataFrame | None = None
) -> list[Leak]:
    """Count the leaks of one fold.

    Parameters
    ----------
    index : DataFrame
        Where ``person`` is empty, people can't be counted; where ``perceptual_hash`` is, near-duplicates can't.
    parts : Series
        Part of each sample, indexed by sample.
    modality : Modality
        Of the index; its ``leak_checks`` are made.
    embeddings : DataFrame, optional
        Of faces: indexed by sample; of unit length. Faces nearer than `SAME_PERSON_BELOW` count as
        close. Of sound none are needed: how near two segments are doesn't tell who speaks.

    Returns
    -------
    list of Leak
        One per check, found or not.
    """
    part = parts.reindex(index["sample"]).to_numpy()
    index = index.assign(**{SERIES: index["video"].map(series_of(index["video"].unique()))})
    train, validation = index[part == "train"], index[part == "validation"]
    leaks = []
    for check in modality.leak_checks:
        nearest = np.nan
        if check.how in DISTANCES:
            distances = DISTANCES[check.how](train, validation, embeddings)
            touched, nearest = distances < SAME_PERSON_BELOW, float(distances.median())
        else:
            touched = TOUCHES[check.how](check.name, train, validation)
        example = validation["sample"][touched].iloc[0] if touched.any() else ""
        leaks.append(Leak(check.name, int(touched.sum()), len(validation), example, nearest))
    return leaks


def leak_table(leaks_per_fold: list[list[Leak]], modality: Modality) -> pd.DataFrame:
    """One row per check, summed over folds, with an example and what it means."""
    rows = []
    for check, leaks in zip(modality.leak_checks, zip(*leaks_per_fold, strict=True), strict=True):
        found, validation = sum(leak.found for leak in leaks), sum(leak.validation for leak in leaks)
        row: dict[str, object] = {"check": check.name, "found": found, "validation": validation}
        row["share"] = round(found / validation, 4) if validation else 0.0
        if _measures_distances(modality):
            row["nearest"] = round(float(np.mean([leak.nearest for leak in leaks])), 3)
        row["example"] = next((leak.example for leak in leaks if leak.example), "")
        rows.append(row | {"meaning": check.meaning})
    return pd.DataFrame(rows)


def check_split(
    index: pd.DataFrame, split: Split, modality: Modality, embeddings: pd.DataFrame | None = None
) -> pd.DataFrame:
    """`leak_table` of all folds of a split; arguments as of `find_leaks`."""
    return leak_table([find_leaks(index, parts, modality, embeddings) for parts in split.parts(index)], modality)


def headings_of(modality: Modality) -> tuple[str, ...]:
    """Headings of the table for the terminal."""
    nearest = ("nearest",) if _measures_distances(modality) else ()
    return ("leak", modality.nouns.samples, "share", *nearest, "training has")


def _measures_distances(modality: Modality) -> bool:
    return any(check.how in DISTANCES for check in modality.leak_checks)


def as_text(table: pd.DataFrame) -> list[tuple[str, ...]]:
    """The leak table's rows for the terminal, below `headings_of`."""
    columns = [
        table["check"],
        [f"{found}/{validation}" for found, validation in zip(table["found"], table["validation"], strict=True)],
        [f"{share:.1%}" for share in table["share"]],
        table["meaning"],
    ]
    if "nearest" in table:
        columns.insert(3, ["" if np.isnan(nearest) else f"{nearest:.2f}" for nearest in table["nearest"]])
    return list(zip(*columns, strict=True))


def write_leaks(folder: Path, table: pd.DataFrame) -> None:
    """Write the leak table into a folder."""
    with atomic_path(folder / LEAKS_NAME) as temporary:
        table.to_csv(temporary, index=False)


def _shared(column: str, train: pd.DataFrame, validation: pd.DataFrame) -> pd.Series:
    """Mark validation samples whose group is known and in training too."""
    return validation[column].notna() & validation[column].isin(train[column].dropna())


def _shared_by_fakes(column: str, train: pd.DataFrame, validation: pd.DataFrame) -> pd.Series:
    """The same of fakes only."""
    return _shared(column, train[train["label"] == 1], validation) & (validation["label"] == 1)


def _numbered_alike(_: str, train: pd.DataFrame, validation: pd.DataFrame) -> pd.Series:
    """Mark validation pictures whose names differ from a training picture's in their number only."""
    return _shared(SERIES, train, validation)


def _near_duplicates(_: str, train: pd.DataFrame, validation: pd.DataFrame) -> pd.Series:
    """Mark validation samples whose hash is within `NEAR_DUPLICATE_BITS` of a training sample's."""
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


def _to_real(train: pd.DataFrame, validation: pd.DataFrame, embeddings: pd.DataFrame | None) -> pd.Series:
    """Distance of each real validation face to the nearest real training face; nan of fakes."""
    nearest = _nearest_distances(train[train["label"] == 0], validation, embeddings)
    return nearest.where(validation["label"] == 0)


def _to_donor(train: pd.DataFrame, validation: pd.DataFrame, embeddings: pd.DataFrame | None) -> pd.Series:
    """Distance of each validation face to the nearest training face where one of the two is a fake."""
    to_real, to_fake = (_nearest_distances(train[train["label"] == label], validation, embeddings) for label in (0, 1))
    return to_fake.where(validation["label"] == 0, np.fmin(to_real, to_fake))


def _nearest_distances(train: pd.DataFrame, validation: pd.DataFrame, embeddings: pd.DataFrame | None) -> pd.Series:
    """Cosine distance of each validation face to the nearest training face; nan without an embedding."""
    if embeddings is None:
        raise ValueError("these checks need embeddings")
    known = embeddings.reindex(train["sample"]).dropna().to_numpy()
    distances = pd.Series(np.nan, index=validation.index)
    has_one = validation["sample"].isin(embeddings.index)
    if len(known) and has_one.any():
        vectors = embeddings.loc[validation["sample"][has_one]].to_numpy()
        blocks = (vectors[start : start + CHUNK_ROWS] for start in range(0, len(vectors), CHUNK_ROWS))
        distances[has_one] = np.concatenate([1 - (block @ known.T).max(axis=1) for block in blocks])
    return distances


TOUCHES: Mapping[str, Callable[[str, pd.DataFrame, pd.DataFrame], pd.Series]] = {
    "group": _shared,
    "group of fakes": _shared_by_fakes,
    "hash": _near_duplicates,
    "number": _numbered_alike,
}
"""How a check marks validation samples: from its name, the training rows and the validation rows."""

DISTANCES: Mapping[str, Callable[[pd.DataFrame, pd.DataFrame, pd.DataFrame | None], pd.Series]] = {
    "close real": _to_real,
    "donor": _to_donor,
}
"""Checks that are about how near a training face is: from both rows and the embeddings, distances."""
