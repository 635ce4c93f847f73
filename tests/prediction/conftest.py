"""A judge whose models are stood in for."""

import numpy as np
import pytest

from keras_impl.demo.clips import SIDE, write_clip
from keras_impl.prediction.judge import Judge
from keras_impl.prediction.trained import find_models
from tests.prediction.films import add_sound
from tests.prediction.models import add_model
from tests.prediction.standin import StandInSpeechScorers, stand_in_for_faces
from tests.speech.speech import speak, write_wav


@pytest.fixture
def models(tmp_path):
    """A results folder with two approaches whose files are no real models."""
    for approach in ("resnet", "svm"):
        add_model(tmp_path / "results", approach)
    return find_models(tmp_path / "results")


@pytest.fixture
def judge(models, monkeypatch):
    """A judge that scores by brightness."""
    stand_in_for_faces(monkeypatch)
    return Judge(models)


@pytest.fixture
def dark_clip(tmp_path):
    """A clip that shows nobody."""
    write_clip(tmp_path / "dark.mp4", [np.full((SIDE, SIDE, 3), 60, np.uint8)] * 4, 20)
    return tmp_path / "dark.mp4"


@pytest.fixture
def both_models(models):
    """The same folder with models of sound, too."""
    for approach in ("resnet", "svm"):
        add_model(models.folder / "sound", approach, modality="sound")
    return find_models(models.folder)


@pytest.fixture
def both_judge(both_models, monkeypatch):
    """A judge that scores faces by brightness, and finds all sound fake."""
    stand_in_for_faces(monkeypatch)
    monkeypatch.setattr("keras_impl.prediction.speech.Scorers", StandInSpeechScorers)
    return Judge(both_models)


@pytest.fixture(scope="session")
def speech(tmp_path_factory):
    """A recording in which somebody speaks for ten seconds."""
    return write_wav(tmp_path_factory.mktemp("speech") / "speech.wav", speak(10))


@pytest.fixture(scope="session")
def talking_clip(clip, tmp_path_factory):
    """The clip of one face, with speech."""
    return add_sound(clip, speak(10), tmp_path_factory.mktemp("talking") / "talking.mp4")
