"""A split as an object: named, saved with a hash of its content, and checked when it is loaded."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pandas as pd

from keras_impl.core.storage import read_json, sha256_of_json, write_json
from keras_impl.errors import DataError

Part = Literal["train", "validation", "unused"]
PARTS: tuple[Part, ...] = ("train", "validation", "unused")

MADE_BY = "python -m keras_impl.make_split"


@dataclass(frozen=True)
class Fold:
    """One division of the samples; those in neither part are unused."""

    train: tuple[str, ...]
    validation: tuple[str, ...]


@dataclass(frozen=True)
class Split:
    """One division of the samples, or several.

    Attributes
    ----------
    protocol : str
        The rule by which the samples were divided, a name in `keras_impl.splits.protocols.PROTOCOLS`.
    group : str
        The index column whose groups are whole on one side: ``sample`` if nothing is kept together.
    seed : int
    folds : tuple of Fold
        One for a single split; k for k-fold cross-validation; with repeats, one after the other.
    notes : tuple of str
        What was out of the ordinary, for people to read.
    """

    protocol: str
    group: str
    seed: int
    folds: tuple[Fold, ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def content_hash(self) -> str:
        """SHA-256 of which sample is where: equal for equal splits, however they were made."""
        return sha256_of_json([[sorted(fold.train), sorted(fold.validation)] for fold in self.folds])

    def parts(self, index: pd.DataFrame) -> Iterator[pd.Series]:
        """For each fold the part of each sample of an index.

        Yields
        ------
        Series of {"train", "validation", "unused"}
            Indexed by sample, in the order of ``index``.

        Raises
        ------
        DataError
            If the split has a sample that the index lacks: it belongs to another extraction.
        """
        samples = set(index["sample"])
        for fold in self.folds:
            stray = sorted((set(fold.train) | set(fold.validation)) - samples)
            if stray:
                raise DataError(f"the split has {stray[0]}, which the samples lack: run {MADE_BY} again")
            parts = pd.Series("unused", index=pd.Index(index["sample"], name="sample"))
            parts[list(fold.train)] = "train"
            parts[list(fold.validation)] = "validation"
            yield parts

    def first_shared_group(self, index: pd.DataFrame) -> str | None:
        """A group that should be whole but has samples in training and in validation, if there is one."""
        for parts in self.parts(index):
            groups = index[self.group].to_numpy()
            shared = set(groups[parts == "train"]) & set(groups[parts == "validation"])
            if shared:
                return str(min(shared, key=str))
        return None

    def describe(self, index: pd.DataFrame) -> str:
        """A line of counts, of the first fold if there are several, with the notes below."""
        parts = next(self.parts(index)).to_numpy()
        counts = [
            f"{part} {((parts == part) & (index['label'] == 0)).sum()} real + "
            f"{((parts == part) & (index['label'] == 1)).sum()} fake"
            for part in PARTS
        ]
        folds = f", {len(self.folds)} folds, the first" if len(self.folds) > 1 else ""
        return "\n".join([f"Split '{self.protocol}', seed {self.seed}{folds}: {', '.join(counts)}", *self.notes])

    def summary(self) -> dict[str, str | int]:
        """What identifies the split, for the settings beside a model."""
        return {
            "protocol": self.protocol,
            "seed": self.seed,
            "folds": len(self.folds),
            "content_hash": self.content_hash,
        }

    def save(self, path: Path) -> None:
        """Write the split as JSON, atomically."""
        folds = [{"train": list(fold.train), "validation": list(fold.validation)} for fold in self.folds]
        head = {"protocol": self.protocol, "group": self.group, "seed": self.seed, "content_hash": self.content_hash}
        write_json(path, head | {"notes": list(self.notes), "folds": folds})

    @classmethod
    def load(cls, path: Path, made_by: str = "python -m keras_impl.extract_embeddings") -> "Split":
        """Read a saved split.

        Parameters
        ----------
        path : Path
        made_by : str
            The step that writes a folder with a split in it, for the message if there is none.

        Raises
        ------
        DataError
            If the file is missing, malformed, or was changed after it was saved.
        """
        content = read_json(path, made_by=f"run {made_by}, or {MADE_BY}, first")
        try:
            folds = tuple(Fold(tuple(fold["train"]), tuple(fold["validation"])) for fold in content["folds"])
            split = cls(content["protocol"], content["group"], content["seed"], folds, tuple(content["notes"]))
            intact = bool(folds) and split.content_hash == content["content_hash"]
        except (KeyError, TypeError):
            intact = False
        if not intact:
            raise DataError(f"{path} is not an intact split: run {MADE_BY} again")
        return split
