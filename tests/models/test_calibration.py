"""Thresholds from unseen videos: equal error, a false-positive rate, and what it needs."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from keras_impl.errors import DataError
from keras_impl.models import calibration as operating
from keras_impl.models.calibration import OperatingPoints, operating_points
from keras_impl.models.fusion import score_out_of_fold
from keras_impl.models.svm import fit_svm
from keras_impl.models.svm import score_out_of_fold as score_svm_out_of_fold


def test_the_faces_of_a_video_are_averaged_in_logits():
    points = operating_points(np.array(["a", "b", "a"]), np.array([0, 1, 0]), 1 / (1 + np.exp(-np.array([1.0, 3, 2]))))
    assert points.real == pytest.approx((1.5,), abs=1e-4)
    assert points.fake == pytest.approx((3.0,), abs=1e-4)
    assert points.calibrated_range == pytest.approx((1.5, 3.0), abs=1e-4)


def test_at_the_threshold_of_equal_error_both_errors_are_equal():
    generator = np.random.default_rng(0)
    points = OperatingPoints(*(tuple(np.sort(generator.normal(mean, 1, 5000))) for mean in (0, 2)))
    assert points.equal_error == pytest.approx(1, abs=0.05)
    assert points.error == pytest.approx(0.1587, abs=0.01)


def test_classes_that_are_apart_have_the_threshold_in_the_middle():
    assert OperatingPoints((-3.0, -2.0), (2.0, 5.0)).equal_error == pytest.approx(0)
    assert OperatingPoints((-3.0, -2.0), (2.0, 5.0)).error == 0


def test_no_more_real_videos_than_promised_are_called_fake_on_average():
    generator = np.random.default_rng(0)
    rates = []
    for _ in range(400):
        points = OperatingPoints(tuple(np.sort(generator.normal(size=30))), (1.0,))
        rates.append((generator.normal(size=500) > points.threshold(0.1)).mean())
    assert 0.08 < np.mean(rates) <= 0.103


def test_what_so_few_videos_cannot_promise_is_an_error_that_says_how_many_it_takes():
    points = OperatingPoints(tuple(np.arange(18.0)), (1.0,))
    assert points.threshold(0.1) == 17 - 0
    with pytest.raises(DataError, match="needs at least 19 held-out real videos, and this model has 18"):
        points.threshold(0.05)
    assert OperatingPoints(tuple(np.arange(19.0)), (1.0,)).threshold(0.05) == 18


def test_without_a_class_nothing_is_claimed():
    points = OperatingPoints((1.0,), ())
    assert (points.equal_error, points.calibrated_range) == (0, (-math.inf, math.inf))
    assert math.isnan(points.error)


def test_the_file_gives_back_what_was_written(tmp_path):
    points = OperatingPoints((-1.25, 0.5), (0.25,))
    operating.write_operating_points(tmp_path, points)
    assert operating.read_operating_points(tmp_path) == points


@pytest.mark.parametrize("content", ["{}", "[]", '{"real": [1, 0], "fake": [1]}', '{"real": ["x"], "fake": []}', "{"])
def test_a_damaged_file_is_refused(tmp_path, content):
    (tmp_path / operating.OPERATING_NAME).write_text(content)
    with pytest.raises(DataError, match="train the model again"):
        operating.read_operating_points(tmp_path)


def noise_in_groups(count=120):
    """Vectors that tell groups apart and nothing else."""
    generator = np.random.default_rng(0)
    groups = np.repeat(np.arange(count // 4), 4)
    labels = groups % 2
    vectors = generator.normal(size=(count // 4, 16))[groups] + generator.normal(0, 0.05, (count, 16))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True), labels, groups.astype(str)


def test_the_svms_scores_out_of_fold_do_not_know_the_groups_that_they_are_of():
    vectors, labels, groups = noise_in_groups()
    fit = fit_svm(vectors, labels, groups, "rbf")
    unseen = score_svm_out_of_fold(fit, vectors, labels, groups)
    right = ((unseen > 0.5) == labels).mean()
    assert right < 0.75
    assert ((fit.model.predict_proba(vectors)[:, 1] > 0.5) == labels).mean() > right


def test_the_fusions_scores_out_of_fold_cover_all_faces_or_none():
    _, labels, groups = noise_in_groups()
    logits = np.random.default_rng(0).normal(labels[:, None], 1, (len(labels), 2))
    assert ((score_out_of_fold(logits, labels, groups) > 0.5) == labels).mean() > 0.6
    assert len(score_out_of_fold(logits, labels, np.where(labels, "a", "b"))) == 0


def test_a_models_own_rate_and_ranges_come_back_and_decide_where_no_rate_is_asked_for(tmp_path):
    quality = {"noise": (0.5, 9.25), "size": (40.0, math.inf), "reverberation": (-math.inf, 0.75)}
    points = OperatingPoints(tuple(np.arange(40.0)), (1.0, 50.0), 0.05, quality)
    operating.write_operating_points(tmp_path, points)
    assert operating.read_operating_points(tmp_path) == points
    assert points.threshold() == points.threshold(0.05) == 38
    assert points.threshold(0.5) < 38
    assert replace(points, max_fpr=None).threshold() == points.equal_error


@pytest.mark.parametrize(
    "damage",
    [
        {"max_fpr": 2.0},
        {"max_fpr": 0.001},
        {"max_fpr": "low"},
        {"quality": {"noise": [3, 1]}},
        {"quality": {"noise": [10**400, None]}},
        {"quality": {"noise": 3}},
        {"quality": [1, 2]},
    ],
)
def test_a_rate_that_cannot_be_and_ranges_that_are_none_are_refused(damage, tmp_path):
    operating.write_operating_points(tmp_path, OperatingPoints(tuple(np.arange(40.0)), (1.0,)))
    path = tmp_path / operating.OPERATING_NAME
    path.write_text(json.dumps(json.loads(path.read_text()) | damage))
    with pytest.raises(DataError, match=r"operating_points\.json doesn't hold"):
        operating.read_operating_points(tmp_path)
