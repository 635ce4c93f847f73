"""Whether there are enough people, or sources, to compare anything."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from keras_impl.datasets.guesses import MANUAL
from keras_impl.datasets.record import MediaRecord
from keras_impl.errors import DataError
from keras_impl.evaluation.enough import LEAST_PER_CLASS
from keras_impl.samples.modality import Modality
from keras_impl.splits.protocols import FOLDS


class Validated(NamedTuple):
    """Whom approaches will be validated on.

    Attributes
    ----------
    kind : str
        What is counted: "people" or "sources", as the modality calls them.
    real, fake : int
        How many of them have real files, and how many fake ones.
    """

    kind: str
    real: int
    fake: int


def table_of(records: Sequence[MediaRecord]) -> pd.DataFrame:
    """What a data set says of its files, in columns that an index has too: label, person, source and part."""
    columns = "label", "person", "source", "part"
    return pd.DataFrame([[getattr(record, name) for name in columns] for record in records], columns=columns)


def count_validated(table: pd.DataFrame, modality: Modality, folds: int) -> Validated:
    """Count the people, or where they are not known the sources, that validation will have, about.

    Parameters
    ----------
    table : DataFrame
        An index, or what `table_of` gives. Before people are found, sources are counted: there are no more people
        than these.
    modality : Modality
    folds : int
        With one, a fifth of them validates, unless the data set comes with a split.
    """
    share = 1.0 if folds > 1 else 1 / FOLDS
    if table["part"].notna().any():
        table, share = table[table["part"] == "validation"], 1.0
    column = "source" if table["person"].isna().any() else "person"
    counts = table.groupby("label")[column].nunique().reindex([0, 1], fill_value=0)
    return Validated(modality.report.resampled[column], *(round(count * share) for count in counts))


def refuse_too_few(table: pd.DataFrame, modality: Modality, folds: int, advice: str) -> None:
    """Refuse what nothing can be said about.

    Parameters
    ----------
    table, modality, folds
        As of `count_validated`.
    advice : str
        What to do about too few people.

    Raises
    ------
    DataError
        If a class is missing, or has too few people or sources in validation.
    """
    files = modality.nouns.files
    if table["label"].nunique() < 2:
        only, other = ("fake", "real") if table["label"].iloc[0] else ("real", "fake")
        raise DataError(f"all {len(table)} {files} are {only}: add {other} ones, in a form that {MANUAL} describes")
    kind, real, fake = count_validated(table, modality, folds)
    if min(real, fake) < LEAST_PER_CLASS:
        raise DataError(
            f"nothing can be compared on {real} {kind} with real and {fake} with fake {files}, fewer than "
            f"{LEAST_PER_CLASS} of a class: {f'validate all, with --folds {FOLDS}, or ' if folds == 1 else ''}{advice}"
        )
