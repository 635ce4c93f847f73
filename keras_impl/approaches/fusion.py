"""Both approaches in one: a logistic regression on their two logits.

Its weights show whether the embedding knows anything that ResNet50 does not.
"""

import numpy as np
from scipy.special import logit
from sklearn.linear_model import LogisticRegression

from keras_impl.errors import TrainingError

CERTAIN = 1e-6
"""P(fake) is kept so far from 0 and 1, where logits end."""


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
