"""How samples are divided into training and validation: a named, saved, checkable object."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from keras_impl.errors import DataError
from keras_impl.storage import read_json, sha256_of_json, write_json

Part = Literal["train", "validation", "unused"]
PARTS: tuple[Part, ...] = ("train", "validation", "unused")

FOLDS = 5
"""One fold in five validates: the original project's 8 : 2."""


@dataclass(frozen=True)
class Split:
    """Which video is in which part.

    Attributes
    ----------
    protocol : str
        How the split was made. ``"source"``: a video and the fakes made from it stay on one side.
    seed : int
    parts : mapping of str to {"train", "validation", "unused"}
        Video to part. Unused are those that the draw to equal class sizes left out.
    notes : tuple of str
        What was out of the ordinary, for people to read.
    """

    protocol: str
    seed: int
    parts: Mapping[str, Part]
    notes: tuple[str, ...] = field(default=())

    @property
    def content_hash(self) -> str:
        """SHA-256 of which video is where: equal for equal splits, however they were made."""
        return sha256_of_json(dict(self.parts))

    def part_of(self, videos: pd.Series) -> pd.Series:
        """Part of each video.

        Raises
        ------
        DataError
            If a video is not in the split.
        """
        unknown = sorted(set(videos) - set(self.parts))
        if unknown:
            raise DataError(f"the split doesn't know {unknown[0]}: it belongs to another extraction; run that again")
        return videos.map(self.parts)

    def describe(self, videos: pd.DataFrame) -> str:
        """One line of counts per part, with the notes below."""
        parts = self.part_of(videos["video"])
        counts = [
            f"{part} {sum(videos['label'][parts == part] == 0)} real + {sum(videos['label'][parts == part] == 1)} fake"
            for part in PARTS
        ]
        return "\n".join([f"Split '{self.protocol}', seed {self.seed}: " + ", ".join(counts), *self.notes])

    def save(self, path: Path) -> None:
        """Write the split as JSON, atomically."""
        content = {
            "protocol": self.protocol,
            "seed": self.seed,
            "content_hash": self.content_hash,
            "notes": list(self.notes),
            "parts": dict(self.parts),
        }
        write_json(path, content)

    @classmethod
    def load(cls, path: Path) -> "Split":
        """Read a saved split.

        Raises
        ------
        DataError
            If the file is missing, malformed, or was changed after it was saved.
        """
        content = read_json(path, made_by="run python -m keras_impl.extract_faces first")
        try:
            split = cls(content["protocol"], content["seed"], content["parts"], tuple(content["notes"]))
            intact = split.content_hash == content["content_hash"] and set(split.parts.values()) <= set(PARTS)
        except (KeyError, TypeError, AttributeError):
            intact = False
        if not intact:
            raise DataError(f"{path} is not an intact split: run python -m keras_impl.extract_faces again")
        return split


def split_by_source(videos: pd.DataFrame, seed: int = 0) -> Split:
    """Divide videos 8 : 2 with each source on one side, then draw both classes to equal size.

    The division is stratified by label. A class with a single source goes to training whole, since
    nothing can be learnt without it; what is impossible on so few videos is said in the notes.

    Parameters
    ----------
    videos : DataFrame
        One row per video, columns ``video`` (unique), ``source`` and ``label``.
    seed : int, default 0

    Raises
    ------
    DataError
        If one class is missing.
    """
    videos = videos.sort_values("video", ignore_index=True)
    if videos["label"].nunique() < 2:
        only = "fake" if len(videos) and videos["label"].iloc[0] else "real"
        raise DataError(f"all {len(videos)} videos with a face are {only}: training needs real and fake ones")
    generator = np.random.default_rng(seed)
    validates = hold_out_sources(videos, seed)
    notes: list[str] = []
    parts: dict[str, Part] = dict.fromkeys(videos["video"], "unused")
    for part, rows in (("train", videos[~validates]), ("validation", videos[validates])):
        for video in _draw_equal(rows, part, generator, notes):
            parts[video] = part
    split = Split("source", seed, parts, tuple(notes))
    assert_source_disjoint(split, videos)
    return split


def assert_source_disjoint(split: Split, videos: pd.DataFrame) -> None:
    """Assert that no source has videos in both training and validation."""
    parts = split.part_of(videos["video"])
    train = set(videos["source"][parts == "train"])
    validation = set(videos["source"][parts == "validation"])
    assert not train & validation, f"source {sorted(train & validation)[0]} is on both sides of the split"


def hold_out_sources(rows: pd.DataFrame, seed: int) -> pd.Series:
    """Mark about a fifth of the rows, with sources kept whole and classes in proportion.

    A class with a single source is never marked, since what is left could not be learnt from; if
    nothing can be marked, nothing is.

    Parameters
    ----------
    rows : DataFrame
        Columns ``source`` and ``label``.
    seed : int

    Returns
    -------
    Series of bool, with the index of ``rows``
    """
    from sklearn.model_selection import GroupShuffleSplit, StratifiedGroupKFold

    sources = rows.groupby("label")["source"].nunique()
    marked = pd.Series(False, index=rows.index)
    if sources.min() >= 2:
        folds = StratifiedGroupKFold(min(FOLDS, sources.min()), shuffle=True, random_state=seed)
        chosen = next(folds.split(rows, rows["label"], rows["source"]))[1]
        marked.iloc[chosen] = True
        return marked
    scarce = set(rows["source"][rows["label"] == sources.idxmin()])
    others = rows.index[~rows["source"].isin(scarce)]
    if rows["source"][others].nunique() >= 2:
        shuffle = GroupShuffleSplit(1, test_size=1 / FOLDS, random_state=seed)
        chosen = next(shuffle.split(others, groups=rows["source"][others]))[1]
        marked[others[chosen]] = True
    return marked


def _draw_equal(rows: pd.DataFrame, part: str, generator: np.random.Generator, notes: list[str]) -> list[str]:
    """Names of the videos kept when each class is drawn down to the size of the smaller one."""
    counts = Counter(rows["label"])
    if len(counts) < 2:
        what = "is empty" if not counts else f"has only {'fake' if 1 in counts else 'real'} videos"
        notes.append(f"{part} {what}: there are too few videos to divide")
        return list(rows["video"])
    size = min(counts.values())
    drawn = [generator.choice(rows["video"][rows["label"] == label], size, replace=False) for label in (0, 1)]
    return [str(video) for video in np.concatenate(drawn)]
