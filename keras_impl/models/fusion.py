"""Both approaches in one: a logistic regression on their two logits.

Its weights show whether the embedding knows anything that ResNet50 does not.
"""

import numpy as np
from scipy.special import logit
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

from keras_impl.errors import TrainingError

CERTAIN = 1e-6
"""P(fake) is kept so far from 0 and 1, where logits end."""

FOLDS = 5


def logits_of(*p_fake: np.ndarray) -> np.ndarray:
    """P(fake) of several approaches, each (n,), to logits (n, approaches)."""
    return logit(np.clip(np.column_stack(p_fake), CERTAIN, 1 - CERTAIN))


def fit_fusion(logits: np.ndarray, labels: np.ndarray) -> LogisticRegression:
    """Fit the fusion to faces that neither approach has learnt from.

    On faces that were learnt from, both are too certain, the one that learns by heart most of all.

    Parameters
    ----------
    logits : ndarray of float, shape (n, 2)
        From `logits_of`.
    labels : ndarray of int, shape (n,)
        1 = fake.

    Raises
    ------
    TrainingError
        If a class is missing.
    """
    if len(set(labels)) < 2:
        raise TrainingError("too few faces were held out from ResNet50 to fuse it with another: add videos")
    return LogisticRegression().fit(logits, labels)


def score_out_of_fold(logits: np.ndarray, labels: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """P(fake) of the faces that a fusion is fitted to, each by one fitted to other groups.

    Parameters
    ----------
    logits, labels
        As for `fit_fusion`.
    groups : ndarray of str, shape (n,)
        What is kept together.

    Returns
    -------
    ndarray of float, shape (n,)
        Empty where there are too few groups for folds with both classes.
    """
    most = min(FOLDS, *(len(set(groups[labels == label])) for label in (0, 1)))
    if most < 2:
        return np.empty(0)
    folds = list(StratifiedGroupKFold(most, shuffle=True, random_state=0).split(labels, labels, groups))
    if any(len(set(labels[side])) < 2 for side, _ in folds):
        return np.empty(0)
    return cross_val_predict(LogisticRegression(), logits, labels, cv=folds, method="predict_proba")[:, 1]
