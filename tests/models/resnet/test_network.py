"""ResNet50: the same network as Keras's, preprocessing inside, weights from anywhere, saving."""

import subprocess
import sys

import h5py
import numpy as np
import pytest
from scipy.special import expit

from keras_impl.core.tensorflow import keras
from keras_impl.errors import DataError, WeightsError
from keras_impl.models.resnet import network as resnet
from keras_impl.models.resnet.config import NetworkConfig
from keras_impl.models.resnet.resnet50 import SHIPPED
from keras_impl.models.trained import read_trained
from tests.models.resnet.noise import NETWORK, noisy_faces

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def faces():
    return noisy_faces().take(np.arange(12))


@pytest.fixture(scope="module")
def backbone(faces):
    keras.utils.set_random_seed(0)
    made = resnet.load_backbone("none", NETWORK)
    resnet.adapt_batch_statistics(made, faces, NETWORK)
    return made


def write_like_keras_download(path, model):
    """A group a layer, with the names of its weights, as Keras 2 wrote them."""
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [layer.name.encode() for layer in model.layers]
        for layer in model.layers:
            group = file.create_group(layer.name)
            names = [f"{layer.name}/{weight.name}:0" for weight in layer.weights]
            group.attrs["weight_names"] = [name.encode() for name in names]
            for name, weight in zip(names, layer.get_weights(), strict=True):
                group[name] = weight


@pytest.fixture
def model(backbone):
    built = resnet.build_model(backbone, NETWORK)
    built.get_layer("margin").set_weights([np.random.default_rng(0).normal(size=(3584, 1)), np.zeros(1)])
    return built


def test_features_are_mean_and_root_mean_square_of_keras_own_maps(backbone, model, faces):
    names = ("conv2_block3_out", "conv3_block4_out", "conv4_block6_out")
    maps = keras.Model(backbone.input, [backbone.get_layer(name).output for name in names])
    view = faces[:2].astype("float32")
    expected = []
    for values in map(np.asarray, maps(keras.applications.resnet50.preprocess_input(view))):
        expected += [values.mean((1, 2)), np.sqrt((values**2).mean((1, 2)))]
    features = keras.Model(model.input, model.get_layer("features").output)(faces[:2])
    assert np.allclose(features, np.hstack(expected), rtol=1e-3, atol=1e-3)


def test_rgb_is_not_bgr(model, faces):
    logits = model(faces[:1])
    assert not np.allclose(model(faces[:1, ..., ::-1].copy()), logits, atol=1e-3)


def test_batch_statistics_of_a_random_network_are_those_of_the_faces(backbone, faces):
    deep = keras.Model(backbone.input, backbone.get_layer("conv4_block6_3_bn").output)
    pixels = keras.applications.resnet50.preprocess_input(faces.astype("float32"))
    assert np.std(deep(pixels)) == pytest.approx(1, abs=0.01)
    assert np.mean(deep(pixels)) == pytest.approx(0, abs=0.01)


def test_bfloat16_is_near_float32_and_is_not_what_is_saved(backbone, model, faces):
    small = resnet.build_model(backbone, NETWORK, "mixed_bfloat16")
    small.set_weights(model.get_weights())
    assert small.get_layer("conv2_block1_1_conv").compute_dtype == "bfloat16"
    assert {weight.dtype for weight in small.weights} == {"float32"}
    assert resnet.predict(small, faces) == pytest.approx(resnet.predict(model, faces), abs=0.1)
    back = resnet.in_float32(small, NETWORK)
    assert back.get_layer("conv2_block1_1_conv").compute_dtype == "float32"
    assert np.array_equal(resnet.predict(back, faces), resnet.predict(model, faces))


def test_batch_equals_single(model, faces):
    together = resnet.predict(model, faces)
    alone = [resnet.predict(model, face[None])[0] for face in faces[:3]]
    assert alone == pytest.approx(together[:3], abs=1e-4)
    assert resnet.predict(model, faces[:0]).shape == (0,)


