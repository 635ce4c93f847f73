"""Approach 1: a support vector machine on FaceNet embeddings, with calibrated probabilities."""

from pathlib import Path

import numpy as np
import skops.io
from sklearn.calibration import CalibratedClassifierCV
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.svm import SVC

from keras_impl.errors import DataError, TrainingError
from keras_impl.storage import atomic_path

MODEL_NAME = "model.skops"

CALIBRATION_FOLDS = 5

TRUSTED_TYPES = ("sklearn.calibration._CalibratedClassifier", "sklearn.calibration._SigmoidCalibration")
"""All that such a model is made of beyond the types that skops itself takes for harmless."""


def fit_svm(
    embeddings: np.ndarray, labels: np.ndarray, sources: np.ndarray, kernel: str = "linear"
) -> tuple[CalibratedClassifierCV, bool]:
    """Fit an SVM and the sigmoid that turns its margin into P(fake) (Platt 1999).

    The sigmoid is fitted to margins of samples that the SVM had not seen, from folds that keep each
    source together; the SVM that is kept is fitted to all samples.

    Parameters
    ----------
    embeddings : ndarray of float, shape (n, d)
        Of unit length.
    labels : ndarray of int, shape (n,)
        1 = fake.
    sources : ndarray, shape (n,)
        Samples of one source are not independent.
    kernel : {"linear", "rbf"}, default "linear"

    Returns
    -------
    model : CalibratedClassifierCV
        ``predict_proba(x)[:, 1]`` is P(fake).
    calibrated : bool
        False if a class has a single source. There are no folds then, the sigmoid is fitted to
        the margins of the training samples themselves, and its probabilities are too certain.

    Raises
    ------
    TrainingError
        If a class is missing.
    """
    sources_per_class = [len(set(sources[labels == label])) for label in (0, 1)]
    if min(sources_per_class) == 0:
        raise TrainingError("the training part has only one class: add real and fake videos and extract again")
    folds = min(CALIBRATION_FOLDS, *sources_per_class)
    everything = np.arange(len(labels))
    cv = [(everything, everything)]
    if folds > 1:
        cv = list(StratifiedGroupKFold(folds).split(embeddings, labels, sources))
    model = CalibratedClassifierCV(SVC(kernel=kernel), ensemble=False, cv=cv).fit(embeddings, labels)
    model.set_params(cv=None)  # the folds have served, and would only make the file larger
    return model, folds > 1


def save_svm(path: Path, model: CalibratedClassifierCV) -> None:
    """Save a fitted model in skops' format, whose loading runs no code from the file."""
    with atomic_path(path) as temporary:
        skops.io.dump(model, temporary)


def load_svm(path: Path) -> CalibratedClassifierCV:
    """Load a model saved by `save_svm`.

    Raises
    ------
    DataError
        If the file is missing, is something else, or holds types that such a model has no use for.
    """
    advice = "run python -m keras_impl.train_svm to make it"
    try:
        model = skops.io.load(path, trusted=list(TRUSTED_TYPES))
    except FileNotFoundError:
        raise DataError(f"{path} is missing: {advice}") from None
    except Exception as error:  # skops passes on whatever its zip and JSON readers raise
        raise DataError(f"{path} is not a model that can be trusted ({error}): {advice}") from None
    if not isinstance(model, CalibratedClassifierCV):
        raise DataError(f"{path} holds a {type(model).__name__}, not an SVM: {advice}")
    return model
