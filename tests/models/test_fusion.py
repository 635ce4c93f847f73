"""The fusion: weights what helps, and only that."""

import numpy as np
import pytest
from scipy.special import expit

from keras_impl.errors import DataError, TrainingError
from keras_impl.models.fusion import fit_fusion, logits_of
from keras_impl.splits.held_out import read_held_out, write_held_out
from keras_impl.splits.split import Fold, Split


def test_an_approach_that_knows_nothing_gets_no_weight():
    generator = np.random.default_rng(0)
    labels = np.arange(2000) % 2
    knows, guesses = generator.normal(4 * labels - 2, 2), generator.normal(0, 2, 2000)
    fusion = fit_fusion(logits_of(expit(knows), expit(guesses)), labels)
    assert fusion.coef_[0] == pytest.approx([1, 0], abs=0.1)


def test_what_both_know_is_added_up():
    generator = np.random.default_rng(0)
    labels = np.arange(2000) % 2
    first, second = (generator.normal(4 * labels - 2, 2) for _ in range(2))
    fusion = fit_fusion(logits_of(expit(first), expit(second)), labels)
    assert fusion.coef_[0] == pytest.approx([1, 1], abs=0.2)


def test_certainty_stays_finite_and_one_class_is_an_error():
    logits = logits_of(np.array([0.0, 1.0]), np.array([0.5, 0.5]))
    assert np.isfinite(logits).all()
    with pytest.raises(TrainingError, match="tuning part"):
        fit_fusion(logits, np.zeros(2, int))


def test_held_out_faces_of_another_split_are_refused(tmp_path):
    split = Split("video", "video", 0, (Fold(("a", "b"), ("c",)),))
    other = Split("video", "video", 0, (Fold(("a", "c"), ("b",)),))
    with pytest.raises(DataError, match="train_resnet first"):
        read_held_out(tmp_path, split)
    write_held_out(tmp_path, split, [["a"]])
    assert read_held_out(tmp_path, split) == [["a"]]
    with pytest.raises(DataError, match="not of this split"):
        read_held_out(tmp_path, other)
