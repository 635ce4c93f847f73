"""The network that judges without Keras is the one that was trained."""

import json
import shutil
import zipfile
from dataclasses import replace

import h5py
import numpy as np
import pytest

from keras_impl.core.openvino import Network
from keras_impl.core.tensorflow import keras
from keras_impl.errors import DataError
from keras_impl.models.resnet import network as resnet
from keras_impl.models.resnet.config import FacePicture, NetworkConfig, SpectrogramPicture, Stage
from keras_impl.models.resnet.graph import build_graph, mel_filters
from keras_impl.models.resnet.heat_maps import add_maps, explained_network
from keras_impl.models.resnet.spectrogram import build_spectrogram

pytestmark = pytest.mark.slow

SHORT = SpectrogramPicture(samples=16_000)
CONFIGS = {
    "faces": NetworkConfig(FacePicture(96)),
    "sound": NetworkConfig(SHORT),
    "sound, quiet parts hidden": NetworkConfig(replace(SHORT, least_power=1e-4)),
    "one stage": NetworkConfig(FacePicture(64), (Stage(2, 64, 2),), input_scale=1 / 32),
}


def inputs_of(config):
    generator = np.random.default_rng(0)
    if isinstance(config.picture, FacePicture):
        size = config.picture.size
        return generator.integers(0, 256, (3, size, size, 3)).astype(np.uint8)
    sounds = generator.normal(0, 2000, (3, config.picture.samples))
    sounds[1, 4000:9000] = 0
    sounds[2] *= 1 + np.sin(np.arange(config.picture.samples) / 700)
    return sounds.astype(np.int16)


@pytest.fixture(scope="module", params=CONFIGS)
def trained(request, tmp_path_factory):
    """A config, a model's file, and what Keras says of inputs."""
    config = CONFIGS[request.param]
    keras.utils.set_random_seed(0)
    inputs = inputs_of(config)
    backbone = resnet.load_backbone("none", config)
    resnet.adapt_batch_statistics(backbone, inputs, config)
    model = resnet.build_model(backbone, config)
    generator = np.random.default_rng(1)
    features = sum(8 * stage.filters for stage in config.stages)
    model.get_layer("standardised").set_weights([generator.normal(size=features), generator.uniform(0.5, 2, features)])
    model.get_layer("logit").set_weights([np.array([[1.7]]), np.array([-0.3])])
    path = tmp_path_factory.mktemp("model") / "model.keras"
    resnet.save_model(path, model)
    loaded = resnet.load_model(path, config)
    return config, path, inputs, add_maps(loaded, config).predict(inputs.astype(np.float32), verbose=0)


def test_logits_and_maps_are_those_of_keras(trained):
    config, path, inputs, expected = trained
    answers = Network(explained_network(path, config), threads=1)(inputs)
    assert len(answers) == len(expected) == 1 + len(config.stages)
    for answer, wanted in zip(answers, expected, strict=True):
        assert answer.shape == wanted.shape
        np.testing.assert_allclose(answer, wanted, atol=1e-3 * max(1, np.abs(wanted).max()))


def test_nothing_is_exported_and_nothing_kept(trained, tmp_path, monkeypatch):
    config, path, inputs, _ = trained
    monkeypatch.setenv("KERAS_IMPL_CACHE", str(tmp_path))
    Network(explained_network(path, config), threads=1)(inputs)
    assert not any(tmp_path.iterdir())


def test_a_file_of_another_network_or_a_damaged_one_is_one_line(trained, tmp_path):
    config, path, *_ = trained
    other = replace(
        config, stages=(*config.stages[:-1], replace(config.stages[-1], filters=config.stages[-1].filters // 2))
    )
    with pytest.raises(DataError, match="doesn't fit the network"):
        build_graph(path, other)
    for content in (b"", path.read_bytes()[:5000]):
        (tmp_path / "model.keras").write_bytes(content)
        with pytest.raises(DataError, match="can't be loaded"):
            build_graph(tmp_path / "model.keras", config)
    with pytest.raises(DataError, match="can't be loaded"):
        build_graph(tmp_path / "none.keras", config)


def test_a_file_that_claims_terabytes_or_nests_without_end_is_one_line(tmp_path):
    config = CONFIGS["one stage"]
    with h5py.File(tmp_path / "weights.h5", "w") as file:
        file.create_dataset("layers/conv2d/vars/0", (2**20, 2**20), "f4", chunks=(1, 1024))
        file.create_dataset("layers/conv2d/vars/1", (64,), "f4")
    layers = '{"config": {"layers": []}}'
    for name, said, told in (("bomb", layers, "doesn't fit"), ("deep", "[" * 200_000, "can't be loaded")):
        with zipfile.ZipFile(tmp_path / f"{name}.keras", "w") as archive:
            archive.writestr("config.json", said)
            archive.write(tmp_path / "weights.h5", "model.weights.h5")
        with pytest.raises(DataError, match=told):
            build_graph(tmp_path / f"{name}.keras", config)


def test_what_else_the_file_says_it_is_is_never_looked_at(trained, tmp_path):
    config, path, inputs, expected = trained
    changed = tmp_path / "model.keras"
    shutil.copy(path, changed)
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    said = json.loads(contents["config.json"])
    said["config"]["layers"].append({"class_name": "Lambda", "config": {"name": "bad", "function": "print(1)"}})
    with zipfile.ZipFile(changed, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, json.dumps(said) if name == "config.json" else content)
    answers = Network(explained_network(changed, config), threads=1)(inputs)
    np.testing.assert_allclose(answers[0], expected[0], atol=1e-3 * max(1, np.abs(expected[0]).max()))


def test_mel_filters_are_those_of_keras():
    picture = SpectrogramPicture()
    layer = build_spectrogram(picture).get_layer("spectrogram")
    bins = picture.fft // 2 + 1
    expected = layer.linear_to_mel_weight_matrix(
        picture.bands, bins, picture.sample_rate, picture.lowest, picture.highest
    )
    np.testing.assert_allclose(mel_filters(picture, bins), np.asarray(expected), atol=1e-4)
