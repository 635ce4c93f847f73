"""Folds inside the training part, for approaches that tune and calibrate themselves there."""

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold


def grouped_folds(
    labels: np.ndarray, groups: np.ndarray, most: int, seed: int = 0
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Folds inside the training part, to score what an approach has learnt from by one that hasn't.

    Parameters
    ----------
    labels : ndarray of int, shape (n,)
        1 = fake.
    groups : ndarray of str, shape (n,)
        What is kept together.
    most : int
        Folds; fewer if there are too few groups; 0 for none.
    seed : int, optional

    Returns
    -------
    list of (ndarray of int, ndarray of int)
        Rows to fit to, and rows to score, each side with both classes; empty where there are too few groups.
    """
    groups_per_class = [len(set(groups[labels == label])) for label in (0, 1)]
    for count in range(min(most, *groups_per_class), 1, -1):
        folds = list(StratifiedGroupKFold(count, shuffle=True, random_state=seed).split(labels, labels, groups))
        if all(len(set(labels[side])) == 2 for fold in folds for side in fold):
            return folds
    return []
