"""A training that came to its end with the same inputs is recognised; anything else is not."""

import json

import numpy as np
import pandas as pd
import pytest

from keras_impl.core.storage import sha256_of_file
from keras_impl.faces.config import FaceConfig
from keras_impl.faces.modality import FACES
from keras_impl.models.finished import INPUTS_KEY, inputs_of, is_finished
from keras_impl.models.run import Run
from keras_impl.splits.split import Fold, Split


def run_of(trains=("a",), index="i", config=None):
    split = Split("video", "video", 0, (Fold(trains, ("b",)),))
    return Run(FACES, pd.DataFrame(), split, config or FaceConfig(), {"index_sha256": index}, 0.0)


def test_samples_split_and_settings_decide():
    asked = {"seed": 0, "kernel": "linear"}
    known = inputs_of(run_of(), asked)
    assert inputs_of(run_of(), dict(reversed(asked.items()))) == known
    others = [
        inputs_of(run_of(("a", "c")), asked),
        inputs_of(run_of(index="j"), asked),
        inputs_of(run_of(config=FaceConfig(min_face_size=20)), asked),
        inputs_of(run_of(), asked | {"seed": 1}),
    ]
    assert len({known, *others}) == 5


@pytest.fixture
def folder(tmp_path):
    """What a training wrote."""
    (tmp_path / "scores.csv").write_text("scores")
    (tmp_path / "model.bin").write_bytes(np.arange(9).tobytes())
    card = {INPUTS_KEY: "x", "files": {"model.bin": sha256_of_file(tmp_path / "model.bin")}}
    (tmp_path / "model.json").write_text(json.dumps(card))
    return tmp_path


def test_what_is_whole_and_of_these_inputs_is_finished(folder):
    assert is_finished(folder, "x")
    assert not is_finished(folder, "y")


@pytest.mark.parametrize("name", ["scores.csv", "model.bin", "model.json"])
def test_what_lacks_a_file_is_not(folder, name):
    (folder / name).unlink()
    assert not is_finished(folder, "x")


@pytest.mark.parametrize(("name", "text"), [("model.bin", "changed"), ("model.json", "{"), ("model.json", "[]")])
def test_what_somebody_changed_is_not(folder, name, text):
    (folder / name).write_text(text)
    assert not is_finished(folder, "x")
