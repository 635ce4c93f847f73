"""Networks run by OpenVINO give what the Keras networks give, and are exported once."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from keras_impl.core.openvino import GRAPH_NAME, PROOF_NAME, WEIGHTS_NAME, Network, Source
from keras_impl.errors import WeightsError
from keras_impl.faces import mtcnn as detection
from keras_impl.models.facenet import embedder as facenet
from keras_impl.models.facenet.weights import find_weights


@pytest.mark.parametrize(("place", "side"), [(0, 33), (1, 24), (2, 48)])
def test_mtcnn_equals_keras(place, side):
    source = detection.networks()[place]
    pixels = np.random.default_rng(0).integers(0, 256, (5, side, side + (side == 33), 3), np.uint8)
    expected = source.build().predict(pixels, verbose=0)
    found = Network(source)(pixels)
    assert len(found) == len(expected)
    for output, reference in zip(found, expected, strict=True):
        assert output == pytest.approx(reference, abs=2e-5)


@pytest.mark.slow
def test_facenet_equals_keras(portrait):
    source = facenet.network(find_weights())
    batch = np.stack([facenet.standardise(portrait[:160, :160]), facenet.standardise(portrait[40:200, 40:200])])
    expected = source.build().predict(batch, verbose=0)
    assert Network(source)(batch)[0] == pytest.approx(expected, abs=1e-4)


@pytest.fixture
def source(tmp_path, monkeypatch):
    """A tiny network, its cache, and how often it was built."""
    monkeypatch.setenv("KERAS_IMPL_CACHE", str(tmp_path))
    built = []

    def build():
        from keras_impl.core.tensorflow import keras

        built.append(1)
        numbers = keras.Input((3,))
        return keras.Model(numbers, keras.layers.Dense(1, kernel_initializer="ones")(numbers))

    return Source("tiny", "0" * 64, build), built


def test_an_export_is_made_once(source):
    source, built = source
    for _ in range(2):
        (answer,) = Network(source)(np.array([[1, 2, 3]], np.float32))
        assert answer.tolist() == [[6]]
    assert len(built) == 1
    other = Source("tiny", "1" * 64, source.build)
    assert other.exported() != source.exported()


@pytest.mark.parametrize("harm", ["damaged", "cut short", "foreign", "unproven"])
def test_a_damaged_or_foreign_export_is_made_anew(source, harm):
    source, built = source
    folder = source.exported()
    if harm == "damaged":
        (folder / GRAPH_NAME).write_text("<net>")
    elif harm == "cut short":
        (folder / WEIGHTS_NAME).write_bytes(b"")
    elif harm == "unproven":
        (folder / PROOF_NAME).unlink()
    else:  # whole, but of other weights
        shutil.rmtree(folder)
        shutil.copytree(Source("tiny", "1" * 64, source.build).exported(), folder)
    before = len(built)
    assert Network(source)(np.ones((1, 3), np.float32))[0] == pytest.approx(3)
    assert len(built) == before + 1
    Network(source)
    assert len(built) == before + 1


def test_another_config_is_another_export(source):
    source, _ = source
    other = Source("tiny", "0" * 64, source.build, {"size": 96})
    assert other.exported() != source.exported()


def test_a_failed_export_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_IMPL_CACHE", str(tmp_path))

    def build():
        raise WeightsError("no weights")

    with pytest.raises(WeightsError, match="no weights"):
        Network(Source("none", "0" * 64, build))
    assert list(Path(tmp_path, "networks").iterdir()) == []


def test_of_a_network_trained_again_and_again_the_latest_exports_are_kept(source):
    source, _ = source
    folders = []
    for number in range(3):
        folders.append(Source("tiny", str(number) * 64, source.build, most_kept=2).exported())
        os.utime(folders[-1], (number, number))
    assert [folder.is_dir() for folder in folders] == [False, True, True]
