"""Metrics against scikit-learn under any weights, and against exact cases."""

import numpy as np
import pytest
from sklearn import metrics as reference

from keras_impl.evaluation.metrics import METRICS, ROC_GRID, Judged


def measure(labels, p_fake, weights=None):
    labels, p_fake = np.asarray(labels), np.asarray(p_fake, float)
    judged = Judged(labels, p_fake, np.arange(len(labels)), len(labels))
    weights = np.ones(len(labels), np.int32) if weights is None else np.asarray(weights, np.int32)
    return {name: values[0] for name, values in judged.measure(weights[None]).items()}


@pytest.mark.parametrize("decimals", [1, 2, 6])  # many ties, some, none
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_scikit_learn_agrees_on_weighted_cases(seed, decimals):
    generator = np.random.default_rng(seed)
    labels, weights = generator.integers(0, 2, 200), generator.integers(0, 4, 200)
    p_fake = np.clip(generator.normal(0.4 + 0.2 * labels, 0.25), 0.01, 0.99).round(decimals)
    found = measure(labels, p_fake, weights)
    called = p_fake >= 0.5
    expected = {
        "accuracy": reference.accuracy_score(labels, called, sample_weight=weights),
        "balanced_accuracy": reference.balanced_accuracy_score(labels, called, sample_weight=weights),
        "auc": reference.roc_auc_score(labels, p_fake, sample_weight=weights),
        "average_precision": reference.average_precision_score(labels, p_fake, sample_weight=weights),
        "log_loss": reference.log_loss(labels, np.clip(p_fake, 1e-7, 1 - 1e-7), sample_weight=weights),
        "brier": reference.brier_score_loss(labels, p_fake, sample_weight=weights),
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    alarms, hits, _ = reference.roc_curve(labels, p_fake, sample_weight=weights)
    assert found["roc"][1:] == pytest.approx(np.interp(ROC_GRID, alarms, hits)[1:])


def test_groups_weigh_all_their_cases():
    labels, p_fake = np.array([0, 1, 0, 1, 1]), np.array([0.2, 0.6, 0.7, 0.4, 0.9])
    judged = Judged(labels, p_fake, np.array([0, 0, 1, 1, 2]), 3)
    weights = np.array([[2, 0, 1], [1, 1, 1], [0, 3, 0]], np.int32)
    together = judged.measure(weights)
    for row, each in enumerate(weights):
        alone = measure(labels, p_fake, each[[0, 0, 1, 1, 2]])
        assert {name: together[name][row] for name in METRICS} == pytest.approx({name: alone[name] for name in METRICS})


def test_equal_error_rate_of_exact_cases():
    # One of four reals at or above 0.6 and one of four fakes below it.
    assert measure([0, 0, 0, 0, 1, 1, 1, 1], [0.1, 0.2, 0.3, 0.7, 0.4, 0.6, 0.8, 0.9])["eer"] == pytest.approx(0.25)
    assert measure([0, 1], [0.1, 0.9])["eer"] == 0
    assert measure([0, 1], [0.9, 0.1])["eer"] == 1
    assert measure([0, 1], [0.5, 0.5])["eer"] == pytest.approx(0.5)
    # The curve rises at half of the reals from 1/3 to 2/3 of the fakes, and crosses 1/2 in between.
    assert measure([1, 0, 1, 1, 0], [0.9, 0.8, 0.7, 0.6, 0.5])["eer"] == pytest.approx(0.5)


def test_calibration_error_of_exact_cases():
    assert measure([0, 0, 0, 1], [0.25, 0.25, 0.25, 0.25])["ece"] == pytest.approx(0)
    # Two bins: 0.1..0.2 with mean 0.15 and half fake, 0.9..1 (1 belongs to it) with mean 0.95 and all fake.
    found = measure([0, 1, 1, 1], [0.12, 0.18, 0.9, 1.0])["ece"]
    assert found == pytest.approx(0.5 * 0.35 + 0.5 * 0.05)


def test_certain_and_wrong_is_finite():
    assert measure([0, 1], [1.0, 0.0])["log_loss"] == pytest.approx(-np.log(1e-7))


@pytest.mark.parametrize("label", [0, 1])
def test_one_class_leaves_undefined_what_is_undefined(label):
    found = measure([label] * 3, [0.9, 0.2, 0.6])
    undefined = {name for name in METRICS if np.isnan(found[name])}
    assert undefined == {"balanced_accuracy", "auc", "average_precision", "eer"}
    assert found["accuracy"] == pytest.approx([1 / 3, 2 / 3][label])
