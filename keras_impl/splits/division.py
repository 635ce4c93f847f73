"""Dividing a folder of samples: the split, what leaks, and the file that training steps look for."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from keras_impl.core.progress import SILENT, Progress
from keras_impl.errors import DataError
from keras_impl.samples.embeddings import read_embeddings
from keras_impl.samples.index import SPLIT_NAME, load_samples
from keras_impl.samples.modality import Modality
from keras_impl.splits.leaks import as_text, check_split, headings_of
from keras_impl.splits.protocols import default_protocol, make_split
from keras_impl.splits.split import Split


@dataclass(frozen=True)
class Division:
    """A folder's samples, divided.

    Attributes
    ----------
    split : Split
    leaks : DataFrame
        As `keras_impl.splits.leaks.leak_table` gives it.
    forbidden : str
        The worst of the leaks that should not be; empty if there is none.
    described : str
        Counts of the parts, for people.
    """

    split: Split
    leaks: pd.DataFrame
    forbidden: str
    described: str


def divide(
    folder: Path, modality: Modality, protocol: str | None = None, seed: int = 0, folds: int = 1, repeats: int = 1
) -> Division:
    """Divide the samples of a folder, and count what leaks between training and validation.

    Parameters
    ----------
    folder : Path
        That extract_embeddings or extract_sound wrote.
    modality : Modality
    protocol : str, optional
        As of `keras_impl.splits.protocols.make_split`; by default `default_protocol`.
    seed, folds, repeats : int
        As of `keras_impl.splits.protocols.make_split`.

    Raises
    ------
    DataError
        If the folder can't be read, or can't be divided so.
    """
    index = load_samples(folder, modality)
    split = make_split(index, protocol or default_protocol(index), modality, seed, folds, repeats)
    leaks = check_split(index, split, modality, read_embeddings(folder))
    names = [check.name for check in modality.leak_checks if check.is_forbidden]
    found = leaks[leaks["check"].isin(names) & (leaks["found"] > 0)]
    worst = found.iloc[0] if len(found) else None
    forbidden = (
        ""
        if worst is None
        else f"{worst['found']} of {worst['validation']} validation {modality.nouns.samples} leak ({worst['meaning']})"
    )
    return Division(split, leaks, forbidden, split.describe(index))


def divide_anew(folder: Path, modality: Modality, seed: int = 0, progress: Progress = SILENT) -> None:
    """Write the default split of a folder that was just written; where there can be none, tell why."""
    try:
        division = divide(folder, modality, seed=seed)
    except DataError as error:
        (folder / SPLIT_NAME).unlink(missing_ok=True)  # one of other samples would mislead
        progress.warn(f"No split was made: {error}")
        return
    progress.say(division.described)
    progress.table(headings_of(modality), as_text(division.leaks))
    division.split.save(folder / SPLIT_NAME)
    progress.say(f"Wrote {folder / SPLIT_NAME}")
