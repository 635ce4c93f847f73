"""Indexes: one row per sample, a face or a segment of sound, and where each part of a folder of them lies.

Such a folder holds ``index.csv``, a list of the labelled files of which no sample could be had,
``problems.csv`` (all that was left out, for people) and ``settings.json``, which names the modality.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, get_args

import pandas as pd

from keras_impl.core.configs import FORMAT, as_json, check_format, from_json
from keras_impl.core.storage import LARGEST_CARD, atomic_path, check_file, read_json, write_json
from keras_impl.datasets.record import MediaRecord
from keras_impl.errors import DataError
from keras_impl.media.formats import ModalityName
from keras_impl.samples.modality import FROM_DATA, Modality

INDEX_NAME = "index.csv"
SPLIT_NAME = "split.json"
SETTINGS_NAME = "settings.json"

DECIMALS = 4
"""Of pixels, seconds and confidences in the file: more would pretend a precision that isn't there."""

ROWS_AT_A_TIME = 10_000


def told_by_data(record: MediaRecord) -> dict:
    """The columns of a file's rows that come from the data set, whatever it shows: those of `FROM_DATA`."""
    return {name: getattr(record, name) for name in FROM_DATA}


def read_modality(folder: Path, made_by: str) -> ModalityName | None:
    """Which modality a folder of samples is of; None if its settings are not there.

    Raises
    ------
    DataError
        If its settings can't be read.
    """
    if not (folder / SETTINGS_NAME).exists():
        return None
    settings = read_json(folder / SETTINGS_NAME, f"run {made_by} again", LARGEST_CARD)
    said = settings.get("modality") if isinstance(settings, dict) else None
    return next((name for name in get_args(ModalityName) if name == said), get_args(ModalityName)[0])


def write_settings(folder: Path, modality: Modality, config: Any, **others: Any) -> None:
    """Write what the samples of a folder are and how they were made, their config (`keras_impl.core.configs`) first."""
    content = {"format": FORMAT, "modality": modality.name, "sample": as_json(config)}
    write_json(folder / SETTINGS_NAME, content | others)


def read_settings(folder: Path, modality: Modality, made_by: str | None = None) -> tuple[dict[str, Any], Any]:
    """Read the settings of a folder of samples, and their config.

    Raises
    ------
    DataError
        If they are missing, damaged, of another format, or the config is none of this version's.
    """
    path, again = folder / SETTINGS_NAME, f"run {made_by or modality.extracted_by} again"
    settings = check_format(read_json(path, again, LARGEST_CARD), str(path), again)
    return settings, from_json(modality.config, settings.get("sample"), str(path), again)


def check_folder(folder: Path, modality: Modality) -> None:
    """Make sure that a folder that extraction wrote can be read, before anything slow; errors as of `read_index`."""
    read_index(folder, modality)
    read_settings(folder, modality)


def write_index(folder: Path, modality: Modality, rows: Sequence[dict]) -> pd.DataFrame:
    """Write the index of ``folder``, in its order, and return it as it will be read."""
    index = _as_table(rows, modality).sort_values(list(modality.order), ignore_index=True)
    with atomic_path(folder / INDEX_NAME) as temporary:
        index.to_csv(temporary, index=False)
    return index


def write_sorted(folder: Path, modality: Modality, rows: Iterable[dict]) -> None:
    """Write the index of ``folder`` from rows that come in its order, without holding all of them."""
    with atomic_path(folder / INDEX_NAME) as temporary, temporary.open("w", encoding="utf-8", newline="") as stream:
        _as_table([], modality).to_csv(stream, index=False)
        remaining = iter(rows)
        while block := list(islice(remaining, ROWS_AT_A_TIME)):
            _as_table(block, modality).to_csv(stream, index=False, header=False)


def read_index(folder: Path, modality: Modality, made_by: str | None = None) -> pd.DataFrame:
    """Read an index.

    Parameters
    ----------
    folder : Path
    modality : Modality
    made_by : str, optional
        The step that wrote it, for messages; by default the modality's own.

    Raises
    ------
    DataError
        If it is missing, lacks a column, has a value of the wrong kind or names a sample twice.
    """
    path, made_by = folder / INDEX_NAME, made_by or modality.extracted_by
    if path.exists():
        check_file(path, f"run {made_by} again")
    try:
        # only what is empty is missing: somebody may be called NA
        index = pd.read_csv(path, dtype=dict(modality.columns), keep_default_na=False, na_values=[""])
    except FileNotFoundError:
        raise DataError(f"{path} is missing: run {made_by} first") from None
    except (ValueError, OverflowError, pd.errors.ParserError) as error:
        raise DataError(f"{path} is not a {modality.nouns.sample} index ({error}): run {made_by} again") from None
    missing = [name for name in modality.columns if name not in index]
    if missing:
        raise DataError(f"{path} lacks the columns {', '.join(missing)}: run {made_by} again")
    if not index["label"].isin((0, 1)).all():
        raise DataError(f"{path} has labels other than 0 and 1: run {made_by} again")
    needed = ("sample", "video", "source", modality.file_column)
    blank = next((name for name in needed if index[name].isna().any()), None)
    if blank:
        raise DataError(f"{path} has rows without {blank}: run {made_by} again")
    twice = index["sample"][index["sample"].duplicated()]
    if len(twice):
        raise DataError(f"{path} names {twice.iloc[0]} twice: run {made_by} again")
    return index


def write_missing(folder: Path, modality: Modality, rows: Sequence[dict]) -> None:
    """Write the labelled files of which no sample could be had, sorted by name."""
    columns = modality.missing_columns
    table = pd.DataFrame(rows, columns=list(columns)).astype(columns).sort_values("video")
    with atomic_path(folder / modality.missing_name) as temporary:
        table.to_csv(temporary, index=False)


def read_missing(folder: Path, modality: Modality) -> pd.DataFrame:
    """Read the labelled files of which no sample could be had; none if the list isn't there."""
    path, columns = folder / modality.missing_name, modality.missing_columns
    if not path.exists():
        return pd.DataFrame(columns=list(columns)).astype(columns)
    try:
        table = pd.read_csv(path, dtype=columns, keep_default_na=False, na_values=[""])
        return table[list(columns)]
    except (ValueError, KeyError, OverflowError) as error:
        raise DataError(f"{path} is not a list of videos ({error}): run {modality.extracted_by} again") from None


def read_samples(folder: Path, modality: Modality, made_by: str | None = None) -> pd.DataFrame:
    """Read all that is to be divided and scored: the samples, and the files without one.

    Returns
    -------
    DataFrame
        The index with a column ``status``: "ok", or why there is no sample. Rows without one have only
        what the data set says.
    """
    index, missing = read_index(folder, modality, made_by).assign(status="ok"), read_missing(folder, modality)
    return pd.concat([index, missing], ignore_index=True) if len(missing) else index


def load_samples(folder: Path, modality: Modality) -> pd.DataFrame:
    """Read the samples of a folder that training reads, as `read_samples` does.

    Raises
    ------
    DataError
        If something is missing or damaged, or the folder is of another modality.
    """
    found = read_modality(folder, modality.made_ready_by)
    if found not in (None, modality.name):
        raise DataError(
            f"{folder} is of {found}, not of {modality.name}: name another folder, or say --modality {found}"
        )
    return read_samples(folder, modality, modality.made_ready_by)


def _as_table(rows: Sequence[dict], modality: Modality) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(modality.columns)).astype(dict(modality.columns)).round(DECIMALS)
