"""What validation could have learnt of training, counted for any split, whoever made it.

A leak is a validation face of which training has seen more than a new video would show: the same
video, a fake's original or another fake of it, a nearly identical picture, or the same person. Of
sound, it is a segment of which training has heard more than a new file would let hear.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from keras_impl.core.storage import atomic_path
from keras_impl.datasets.frames import series_of
from keras_impl.samples.subject import SOUND, subject_of_index
from keras_impl.splits.people import SAME_PERSON_BELOW
from keras_impl.splits.split import Split

LEAKS_NAME = "leaks.csv"

NEAR_DUPLICATE_BITS = 3
"""Perceptual hashes that differ in at most so many of their 64 bits count as the same picture."""

CHUNK_ROWS = 512
"""Validation rows compared with all training rows at a time, so that memory stays flat."""

# What of a validation face, or of a segment of sound, was trained on.
MEANINGS = {
    "video": "the same video",
    "source": "its original, or a fake of the same",
    "near-duplicate": "an almost identical picture",
    "neighbour": "a picture numbered like it",
    "person": "another video of the person",
    "close face": "a real face, close as one person's",
    "donor": "a fake's donor, or a fake of them",
}
MEANINGS_OF_SOUND = {
    "video": "the same file",
    "source": "the same said, or its original",
    "near-duplicate": "an almost identical sound",
    "person": "another file of the speaker",
    "system": "another fake of its system",
    "corpus": "another file of its corpus",
}

FORBIDDEN = ("video", "source", "near-duplicate", "person")
"""What ``--strict`` takes for an error. Close faces can also be two people who look alike, and a fake
shows its donor, who may well be on the other side: that is counted, and can't be helped where a
data set doesn't tell who the donors are."""

FORBIDDEN_OF_SOUND = ("video", "near-duplicate", "person")
"""The same of sound. Many corpora let all their speakers say the same sentences, and all systems too, so that
no rule but ``source`` could keep these apart; which systems and corpora are on both sides is up to the rule."""

HEADINGS = ("leak", "faces", "share", "nearest", "training has")
HEADINGS_OF_SOUND = ("leak", "segments", "share", "training has")


@dataclass(frozen=True)
class Checks:
    """What is counted.

    Attributes
    ----------
    meanings : dict of str to str
        Check to what training has of what it touches.
    forbidden : tuple of str
        Those that ``--strict`` takes for an error.
    headings : tuple of str
        Of the table for the terminal.
    """

    meanings: Mapping[str, str]
    forbidden: tuple[str, ...]
    headings: tuple[str, ...]


def checks_of(index: pd.DataFrame) -> Checks:
    """What is counted in an index of faces, or of sound."""
    if subject_of_index(index) is SOUND:
        return Checks(MEANINGS_OF_SOUND, FORBIDDEN_OF_SOUND, HEADINGS_OF_SOUND)
    return Checks(MEANINGS, FORBIDDEN, HEADINGS)


@dataclass(frozen=True)
class Leak:
    """One kind of leak in one fold.

    Attributes
    ----------
    check : str
        A key of `Checks.meanings`.
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


def find_leaks(index: pd.DataFrame, parts: pd.Series, embeddings: pd.DataFrame | None = None) -> list[Leak]:
    """Count the leaks of one fold.

    Parameters
    ----------
    index : DataFrame
        The index of faces or of sound. Where ``person`` is empty, people can't be counted; where
        ``perceptual_hash`` is, near-duplicates can't.
    parts : Series
        Part of each sample, indexed by sample.
    embeddings : DataFrame, optional
        Of faces: indexed by sample; of unit length. Faces nearer than `SAME_PERSON_BELOW` count as
        close. Of sound none are needed: how near two segments are doesn't tell who speaks.

    Returns
    -------
    list of Leak
        One per check of `checks_of`, found or not.
    """
    order = list(checks_of(index).meanings)
    part = parts.reindex(index["sample"]).to_numpy()
    train, validation = index[part == "train"], index[part == "validation"]
    touched = {
        "video": _shared("video", train, validation),
        "source": _shared("source", train, validation),
        "near-duplicate": _near_duplicates(train, validation),
        "person": _shared("person", train, validation),
    }
    distances: dict[str, pd.Series] = {}
    if subject_of_index(index) is SOUND:
        # The "system" of a real one is who speaks, which was counted as such.
        touched["system"] = _shared("system", train[train["label"] == 1], validation) & (validation["label"] == 1)
        touched["corpus"] = _shared("corpus", train, validation)
    else:
        series = series_of(index["video"].unique())
        numbered = [part["video"].map(series).to_frame() for part in (train, validation)]
        touched["neighbour"] = _shared("video", *numbered)
        distances = _distances(train, validation, embeddings)
        touched |= {check: nearest < SAME_PERSON_BELOW for check, nearest in distances.items()}
    return [
        Leak(
            check,
            int(mask.sum()),
            len(validation),
            validation["sample"][mask].iloc[0] if mask.any() else "",
            float(distances[check].median()) if check in distances else np.nan,
        )
        for check, mask in sorted(touched.items(), key=lambda pair: order.index(pair[0]))
    ]


def leak_table(leaks_per_fold: list[list[Leak]], checks: Checks) -> pd.DataFrame:
    """One row per check, summed over folds, with an example and what it means."""
    rows = []
    for leaks in zip(*leaks_per_fold, strict=True):
        found, validation = sum(leak.found for leak in leaks), sum(leak.validation for leak in leaks)
        row = {"check": leaks[0].check, "found": found, "validation": validation}
        row["share"] = round(found / validation, 4) if validation else 0.0
        if "nearest" in checks.headings:
            row["nearest"] = round(float(np.mean([leak.nearest for leak in leaks])), 3)
        row["example"] = next((leak.example for leak in leaks if leak.example), "")
        rows.append(row | {"meaning": checks.meanings[leaks[0].check]})
    return pd.DataFrame(rows)


def check_split(index: pd.DataFrame, split: Split, embeddings: pd.DataFrame | None = None) -> pd.DataFrame:
    """`leak_table` of all folds of a split; ``embeddings`` as for `find_leaks`."""
    return leak_table([find_leaks(index, parts, embeddings) for parts in split.parts(index)], checks_of(index))


def as_text(table: pd.DataFrame) -> list[tuple[str, ...]]:
    """The leak table's rows for the terminal, in the order of its `Checks.headings`."""
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


def _near_duplicates(train: pd.DataFrame, validation: pd.DataFrame) -> pd.Series:
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


def _distances(train: pd.DataFrame, validation: pd.DataFrame, embeddings: pd.DataFrame) -> dict[str, pd.Series]:
    """For each check that is about distances, those of the validation faces that it is about."""
    is_real = validation["label"] == 0
    to_real = _nearest_distances(train[train["label"] == 0], validation, embeddings)
    to_fake = _nearest_distances(train[train["label"] == 1], validation, embeddings)
    return {
        "close face": to_real.where(is_real),
        "donor": to_fake.where(is_real, np.fmin(to_real, to_fake)),
    }


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
