"""Score files: all that the comparison knows of an approach.

Each training step writes one before anything is computed from it, so that every figure in the
results can be computed again, and another approach is compared by writing such a file.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from keras_impl.errors import ScoresError
from keras_impl.splits import Split
from keras_impl.storage import atomic_path

SCORES_NAME = "scores.csv"

COLUMNS = {
    "sample": "string",
    "video": "string",
    "source": "string",  # the group: samples of one source are not independent
    "split": "string",  # train or validation
    "label": "int64",
    "p_fake": "float64",  # empty if the sample could not be scored
    "status": "string",  # "ok", or why there is no score
}

OK = "ok"


def make_scores(index: pd.DataFrame, split: Split, p_fake: pd.Series, missing: str) -> pd.DataFrame:
    """Lay out an approach's scores of all samples in use.

    Parameters
    ----------
    index : DataFrame
        The face index.
    split : Split
        Samples of its unused videos are left out.
    p_fake : Series
        P(fake), indexed by sample.
    missing : str
        Status of samples that ``p_fake`` lacks.
    """
    scores = index[["sample", "video", "source", "label"]].assign(split=split.part_of(index["video"]))
    scores = scores[scores["split"] != "unused"]
    scores["p_fake"] = scores["sample"].map(p_fake).astype(float)
    scores["status"] = np.where(scores["p_fake"].notna(), OK, missing)
    return scores[list(COLUMNS)].astype(COLUMNS).reset_index(drop=True)


def write_scores(folder: Path, scores: pd.DataFrame) -> Path:
    """Write ``scores.csv`` into an approach's result folder and return its path."""
    path = folder / SCORES_NAME
    with atomic_path(path) as temporary:
        scores.to_csv(temporary, index=False, float_format="%.6g")
    return path


def read_scores(path: Path) -> pd.DataFrame:
    """Read one score file.

    Raises
    ------
    ScoresError
        If it lacks a column, or holds a label, probability or sample name that can't be.
    """
    try:
        scores = pd.read_csv(path, dtype=COLUMNS)
    except (OSError, ValueError) as error:
        raise ScoresError(f"{path} is not a score file ({error}): train that approach again") from None
    missing = [name for name in COLUMNS if name not in scores]
    if missing:
        raise ScoresError(f"{path} lacks the columns {', '.join(missing)}: train that approach again")
    scored = scores["status"] == OK
    if not scores["label"].isin((0, 1)).all() or not scores["p_fake"][scored].between(0, 1).all():
        raise ScoresError(f"{path} has labels other than 0 and 1 or P(fake) outside 0..1: train that approach again")
    if scores["sample"].duplicated().any():
        raise ScoresError(f"{path} scores {scores['sample'][scores['sample'].duplicated()].iloc[0]} twice")
    return scores[list(COLUMNS)]


def read_approaches(results: Path) -> dict[str, pd.DataFrame]:
    """Read ``results/*/scores.csv``: approach name to validation scores, on the same samples.

    Returns
    -------
    dict of str to DataFrame
        Sorted by name; each table is indexed by sample, in one common order, with the columns of
        a score file. Samples that no approach could score are left in, with their status.

    Raises
    ------
    ScoresError
        If there is no score file or no validation sample, or the files disagree on which samples
        there are, on their labels, or on which could be scored.
    """
    paths = sorted(results.glob(f"*/{SCORES_NAME}"))
    if not paths:
        raise ScoresError(f"no {SCORES_NAME} in the folders of {results}: run train_svm and train_resnet first")
    tables = {}
    for path in paths:
        scores = read_scores(path)
        tables[path.parent.name] = scores[scores["split"] == "validation"].set_index("sample").sort_index()
    first_name, first = next(iter(tables.items()))
    if first.empty:
        raise ScoresError(f"{paths[0]} has no validation samples: there were too few videos to divide")
    for name, table in tables.items():
        alone = table.index.symmetric_difference(first.index)
        if len(alone):
            raise ScoresError(
                f"{name} and {first_name} were not validated on the same samples ({len(alone)} differ, such as "
                f"{alone[0]}): train both on the same faces and split"
            )
        if not table[["video", "source", "label"]].equals(first[["video", "source", "label"]]):
            raise ScoresError(f"{name} and {first_name} disagree on labels or sources: train both on the same faces")
        differs = (table["status"] == OK) != (first["status"] == OK)
        if differs.any():
            raise ScoresError(
                f"{differs.idxmax()} was scored by only one of {name} and {first_name}: extract and train both again"
            )
    return tables
