"""The tutorial's published result comes out."""

import pytest

from keras_impl.demo.tutorial import run_tutorial

pytestmark = pytest.mark.slow


def test_tutorial_accuracies(photos, detector, embedder):
    result = run_tutorial(photos, detector, embedder)
    assert (result.train_accuracy, result.validation_accuracy) == (1.0, 1.0)
    assert result.train_photos + len(result.faceless) == 93
    assert result.validation_photos == 25
    assert result.faceless[0].startswith("train/elton_john/")
    assert "100.0% of 25 validation photos" in result.sentence
