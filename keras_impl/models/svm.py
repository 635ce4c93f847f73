"""Approach 1: a support vector machine on FaceNet embeddings, or LFCC statistics, with calibrated probabilities."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import skops.io
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import PCA
from sklearn.kernel_approximation import Nystroem
from sklearn.model_selection import GridSearchCV, cross_val_predict
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC

from keras_impl.core.configs import as_json
from keras_impl.core.progress import SILENT, Progress
from keras_impl.core.storage import atomic_path, sha256_of_file
from keras_impl.errors import DataError, TrainingError
from keras_impl.evaluation.scores import SCORES_NAME
from keras_impl.media.formats import ModalityName
from keras_impl.models.approach import Judgeable, Scores
from keras_impl.models.calibration import logits_of, operating_points, write_operating_points
from keras_impl.models.card import FOLDS_NAME, fold_folder
from keras_impl.models.finished import INPUTS_KEY, inputs_of, is_finished
from keras_impl.models.kernel import Kernel
from keras_impl.models.run import load_run, save_run, score_folds, withdraw
from keras_impl.models.trained import TrainedModel
from keras_impl.samples.embeddings import EMBEDDINGS_NAME, read_embeddings
from keras_impl.samples.modality import Modality
from keras_impl.speech.channels import Channels
from keras_impl.speech.worse import worse_features
from keras_impl.splits.inner_folds import grouped_folds
from keras_impl.splits.leaks import check_split, write_leaks
from keras_impl.splits.protocols import draw_groups

MODEL_NAME = "model.skops"

CALIBRATION_FOLDS = 5
TUNING_FOLDS = 3

TUNING_SAMPLES = 3000
"""Settings are compared on at most so many samples: exact SVMs take time with their square."""

EXACT_SAMPLES = 20_000
"""Beyond so many training samples the RBF kernel is approximated (Nystroem), since exact SVMs no
longer come to an end in useful time."""

NYSTROEM_COMPONENTS = 1000

C_GRID = (0.1, 1.0, 10.0)
GAMMA_GRID = (0.5, 2.0, 8.0)
"""Of the RBF kernel, times 1 / (dimensions * variance), which is about 1 for unit-length embeddings."""

IMBALANCE = 0.1
"""How far the share of fakes may be from one half before class weights are tried: a data set's own
split is taken as it is, all others are drawn to equal size."""

WHITENED_DIMENSIONS = 64
"""How many principal components are kept where whitening turns out to help."""

WORSE: Mapping[ModalityName, Callable[[list[Path], Any, int], np.ndarray]] = {"sound": worse_features}
"""How features of samples that got worse are made from their own files, of modalities where that is worth its time."""

MOST_WORSE = 5000
"""Training samples of which there is such a copy too, at most."""

TRUSTED_TYPES = ("sklearn.calibration._CalibratedClassifier", "sklearn.calibration._SigmoidCalibration")
"""All that such a model is made of beyond the types that skops itself takes for harmless."""


NAMES = {"linear": "svm", "rbf": "svm_rbf"}
"""The approach's name by kernel."""


@dataclass(frozen=True)
class FittedSVM:
    """A fitted SVM and what is to be known of it.

    Attributes
    ----------
    model : CalibratedClassifierCV
        ``predict_proba(x)[:, 1]`` is P(fake).
    settings : dict
        The hyper-parameters in use, and the AUC that they reached in tuning, where there was any.
    calibrated : bool
        False if there are too few groups for folds with both classes. The sigmoid is then fitted
        to the margins of the training samples themselves, and its probabilities are too certain.
    """

    model: CalibratedClassifierCV
    settings: dict[str, float | str | bool]
    calibrated: bool


def fit_svm(
    embeddings: np.ndarray,
    labels: np.ndarray,
    groups: np.ndarray,
    kernel: Kernel = "linear",
    seed: int = 0,
    standardise: bool = False,
) -> FittedSVM:
    """Tune and fit an SVM and the sigmoid that turns its margin into P(fake) (Platt 1999).

    C, gamma, class weights (where classes are unequal) and whether to whiten with PCA are chosen by
    AUC in cross-validation inside the samples given, on at most `TUNING_SAMPLES` of them. The
    sigmoid is fitted to margins of samples that the SVM had not seen. All folds keep groups
    together; the SVM that is kept is fitted to all samples.

    Parameters
    ----------
    embeddings : ndarray of float, shape (n, d)
        Of unit length, or to be standardised.
    labels : ndarray of int, shape (n,)
        1 = fake.
    groups : ndarray, shape (n,)
        What the split keeps together: persons, sources or videos.
    kernel : {"linear", "rbf"}, default "linear"
    seed : int, default 0
    standardise : bool, default False
        Whether each dimension is brought to mean 0 and deviation 1 first, for features in units of their own.

    Raises
    ------
    TrainingError
        If a class is missing.
    """
    if len(set(labels)) < 2:
        raise TrainingError("the training part has only one class: add real and fake videos and extract again")
    exact = len(labels) <= EXACT_SAMPLES
    svm = _pipeline(kernel, exact, seed, standardise)
    settings: dict[str, float | str | bool] = {"kernel": kernel, "exact": exact}
    folds = grouped_folds(labels, groups, CALIBRATION_FOLDS, seed)
    if folds:
        chosen, auc = _tune(svm, kernel, embeddings, labels, groups, seed)
        svm.set_params(**chosen)
        settings |= _described(chosen) | {"tuning_auc": auc}
    everything = np.arange(len(labels))
    cv = folds or [(everything, everything)]
    model = CalibratedClassifierCV(svm, ensemble=False, cv=cv, n_jobs=-1).fit(embeddings, labels)
    model.set_params(cv=None, n_jobs=None)  # the folds have served, and would only make the file larger
    return FittedSVM(model, settings, calibrated=bool(folds))


