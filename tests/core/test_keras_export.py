"""Networks that Keras alone can build give what they give in Keras, and are exported once."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from keras_impl.core.keras_export import GRAPH_NAME, PROOF_NAME, WEIGHTS_NAME, KerasExport
from keras_impl.core.openvino import Network
from keras_impl.errors import WeightsError


@pytest.fixture
def export(tmp_path, monkeypatch):
    """A tiny network, its cache, and how often it was built."""
    monkeypatch.setenv("KERAS_IMPL_CACHE", str(tmp_path))
    built = []

    def build():
        from keras_impl.core.tensorflow import keras

        built.append(1)
        numbers = keras.Input((3,))
        return keras.Model(numbers, keras.layers.Dense(1, kernel_initializer="ones")(numbers))

    return KerasExport("tiny", "0" * 64, build), built


def test_an_export_is_made_once(export):
    export, built = export
    for _ in range(2):
        (answer,) = Network(export.read())(np.array([[1, 2, 3]], np.float32))
        assert answer.tolist() == [[6]]
    assert len(built) == 1
    other = KerasExport("tiny", "1" * 64, export.build)
    assert other.exported() != export.exported()


@pytest.mark.parametrize("harm", ["damaged", "cut short", "foreign", "unproven"])
def test_a_damaged_or_foreign_export_is_made_anew(export, harm):
    export, built = export
    folder = export.exported()
    if harm == "damaged":
        (folder / GRAPH_NAME).write_text("<net>")
    elif harm == "cut short":
        (folder / WEIGHTS_NAME).write_bytes(b"")
    elif harm == "unproven":
        (folder / PROOF_NAME).unlink()
    else:  # whole, but of other weights
        shutil.rmtree(folder)
        shutil.copytree(KerasExport("tiny", "1" * 64, export.build).exported(), folder)
    before = len(built)
    assert Network(export.read())(np.ones((1, 3), np.float32))[0] == pytest.approx(3)
    assert len(built) == before + 1
    Network(export.read())
    assert len(built) == before + 1


def test_another_config_is_another_export(export):
    export, _ = export
    other = KerasExport("tiny", "0" * 64, export.build, {"size": 96})
    assert other.exported() != export.exported()


def test_a_failed_export_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_IMPL_CACHE", str(tmp_path))

    def build():
        raise WeightsError("no weights")

    with pytest.raises(WeightsError, match="no weights"):
        Network(KerasExport("none", "0" * 64, build).read())
    assert list(Path(tmp_path, "networks").iterdir()) == []


def test_of_a_network_trained_again_and_again_the_latest_exports_are_kept(export):
    export, _ = export
    folders = []
    for number in range(3):
        folders.append(KerasExport("tiny", str(number) * 64, export.build, most_kept=2).exported())
        os.utime(folders[-1], (number, number))
    assert [folder.is_dir() for folder in folders] == [False, True, True]
