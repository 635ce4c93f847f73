"""Score files: all that the comparison knows of an approach.

Each training step writes one before anything is computed from it, so that every figure in the
results can be computed again, and another approach is compared by writing such a file.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from keras_impl.core.storage import atomic_path
from keras_impl.errors import ScoresError

SCORES_NAME = "scores.csv"

COLUMNS = {
    "sample": "string",
    "video": "string",
    "source": "string",  # shared by a video and the fakes made from it
    "person": "string",  # who is in it; empty where that is unknown
    "fold": "int64",  # from 0; one model was trained and validated per fold
    "split": "string",  # train or validation
    "label": "int64",  # 1 = fake
    "p_fake": "float64",  # empty if the sample could not be scored
    "status": "string",  # "ok", or why there is no score, such as "crop unreadable" or "no face"
}

GROUPS = ("system", "corpus")
"""Further columns, one of which a file has if its split kept them whole: of sound, the synthesis system (of a
real file, who speaks), or the corpus or repository that a file is from."""

KEY = ["fold", "sample"]
"""What names a row: with several folds, the same sample can be scored once in each."""

OK = "ok"


def make_scores(
    index: pd.DataFrame, parts: pd.Series, p_fake: pd.Series, missing: str, fold: int = 0, group: str | None = None
) -> pd.DataFrame:
    """Lay out an approach's scores of all samples in use in one fold.

    Tables of several folds, and of samples that are missing for other reasons, are concatenated
    by the caller.

    Parameters
    ----------
    index : DataFrame
        One row per sample: ``sample``, ``video``, ``source``, ``label`` and, where people are
        known, ``person``; ``status``, where it is known why a sample can't have a score.
    parts : Series
        "train", "validation" or "unused" (which are left out), indexed by sample.
    p_fake : Series
        P(fake), 0 to 1, indexed by sample.
    missing : str
        Status of samples that ``p_fake`` lacks for no reason known before.
    fold : int, default 0
    group : str, optional
        The column of the index whose groups the split keeps whole. One of `GROUPS` is written too.
    """
    groups = [name for name in GROUPS if name == group]
    scores = index.reindex(columns=["sample", "video", "source", "person", "label", "status", *groups])
    scores[["person", *groups]] = scores[["person", *groups]].astype("string").fillna("")
    scores["fold"] = fold
    scores["split"] = scores["sample"].map(parts)
    assert scores["split"].notna().all(), "a sample of the index is in no part"
    scores = scores[scores["split"] != "unused"]
    scores["p_fake"] = scores["sample"].map(p_fake).astype(float)
    reason = scores["status"].where(scores["status"].notna() & (scores["status"] != OK), missing)
    scores["status"] = np.where(scores["p_fake"].notna(), OK, reason)
    return scores[[*COLUMNS, *groups]].astype(COLUMNS).reset_index(drop=True)


def write_scores(folder: Path, scores: pd.DataFrame) -> Path:
    """Write ``scores.csv`` into an approach's result folder and return its path."""
    path = folder / SCORES_NAME
    with atomic_path(path) as temporary:
        scores.to_csv(temporary, index=False, float_format="%.6g")
    return path