def score_out_of_fold(
    fit: FittedSVM, embeddings: np.ndarray, labels: np.ndarray, groups: np.ndarray, seed: int = 0
) -> np.ndarray:
    """P(fake) of the samples a model was fitted to, each from an SVM that has not seen its group.

    Parameters
    ----------
    fit : FittedSVM
        From `fit_svm`, with the same arguments.
    embeddings, labels, groups, seed
        As for `fit_svm`.

    Returns
    -------
    ndarray of float, shape (n,)
        Empty where there are too few groups for folds.
    """
    if not fit.calibrated:
        return np.empty(0)
    folds = grouped_folds(labels, groups, CALIBRATION_FOLDS, seed)
    margins = cross_val_predict(
        fit.model.estimator, embeddings, labels, cv=folds, method="decision_function", n_jobs=-1
    )
    (calibrated,) = fit.model.calibrated_classifiers_
    (sigmoid,) = calibrated.calibrators
    return sigmoid.predict(margins)


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


def train(
    samples: Path,
    out: Path,
    modality: Modality,
    split: Path | None = None,
    kernel: Kernel = "linear",
    seed: int = 0,
    progress: Progress = SILENT,
    with_worse: bool = True,
    keep_folds: bool = False,
    unless_finished: bool = False,
) -> Path:
    """Tune and train an SVM on the training part's features in each fold, and score both parts.

    Parameters
    ----------
    samples : Path
        Folder that extract_embeddings or extract_sound wrote.
    out : Path
        Results folder; the folder `NAMES` in it, and ``leaks.csv``, are written.
    modality : Modality
    split : Path, optional
        A split file; by default the samples folder's own.
    kernel, seed
        As of `fit_svm`.
    progress : Progress, optional
    with_worse : bool, default True
        Learn from sound that went through channels (`keras_impl.speech.channels`) too: a copy of each segment, of
        `MOST_WORSE` at most. Embeddings of faces are learnt from as they are.
    keep_folds : bool, default False
        As of `keras_impl.models.resnet.train.Options`.
    unless_finished : bool, default False
        Leave what an earlier training wrote, if it had the same inputs and came to its end.

    Returns
    -------
    Path
        Of the score file; the model beside it is that of the first fold.

    Raises
    ------
    DataError, TrainingError
        If something is missing or damaged, or there is too little to learn from.
    """
    run = load_run(samples, split, modality)
    vectors, folder = read_embeddings(samples), out / NAMES[kernel]
    fits: list[dict[str, Any]] = []
    made_worse = WORSE.get(modality.name) if with_worse else None
    settings: dict[str, Any] = {"approach": f"{modality.features} + SVM ({kernel})", "seed": seed}
    if made_worse:
        settings["channels"] = as_json(Channels())
    features = {"features_sha256": sha256_of_file(samples / EMBEDDINGS_NAME), "keep_folds": keep_folds}
    settings[INPUTS_KEY] = inputs_of(run, settings | features)
    if unless_finished and is_finished(folder, settings[INPUTS_KEY]):
        progress.say(f"{folder} is trained already")
        return folder / SCORES_NAME

    def fit_fold(fold: int, parts: pd.Series) -> pd.Series:
        trains = run.index[(parts.to_numpy() == "train") & run.index["sample"].isin(vectors.index)]
        known = vectors.loc[trains["sample"]].to_numpy()
        count = len(trains)
        if made_worse:
            copied = trains.iloc[np.sort(np.random.default_rng(seed).permutation(count)[:MOST_WORSE])]
            worse = made_worse([samples / clip for clip in copied[modality.file_column]], run.config, seed)
            is_there = ~np.isnan(worse).any(axis=1)
            copied = copied[is_there].assign(video=copied["video"][is_there] + " made worse")
            known, trains = np.concatenate([known, worse[is_there]]), pd.concat([trains, copied])
        labels, groups = trains["label"].to_numpy(), trains[run.inner_group].to_numpy(str)
        fit = fit_svm(known, labels, groups, kernel, seed, standardise=not modality.features_have_unit_length)
        told = {"training_samples": count, "made_worse": len(trains) - count, "calibrated": fit.calibrated}
        fits.append(told | fit.settings)
        if not fold:
            withdraw(folder)
            shutil.rmtree(folder / FOLDS_NAME, ignore_errors=True)
        if not fold or keep_folds:
            kept = fold_folder(folder, fold)
            save_svm(kept / MODEL_NAME, fit.model)
            unseen = score_out_of_fold(fit, known, labels, groups, seed)
            there = len(unseen)  # none without folds
            points = operating_points(trains["video"].to_numpy(str)[:there], labels[:there], unseen)
            write_operating_points(kept, points)
        return pd.Series(fit.model.predict_proba(vectors.to_numpy())[:, 1], index=vectors.index)

    scores = score_folds(run, fit_fold, run.unreadable, "Training the SVM", progress)
    if not all(settings["calibrated"] for settings in fits):
        progress.warn("Too few videos to calibrate P(fake): its values are too certain.")
    settings["fits"] = fits
    write_leaks(out, check_split(run.index, run.split, modality, vectors))
    kept_folds = len(scores) if keep_folds else 1
    packages = "scikit-learn", "skops", "numpy"
    return save_run(run, folder, scores, settings, *packages, model=MODEL_NAME, kept_folds=kept_folds)


