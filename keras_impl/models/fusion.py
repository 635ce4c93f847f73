"""Both approaches in one: a logistic regression on their two logits.

Its weights show whether the embedding knows anything that ResNet50 does not.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from keras_impl.core.configs import refuse_other
from keras_impl.core.progress import SILENT, Progress
from keras_impl.core.storage import sha256_of_file
from keras_impl.errors import DataError, TrainingError
from keras_impl.evaluation.scores import OK, SCORES_NAME, make_scores, read_scores
from keras_impl.faces.modality import FACES
from keras_impl.models import svm
from keras_impl.models.approach import APPROACHES, Judgeable, Scores
from keras_impl.models.calibration import logits_of, operating_points, read_operating_points, write_operating_points
from keras_impl.models.kernel import Kernel
from keras_impl.models.resnet import NAME as RESNET
from keras_impl.models.run import load_run, read_sample_config, save_run, withdraw
from keras_impl.models.trained import TrainedModel
from keras_impl.samples.embeddings import read_embeddings
from keras_impl.splits.held_out import read_held_out
from keras_impl.splits.inner_folds import grouped_folds

NAME = "fusion"

FOLDS = 5


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
        raise TrainingError("ResNet50's tuning part has too few faces to fuse it with another approach: add videos")
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
    folds = grouped_folds(labels, groups, FOLDS)
    if not folds:
        return np.empty(0)
    return cross_val_predict(LogisticRegression(), logits, labels, cv=folds, method="predict_proba")[:, 1]


def train(
    samples: Path,
    out: Path,
    split: Path | None = None,
    kernel: Kernel = "rbf",
    seed: int = 0,
    progress: Progress = SILENT,
) -> tuple[Path, dict[str, float]]:
    """Fuse ResNet50 with an SVM on the embeddings, by the training faces that both were kept from.

    Parameters
    ----------
    samples : Path
        Embeddings folder.
    out : Path
        Results folder with ResNet50's folder; `NAME` in it is written.
    split, seed, progress
        As of `keras_impl.models.svm.train`.
    kernel : {"linear", "rbf"}, default "rbf"
        The SVM's.

    Returns
    -------
    path : Path
        Of the score file.
    weights : dict of str to float
        Of the two logits in the last fold.

    Raises
    ------
    DataError, ScoresError, TrainingError
        If something is missing or damaged, was made of other faces or another split, or is too little.
    """
    run = load_run(samples, split, FACES)
    partner = APPROACHES[RESNET]
    held_out = read_held_out(out / RESNET, run.split)
    refuse_other(
        read_sample_config(out / RESNET, FACES),
        run.config,
        (f"the model in {out / RESNET}", f"faces of {samples}"),
        f"run python -m keras_impl.train_resnet --samples {samples} again",
    )
    resnet_scores = read_scores(out / RESNET / SCORES_NAME)
    vectors, folder = read_embeddings(samples), out / NAME
    groups_of = pd.Series(run.index[run.inner_group].to_numpy(str), index=run.index["sample"])
    scores, fits = [], []
    for fold, kept_from in enumerate(progress.track(held_out, "Fusing", total=len(held_out))):
        seen = resnet_scores[resnet_scores["fold"] == fold]
        rows = seen[(seen["status"] == OK) & seen["sample"].isin(vectors.index)]
        names, labels = rows["sample"], rows["label"].to_numpy()
        fitted_to = names.isin(kept_from).to_numpy()
        learnt = (rows["split"] == "train").to_numpy() & ~fitted_to
        known, groups = vectors.loc[names].to_numpy(), groups_of[names].to_numpy()
        fitted_svm = svm.fit_svm(known[learnt], labels[learnt], groups[learnt], kernel, seed).model
        logits = logits_of(rows["p_fake"].to_numpy(), fitted_svm.predict_proba(known)[:, 1])
        fusion = fit_fusion(logits[fitted_to], labels[fitted_to])
        if not fold:
            withdraw(folder)
            svm.save_svm(folder / svm.MODEL_NAME, fitted_svm)
            unseen = score_out_of_fold(logits[fitted_to], labels[fitted_to], groups[fitted_to])
            videos = rows["video"].to_numpy(str)[fitted_to][: len(unseen)]
            points = operating_points(videos, labels[fitted_to][: len(unseen)], unseen)
            partners = read_operating_points(out / RESNET)  # it judges the same faces, at the same rate
            rate = partners.max_fpr if partners.max_fpr and points.promises(partners.max_fpr) else None
            write_operating_points(folder, replace(points, max_fpr=rate, quality=partners.quality))
        p_fake = pd.Series(fusion.predict_proba(logits)[:, 1], index=names)
        parts = seen.set_index("sample")["split"].reindex(run.index["sample"]).fillna("unused")
        scores.append(make_scores(run.index, parts, p_fake, missing=run.unreadable, fold=fold))
        weights = {RESNET: float(fusion.coef_[0, 0]), "svm": float(fusion.coef_[0, 1])}
        fits.append({"fitted_to": int(fitted_to.sum()), "weights": weights, "offset": float(fusion.intercept_[0])})
    model = out / RESNET / partner.model_file
    settings = {
        "approach": f"ResNet50 and FaceNet + SVM ({kernel}), fused",
        "seed": seed,
        "fits": fits,
        f"{RESNET}_sha256": sha256_of_file(model) if model.is_file() else None,
    }
    return save_run(run, folder, scores, settings, "scikit-learn", "numpy", model=svm.MODEL_NAME), weights


def load(trained: TrainedModel, threads: int | None) -> "FusionScorer":
    """Load a trained fusion; as `keras_impl.models.approach.ApproachModule` says."""
    try:
        fit = trained.card["fits"][0]
        weights = np.array([fit["weights"][RESNET], fit["weights"]["svm"]], float)
        offset = float(fit["offset"])
    except (KeyError, IndexError, TypeError, ValueError):
        raise DataError(
            f"{trained.path.parent} has no fitted weights: run python -m keras_impl.train_fusion again"
        ) from None
    return FusionScorer(svm.load(trained, threads), weights, offset)


class FusionScorer:
    """Scores samples by ResNet50's logits and an SVM's; as `keras_impl.models.approach.Scorer` says.

    Parameters
    ----------
    own : SVMScorer
    weights : ndarray of float, shape (2,)
        Of the two logits, ResNet50's first.
    offset : float
    """

    def __init__(self, own: svm.SVMScorer, weights: np.ndarray, offset: float) -> None:
        self._own, self._weights, self._offset = own, weights, offset

    def score(self, samples: Judgeable, others: Mapping[str, np.ndarray]) -> Scores:
        """Score samples by their features and ResNet50's logits."""
        both = logits_of(expit(others[RESNET]), expit(self._own.score(samples, others).logits))
        return Scores(both @ self._weights + self._offset)