def read_scores(path: Path) -> pd.DataFrame:
    """Read one score file.

    Returns
    -------
    DataFrame
        Columns of `COLUMNS`, and those of `GROUPS` that it has.

    Raises
    ------
    ScoresError
        If it lacks a column, holds a label, probability or sample name that can't be, or says
        different things of one video.
    """
    try:
        # only what is empty is missing: a video may be called NA
        types = COLUMNS | dict.fromkeys(GROUPS, "string")
        scores = pd.read_csv(path, dtype=types, keep_default_na=False, na_values=[""])
    except (OSError, ValueError, OverflowError) as error:
        raise ScoresError(f"{path} is not a score file ({error}): train that approach again") from None
    missing = [name for name in COLUMNS if name not in scores]
    if missing:
        raise ScoresError(f"{path} lacks the columns {', '.join(missing)}: train that approach again")
    groups = [name for name in GROUPS if name in scores]
    scores[["person", *groups]] = scores[["person", *groups]].fillna("")
    blank = next((name for name in ("sample", "video", "source", "split", "status") if scores[name].isna().any()), None)
    if blank:
        raise ScoresError(f"{path} has rows without {blank}: train that approach again")
    if not scores["split"].isin(("train", "validation")).all():
        raise ScoresError(f"{path} has splits other than train and validation: train that approach again")
    scored = scores["status"] == OK
    if not scores["label"].isin((0, 1)).all() or not scores["p_fake"][scored].between(0, 1).all():
        raise ScoresError(f"{path} has labels other than 0 and 1 or P(fake) outside 0..1: train that approach again")
    twice = scores.duplicated(KEY)
    if twice.any():
        raise ScoresError(f"{path} scores {_named(scores[twice].iloc[0])} twice: train that approach again")
    videos = scores[["video", "source", "person", "label", *groups]].drop_duplicates()
    torn = videos["video"][videos["video"].duplicated()]
    if len(torn):
        raise ScoresError(
            f"{path} gives the frames of {torn.iloc[0]} different labels, sources or persons: train that approach again"
        )
    return scores[[*COLUMNS, *groups]]


def read_approaches(results: Path) -> dict[str, pd.DataFrame]:
    """Read ``results/*/scores.csv``: approach name to validation scores, on the same samples.

    Returns
    -------
    dict of str to DataFrame
        Sorted by name; each table has the columns of a score file and its validation rows, in one
        common order, by fold and sample. Samples that no approach could score are left in, with
        their status.

    Raises
    ------
    ScoresError
        If there is no score file, no validation sample or none that was scored, or the files
        disagree on which samples there are, on what these are, or on which could be scored.
    """
    paths = sorted(results.glob(f"*/{SCORES_NAME}"))
    if not paths:
        raise ScoresError(f"no {SCORES_NAME} in the folders of {results}: run a training step first, such as train_svm")
    tables = {}
    for path in paths:
        scores = read_scores(path)
        validation = scores[scores["split"] == "validation"]
        tables[path.parent.name] = validation.sort_values(KEY, ignore_index=True)
    if all(table.empty for table in tables.values()):
        raise ScoresError(f"{paths[0]} has no validation samples: there were too few videos to divide")
    first_name, first = next(iter(tables.items()))
    for name, table in tables.items():
        _check_agreement(name, table, first_name, first)
    if not (first["status"] == OK).any():
        raise ScoresError(f"no validation sample in {results} was scored: see the status column of its {SCORES_NAME}")
    return tables


def _check_agreement(name: str, table: pd.DataFrame, first_name: str, first: pd.DataFrame) -> None:
    both = f"{name} and {first_name}"
    if not table[KEY].equals(first[KEY]):
        alone = pd.concat([table[KEY], first[KEY]]).drop_duplicates(keep=False)
        raise ScoresError(
            f"{both} were not validated on the same samples ({len(alone)} differ, such as {_named(alone.iloc[0])}): "
            "train both on the same faces and split"
        )
    if list(table) != list(first):
        column = min(set(table) ^ set(first))
        raise ScoresError(f"only one of {both} has the column {column}: train both by the same split")
    for column in ("label", "source", "person", "video", *(name for name in GROUPS if name in table)):
        differs = table[column] != first[column]
        if differs.any():
            raise ScoresError(
                f"{both} disagree on the {column} of {_named(first[differs].iloc[0])}: train both on the same faces"
            )
    differs = (table["status"] == OK) != (first["status"] == OK)
    if differs.any():
        raise ScoresError(
            f"{_named(first[differs].iloc[0])} was scored by only one of {both}: extract and train both again"
        )


def _named(row: pd.Series) -> str:
    """Name a row in a message; the first fold goes without saying."""
    return f"{row['sample']} (fold {row['fold']})" if row["fold"] else str(row["sample"])
