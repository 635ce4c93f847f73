"""The baseline that keeps both approaches honest: what can be told without looking at a face.

A logistic regression on the size of the file and of the picture, on brightness, contrast and
sharpness. An approach that is no better than this may have learnt how files were made, and an
accuracy that this one reaches needs no deepfake detection to explain it.
"""

import numpy as np
import pandas as pd
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from keras_impl.errors import TrainingError

LOGARITHMIC = ("width", "frame_width", "frame_height", "file_bytes", "sharpness")
LINEAR = ("brightness", "contrast")


def cues(index: pd.DataFrame) -> np.ndarray:
    """What the baseline knows of each face: float (n, 7), sizes as logarithms, nan where unknown."""
    sizes = np.log(index[list(LOGARITHMIC)].to_numpy(float) + 1)
    return np.hstack([sizes, index[list(LINEAR)].to_numpy(float)])


def fit_baseline(index: pd.DataFrame) -> Pipeline:
    """Fit the logistic regression to the cues of training faces.

    Raises
    ------
    TrainingError
        If a class is missing.
    """
    if index["label"].nunique() < 2:
        raise TrainingError("the training part has only one class: add real and fake videos and extract again")
    steps = SimpleImputer(keep_empty_features=True), StandardScaler(), LogisticRegression()
    return make_pipeline(*steps).fit(cues(index), index["label"])
