"""The SVM: P(fake) the right way round, calibrated on unseen sources, saved safely."""

import pickle

import numpy as np
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from keras_impl.errors import DataError, TrainingError
from keras_impl.models import svm
from keras_impl.models.svm import fit_svm, load_svm, save_svm
from keras_impl.splits import inner_folds


def make_faces(sources=40, gap=1.0, seed=0):
    """Unit-length vectors, two a source (one real, one fake), the fakes shifted by ``gap``."""
    generator = np.random.default_rng(seed)
    labels = np.tile([0, 1], sources)
    vectors = generator.normal(size=(2 * sources, 16))
    vectors[:, 0] += gap * (2 * labels - 1)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True), labels, np.repeat(np.arange(sources), 2)


@pytest.mark.parametrize("kernel", ["linear", "rbf"])
def test_high_means_fake_on_new_samples(kernel):
    fit = fit_svm(*make_faces(gap=2.0), kernel)
    vectors, labels, _ = make_faces(gap=2.0, seed=1)
    p_fake = fit.model.predict_proba(vectors)[:, 1]
    assert fit.calibrated
    assert ((p_fake >= 0.5) == labels).mean() > 0.85


def test_probabilities_without_any_signal_stay_near_one_half():
    """Fitted to the SVM's own training margins, they would be near 0 and 1."""
    model = fit_svm(*make_faces(gap=0.0), "rbf").model
    vectors, *_ = make_faces(gap=0.0, seed=1)
    assert np.abs(model.predict_proba(vectors)[:, 1] - 0.5).mean() < 0.15


def test_all_folds_inside_training_keep_groups_together(monkeypatch):
    """Those of tuning and of calibration; neither could be told from the outcome alone."""
    seen = []

    class Watched(StratifiedGroupKFold):
        def split(self, X, y=None, groups=None):  # noqa: N803 - scikit-learn's name
            for train, test in super().split(X, y, groups):
                seen.append(set(groups[train]) & set(groups[test]))
                yield train, test

    monkeypatch.setattr(inner_folds, "StratifiedGroupKFold", Watched)
    monkeypatch.setattr(svm, "C_GRID", (1.0,))
    fit_svm(*make_faces())
    assert len(seen) == svm.TUNING_FOLDS + svm.CALIBRATION_FOLDS
    assert not set().union(*seen)


def test_tuning_finds_what_a_problem_needs_and_says_so():
    """Labels that only an RBF kernel with a large C can follow: the sign of a product."""
    generator = np.random.default_rng(0)
    vectors = generator.normal(size=(600, 4))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    labels = (vectors[:, 0] * vectors[:, 1] > 0).astype(int)
    groups = np.arange(600)
    assert fit_svm(vectors, labels, groups, "linear").settings["tuning_auc"] < 0.6
    settings = fit_svm(vectors, labels, groups, "rbf").settings
    assert settings["tuning_auc"] > 0.95
    assert settings["C"] > 0.1
    assert settings["whitened"] is False


def test_class_weights_are_tried_only_where_classes_are_unequal():
    vectors, labels, groups = make_faces()
    assert "class_weight" not in fit_svm(vectors, labels, groups).settings
    keep = (labels == 1) | (groups < 10)
    assert "class_weight" in fit_svm(vectors[keep], labels[keep], groups[keep]).settings


def test_beyond_a_size_the_kernel_is_approximated(monkeypatch):
    monkeypatch.setattr(svm, "EXACT_SAMPLES", 50)
    monkeypatch.setattr(svm, "NYSTROEM_COMPONENTS", 40)
    for kernel in ("linear", "rbf"):
        fit = fit_svm(*make_faces(gap=2.0), kernel)
        vectors, labels, _ = make_faces(gap=2.0, seed=1)
        assert not fit.settings["exact"]
        assert ((fit.model.predict_proba(vectors)[:, 1] >= 0.5) == labels).mean() > 0.8


def test_a_single_source_of_a_class_is_fitted_but_not_called_calibrated():
    fit = fit_svm(np.eye(2), np.array([0, 1]), np.array(["a", "b"]))
    assert not fit.calibrated
    assert np.isfinite(fit.model.predict_proba(np.eye(2))).all()


def test_one_class_is_an_error():
    with pytest.raises(TrainingError, match="only one class"):
        fit_svm(np.eye(3), np.ones(3, int), np.arange(3))


def test_round_trip(tmp_path):
    model = fit_svm(*make_faces()).model
    save_svm(tmp_path / "model.skops", model)
    vectors, *_ = make_faces(seed=1)
    assert np.array_equal(load_svm(tmp_path / "model.skops").predict_proba(vectors), model.predict_proba(vectors))


class Hostile:
    """Runs a command when it is unpickled."""

    def __reduce__(self):
        return print, ("this must not run",)


def test_what_is_not_such_a_model_is_refused_and_not_run(tmp_path, capsys):
    path = tmp_path / "model.skops"
    with pytest.raises(DataError, match="missing"):
        load_svm(path)
    path.write_bytes(pickle.dumps(Hostile()))
    with pytest.raises(DataError, match="not a model"):
        load_svm(path)
    skops.io.dump(LogisticRegression().fit(np.eye(2), [0, 1]), path)
    with pytest.raises(DataError, match="holds a LogisticRegression"):
        load_svm(path)
    skops.io.dump(Hostile, path)
    with pytest.raises(DataError, match="not a model"):
        load_svm(path)
    assert "must not run" not in capsys.readouterr().out


def test_a_few_large_groups_are_no_hindrance_to_tuning(monkeypatch):
    """Whole groups up to the limit would be a single one."""
    monkeypatch.setattr("keras_impl.models.svm.TUNING_SAMPLES", 40)
    generator = np.random.default_rng(0)
    labels, groups = np.arange(180) % 2, np.repeat(["a", "b", "c"], 60)
    vectors = generator.normal(labels[:, None], 1.0, (180, 8))
    fit = fit_svm(vectors, labels, groups, standardise=True)
    assert fit.calibrated
    assert fit.settings["tuning_auc"] > 0.8