def load(trained: TrainedModel, threads: int | None) -> "SVMScorer":
    """Load a trained SVM; as `keras_impl.models.approach.ApproachModule` says."""
    model, known = load_svm(trained.path), trained.sample.feature_dimensions
    try:
        model.predict_proba(np.zeros((1, known)))
    except ValueError:
        raise DataError(
            f"{trained.path} was not trained on the {known} numbers that {trained.modality.features} have: train it "
            "again"
        ) from None
    return SVMScorer(model)


class SVMScorer:
    """Scores samples by an SVM; as `keras_impl.models.approach.Scorer` says."""

    def __init__(self, model: CalibratedClassifierCV) -> None:
        self._model = model

    def score(self, samples: Judgeable, others: Mapping[str, np.ndarray]) -> Scores:
        """Score samples by their features; ``others`` isn't needed."""
        return Scores(logits_of(self._model.predict_proba(samples.features)[:, 1])[:, 0])


def _pipeline(kernel: Kernel, exact: bool, seed: int, standardise: bool) -> Pipeline:
    """Scaling and whitening (or not), a map into the kernel's space if that is approximated, and the SVM."""
    steps = [("scale", StandardScaler() if standardise else "passthrough"), ("whiten", "passthrough")]
    if exact:
        steps.append(("svm", SVC(kernel=kernel, cache_size=1000)))
    else:
        if kernel == "rbf":
            steps.append(("map", Nystroem(gamma=1.0, n_components=NYSTROEM_COMPONENTS, random_state=seed)))
        steps.append(("svm", LinearSVC(dual="auto", random_state=seed)))
    return Pipeline(steps)


def _tune(
    svm: Pipeline, kernel: Kernel, embeddings: np.ndarray, labels: np.ndarray, groups: np.ndarray, seed: int
) -> tuple[dict[str, Any], float]:
    """Parameters with the highest AUC in grouped cross-validation, and that AUC."""
    rows, folds = _tuning_folds(labels, groups, seed)
    is_unit_length = svm.named_steps["scale"] == "passthrough"
    spaces = [("passthrough", 1.0 if is_unit_length else 1 / embeddings.shape[1])]
    if len(rows) >= 4 * WHITENED_DIMENSIONS and embeddings.shape[1] > WHITENED_DIMENSIONS:
        spaces.append((PCA(WHITENED_DIMENSIONS, whiten=True), 1 / WHITENED_DIMENSIONS))
    grids = []
    for whiten, scale in spaces:
        grid = {"whiten": [whiten], "svm__C": C_GRID}
        if abs(labels.mean() - 0.5) > IMBALANCE:
            grid["svm__class_weight"] = [None, "balanced"]
        if kernel == "rbf":
            where = "map" if "map" in svm.named_steps else "svm"
            grid[f"{where}__gamma"] = [scale * gamma for gamma in GAMMA_GRID]
        grids.append(grid)
    search = GridSearchCV(svm, grids, scoring="roc_auc", cv=folds, refit=False, n_jobs=-1)
    search.fit(embeddings[rows], labels[rows])
    return search.best_params_, float(search.best_score_)


def _tuning_folds(
    labels: np.ndarray, groups: np.ndarray, seed: int
) -> tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]]:
    """Rows to tune on, and their folds: whole groups if enough of these are small, else parts of all, else all."""
    count = len(labels)
    whole = np.flatnonzero(draw_groups(groups, TUNING_SAMPLES, seed))
    parts = np.sort(np.random.default_rng(seed).permutation(count)[:TUNING_SAMPLES])
    for rows in (whole, parts):
        folds = grouped_folds(labels[rows], groups[rows], TUNING_FOLDS, seed)
        if folds:
            return rows, folds
    # those of calibration, which are there, or it isn't tuned
    return np.arange(count), grouped_folds(labels, groups, CALIBRATION_FOLDS, seed)


def _described(parameters: dict[str, Any]) -> dict[str, float | bool]:
    """Tuned parameters as plain values for the settings file."""
    described = {name.split("__")[-1]: value for name, value in parameters.items() if name != "whiten"}
    return described | {"whitened": parameters["whiten"] != "passthrough"}
