"""The shortcut baseline that keeps both approaches honest: what can be told without looking at a face, or listening.

A logistic regression on the size of the file and of the picture, on brightness, contrast and
sharpness; of sound, on how long, how loud and how silent a file is, its bandwidth and its format. An approach
that is no better than this may have learnt how files were made, and an accuracy that this one reaches needs no
deepfake detection to explain it.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from keras_impl.core.progress import SILENT, Progress
from keras_impl.errors import TrainingError
from keras_impl.evaluation.scores import OK, SCORES_NAME
from keras_impl.models.finished import INPUTS_KEY, inputs_of, is_finished
from keras_impl.models.run import load_run, save_run, score_folds
from keras_impl.samples.modality import Modality, ShortcutCues

NAME = "baseline"


def fit_baseline(index: pd.DataFrame, cues: ShortcutCues) -> Pipeline:
    """Fit the logistic regression to the cues of training samples.

    Parameters
    ----------
    index : DataFrame
        The rows to learn from, with ``label`` and all of the cues; figures may be nan where unknown.
    cues : ShortcutCues

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


def train(
    samples: Path,
    out: Path,
    modality: Modality,
    split: Path | None = None,
    progress: Progress = SILENT,
    unless_finished: bool = False,
) -> Path:
    """Score all samples by the shortcut baseline, fitted to each fold's training part.

    Parameters
    ----------
    samples, out, modality, split, progress, unless_finished
        As of `keras_impl.models.svm.train`; the folder `NAME` is written.

    Returns
    -------
    Path
        Of the score file.

    Raises
    ------
    DataError, TrainingError
        If something is missing or damaged, or a class is missing.
    """
    run = load_run(samples, split, modality)
    settings: dict[str, Any] = {"approach": modality.cues.title, "cues": modality.cues.names}
    settings[INPUTS_KEY] = inputs_of(run, settings)
    if unless_finished and is_finished(out / NAME, settings[INPUTS_KEY]):
        progress.say(f"{out / NAME} is fitted already")
        return out / NAME / SCORES_NAME
    there = run.index[run.index["status"] == OK]

    def fit_fold(_: int, parts: pd.Series) -> pd.Series:
        model = fit_baseline(there[(parts[there["sample"]] == "train").to_numpy()], modality.cues)
        return pd.Series(model.predict_proba(there)[:, 1], index=there["sample"])

    scores = score_folds(run, fit_fold, "no cues", "Fitting the shortcut baseline", progress)
    return save_run(run, out / NAME, scores, settings, "scikit-learn", "numpy")


def _logarithms(columns: pd.DataFrame) -> np.ndarray:
    return np.log(columns.to_numpy(float) + 1)


def _floats(columns: pd.DataFrame) -> np.ndarray:
    return columns.to_numpy(float)