def test_reloads_in_a_fresh_process_without_this_package(model, faces, tmp_path):
    resnet.save_model(tmp_path / "model.keras", model)
    np.save(tmp_path / "faces.npy", faces)
    loaded = resnet.load_model(tmp_path / "model.keras", NETWORK)
    assert resnet.predict(loaded, faces) == pytest.approx(resnet.predict(model, faces), abs=1e-6)
    code = (
        "import keras, numpy; model = keras.models.load_model('model.keras');"
        "numpy.save('logits.npy', model.predict(numpy.load('faces.npy'), verbose=0))"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True)
    logits = np.load(tmp_path / "logits.npy")[:, 0]
    assert expit(logits) == pytest.approx(resnet.predict(model, faces), abs=1e-5)


@pytest.mark.parametrize("name", ["some.weights.h5", "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5"])
def test_weights_from_a_file(tmp_path, name):
    """As Keras 3 writes them, and in the older form of its ImageNet download."""
    keras.utils.set_random_seed(1)
    backbone = keras.applications.ResNet50(include_top=False, weights=None)
    path = tmp_path / name
    if name.startswith("some"):
        backbone.save_weights(path)
    else:
        write_like_keras_download(path, backbone)
    loaded = resnet.load_backbone(str(path), NETWORK)
    assert all(np.array_equal(a, b) for a, b in zip(backbone.get_weights(), loaded.get_weights(), strict=True))


def test_a_start_from_the_packages_detector_has_its_convolutions():
    trained = read_trained(SHIPPED, "resnet", resnet.MODEL_NAME, NetworkConfig)
    own = resnet.load_model(trained.path, trained.network)
    model = resnet.build_model(resnet.load_backbone("pretrained", NETWORK), NETWORK)
    convolutions = [layer.name for layer in own.layers if isinstance(layer, keras.layers.Conv2D)]
    assert len(convolutions) == 43
    for name in convolutions:
        for one, other in zip(own.get_layer(name).get_weights(), model.get_layer(name).get_weights(), strict=True):
            assert np.allclose(one, other, rtol=1e-5, atol=1e-7), name


@pytest.mark.parametrize(
    ("name", "content"), [("x.h5", b"no weights"), ("x.npz", b""), ("missing.h5", None), ("imagnet", None)]
)
def test_a_file_without_weights_is_refused(tmp_path, name, content):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WeightsError):
        resnet.load_backbone(str(path), NETWORK)


def test_an_unreachable_download_names_the_ways_out(monkeypatch):
    def fail(**_):
        raise Exception("URL fetch failure on https://example.org: None -- unreachable")

    monkeypatch.setattr(keras.applications, "ResNet50", fail)
    with pytest.raises(WeightsError, match=r"--backbone-weights FILE.*--backbone-weights pretrained.*none"):
        resnet.load_backbone("imagenet", NETWORK)


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04broken"])
def test_a_file_that_is_no_model_is_refused(tmp_path, content):
    path = tmp_path / "model.keras"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"train_resnet"):
        resnet.load_model(path, NETWORK)


def test_a_model_with_code_in_it_is_refused(tmp_path):
    entry = keras.Input((1,))
    model = keras.Model(entry, keras.layers.Lambda(lambda x: x * 2)(entry))
    model.save(tmp_path / "model.keras")
    with pytest.raises(DataError, match="can't be loaded"):
        resnet.load_model(tmp_path / "model.keras", NETWORK)


def test_kernels_are_kept_in_half_precision_and_come_back_as_they_were_rounded(model, faces, tmp_path):
    before = model.predict(faces, verbose=0)
    resnet.round_to_half(model)
    rounded = model.predict(faces, verbose=0)
    resnet.save_model(tmp_path / "model.keras", model)
    assert (tmp_path / "model.keras").stat().st_size < 20e6
    loaded = resnet.load_model(tmp_path / "model.keras", NETWORK)
    assert np.array_equal(loaded.predict(faces, verbose=0), rounded)
    assert 0 < np.abs(rounded - before).max() < 0.05 * np.abs(before).std() + 0.05
    for one, other in zip(model.get_weights(), loaded.get_weights(), strict=True):
        assert np.array_equal(one, other)
        assert other.dtype == np.float32
