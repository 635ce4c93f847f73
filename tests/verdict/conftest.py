"""A judge whose models are stood in for, and clips to be judged."""

import cv2
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


@pytest.fixture(scope="session")
def face(portrait):
    """A square picture of one face, RGB, as large as the demo's clips."""
    side = min(portrait.shape[:2])
    return cv2.resize(portrait[:side, :side], (SIDE, SIDE))


@pytest.fixture(scope="session")
def clip(face, tmp_path_factory):
    """A clip of twelve frames of one face that gets brighter."""
    path = tmp_path_factory.mktemp("clip") / "face.mp4"
    frames = [cv2.convertScaleAbs(face, alpha=0.8 + 0.03 * number) for number in range(12)]
    write_clip(path, frames, 20)
    return path


@pytest.fixture
def dark_clip(tmp_path):
    """A clip that shows nobody."""
    write_clip(tmp_path / "dark.mp4", [np.full((SIDE, SIDE, 3), 60, np.uint8)] * 4, 20)
    return tmp_path / "dark.mp4"
