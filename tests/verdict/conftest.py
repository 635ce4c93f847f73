"""A judge whose models are stood in for."""

import numpy as np
import pytest

from keras_impl.demo.clips import SIDE, write_clip
from keras_impl.verdict import judge as judge_module
from keras_impl.verdict.models import find_models
from tests.verdict.models import add_model
from tests.verdict.standin import StandInScorer


@pytest.fixture
def models(tmp_path):
    """A results folder with two approaches whose files are no real models."""
    for approach in ("resnet", "svm"):
        add_model(tmp_path / "results", approach)
    return find_models(tmp_path / "results")


@pytest.fixture
def judge(models, monkeypatch):
    """A judge that scores by brightness."""
    monkeypatch.setattr(judge_module, "Scorer", StandInScorer)
    return judge_module.Judge(models)


@pytest.fixture
def dark_clip(tmp_path):
    """A clip that shows nobody."""
    write_clip(tmp_path / "dark.mp4", [np.full((SIDE, SIDE, 3), 60, np.uint8)] * 4, 20)
    return tmp_path / "dark.mp4"
