"""The baseline that keeps both approaches honest: what can be told without looking at a face, or listening.

A logistic regression on the size of the file and of the picture, on brightness, contrast and
sharpness; of sound, on how long, how loud and how silent a file is, its bandwidth and its format. An approach
that is no better than this may have learnt how files were made, and an accuracy that this one reaches needs no
deepfake detection to explain it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from keras_impl.errors import TrainingError
from keras_impl.media.formats import ModalityName


@dataclass(frozen=True)
class Cues:
    """Columns of the index that the baseline knows.

    Attributes
    ----------
    title : str
        The approach's name for people.
    logarithmic : tuple of str
        Sizes, not below 0, taken as logarithms.
    linear : tuple of str
        Figures, taken as they are.
    named : tuple of str
        Kinds, each a yes or no of its own.
    """

    title: str
    logarithmic: tuple[str, ...]
    linear: tuple[str, ...]
    named: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """All columns."""
        return [*self.logarithmic, *self.linear, *self.named]


CUES: Mapping[ModalityName, Cues] = {
    "image": Cues(
        "Logistic regression on file size, brightness and sharpness",
        logarithmic=("width", "frame_width", "frame_height", "file_bytes", "sharpness"),
        linear=("brightness", "contrast"),
        named=(),
    ),
    "sound": Cues(
        "Logistic regression on duration, silence, level, bandwidth and format",
        logarithmic=("file_seconds", "file_bytes", "sample_rate", "bandwidth"),
        linear=("silence", "lead", "trail", "level", "channels"),
        named=("codec",),
    ),
}


def fit_baseline(index: pd.DataFrame, cues: Cues) -> Pipeline:
    """Fit the logistic regression to the cues of training samples.

    Parameters
    ----------
    index : DataFrame
        The rows to learn from, with ``label`` and all of the cues; figures may be nan where unknown.
    cues : Cues

    Returns
    -------
    Pipeline
        ``predict_proba(index)[:, 1]`` is P(fake).

    Raises
    ------
    TrainingError
        If a class is missing.
    """
    if index["label"].nunique() < 2:
        raise TrainingError("the training part has only one class: add real and fake files and extract again")
    known = SimpleImputer(keep_empty_features=True), StandardScaler()
    columns = ColumnTransformer(
        [
            ("logarithmic", make_pipeline(FunctionTransformer(_logarithms), *known), list(cues.logarithmic)),
            ("linear", make_pipeline(FunctionTransformer(_floats), *known), list(cues.linear)),
            ("named", OneHotEncoder(handle_unknown="ignore"), list(cues.named)),
        ]
    )
    return make_pipeline(columns, LogisticRegression()).fit(index, index["label"])


def _logarithms(columns: pd.DataFrame) -> np.ndarray:
    return np.log(columns.to_numpy(float) + 1)


def _floats(columns: pd.DataFrame) -> np.ndarray:
    return columns.to_numpy(float)
