"""What each sample is there for in one fold: to learn from, to choose by, to be scored."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from keras_impl.evaluation.scores import OK
from keras_impl.splits.protocols import draw_groups, hold_out


@dataclass(frozen=True)
class Roles:
    """What the rows of an index are there for.

    Attributes
    ----------
    parts : Series of {"train", "validation", "unused"}
        Indexed by sample.
    learnt : ndarray of bool, shape (n,)
        Training faces to learn from, and the spare fakes of their groups.
    held_out : ndarray of bool, shape (n,)
        Training faces that choose the best epoch and calibrate. They are of the training part, so that
        the validation part stays untouched, and share no group with those learnt from.
    scored : ndarray of bool, shape (n,)
        Faces of both parts.
    """

    parts: pd.Series
    learnt: np.ndarray
    held_out: np.ndarray
    scored: np.ndarray


def divide_roles(index: pd.DataFrame, parts: pd.Series, group: str, seed: int, limit: int | None) -> Roles:
    """Give each face of one fold its roles.

    A split draws both classes to equal size. Fakes that this left over are spare: where a real face
    has several, training takes turns.

    Parameters
    ----------
    index : DataFrame
        Columns ``label``, ``status`` and the one that ``group`` names.
    parts : Series of {"train", "validation", "unused"}
        Of each row, indexed by sample.
    group : str
        The column whose groups are kept whole.
    seed : int
    limit : int or None
        The training part is drawn down to about so many faces, in whole groups.
    """
    names, groups = parts.to_numpy(copy=True), index[group].to_numpy(str)
    if limit is not None and (names == "train").sum() > limit:
        train = np.flatnonzero(names == "train")
        names[train[~draw_groups(groups[train], limit, seed)]] = "unused"
    there = (index["status"] == OK).to_numpy()
    train = np.flatnonzero((names == "train") & there)
    held_out = np.zeros(len(index), bool)
    held_out[train[hold_out(index.iloc[train], group, seed)]] = True
    learnt = (names == "train") & there & ~held_out
    spare = (names == "unused") & there & (index["label"] == 1).to_numpy() & np.isin(groups, groups[learnt])
    return Roles(pd.Series(names, index=parts.index), learnt | spare, held_out, (names != "unused") & there)
