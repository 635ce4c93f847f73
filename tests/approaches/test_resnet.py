"""ResNet50: the preprocessing inside, what trains when, and saving."""

import subprocess
import sys

import numpy as np
import pytest

from keras_impl.approaches import resnet
from keras_impl.backend import keras
from keras_impl.errors import DataError, TrainingError, WeightsError

SIZE = resnet.INPUT_SIZE


@pytest.fixture(scope="module")
def faces():
    """Twelve grey pictures with noise; the noisier ones are called fake."""
    generator = np.random.default_rng(0)
    labels = np.arange(12) % 2
    noise = np.where(labels, 60, 10)[:, None, None, None]
    return np.clip(generator.normal(128, noise, (12, SIZE, SIZE, 3)), 0, 255).astype(np.uint8), labels


@pytest.fixture
def short(monkeypatch):
    """Phases of few epochs."""
    monkeypatch.setattr(resnet, "HEAD", resnet.Phase("head", 3, 2, 1e-2))
    monkeypatch.setattr(resnet, "TOP", resnet.Phase("top stage", 1, 1, 1e-4))


@pytest.fixture
def model(faces):
    resnet.seed_everything(0)
    built = resnet.build_model("none")
    resnet.adapt_batch_statistics(built, faces[0])
    return built


def train(model, faces, labels, held_out, report=lambda _: None):
    """Train on faces directly."""
    maps = resnet.trunk_of(model).predict(faces, verbose=0).astype(np.float16)
    return resnet.train(model, maps, np.arange(len(faces)), labels, held_out, report=report)


def weights_of(model, kind, stage):
    return [
        weight.numpy().copy()
        for layer in model.get_layer("resnet50").layers
        if isinstance(layer, kind) and layer.name.startswith(stage)
        for weight in layer.weights
    ]


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_preprocessing_is_part_of_the_model(model, faces):
    pixels = faces[0][:2].astype("float32")
    backbone = model.get_layer("resnet50")
    features = backbone(keras.applications.resnet50.preprocess_input(pixels.copy()))
    pooled = keras.Model(model.input, model.get_layer("pooled").output)
    assert np.allclose(pooled(pixels), np.mean(features, axis=(1, 2)), atol=1e-4)
    assert not np.allclose(pooled(pixels), pooled(pixels[..., ::-1]), atol=1e-3)  # RGB is not BGR


def test_only_the_top_stages_convolutions_and_the_head_change(model, faces, short):
    norm, conv = keras.layers.BatchNormalization, keras.layers.Conv2D
    before = [weights_of(model, norm, ""), weights_of(model, conv, "conv4"), weights_of(model, conv, "conv5")]
    head = model.get_layer("logit").get_weights()
    history = train(model, *faces, held_out=np.zeros(12, bool))
    assert same(before[0], weights_of(model, norm, ""))
    assert same(before[1], weights_of(model, conv, "conv4"))
    assert not same(before[2], weights_of(model, conv, "conv5"))
    assert not np.array_equal(head[0], model.get_layer("logit").get_weights()[0])
    assert history["phase"].tolist() == ["head"] * 3 + ["top stage"]
    assert history["held_out_loss"].isna().all()


def test_learns_what_can_be_learnt_and_high_means_fake(model, faces):
    held_out = np.arange(12) >= 8
    reports = []
    history = train(model, *faces, held_out=held_out, report=reports.append)
    p_fake = resnet.predict(model, faces[0])
    assert ((p_fake >= 0.5) == faces[1]).all()
    assert history["held_out_loss"].notna().all()
    assert len(reports) == len(history)
    assert reports[0].startswith("ResNet50, head: epoch 1 of at most 100, loss ")


def test_a_phase_that_makes_things_worse_is_undone(model, faces, monkeypatch):
    monkeypatch.setattr(resnet, "HEAD", resnet.Phase("head", 20, 20, 1e-3))
    monkeypatch.setattr(resnet, "TOP", resnet.Phase("top stage", 1, 1, 1e3))
    before = weights_of(model, keras.layers.Conv2D, "conv5")
    history = train(model, *faces, held_out=np.arange(12) >= 8)
    assert not history["held_out_loss"].iloc[-1] < 1  # it may well be nan
    assert same(before, weights_of(model, keras.layers.Conv2D, "conv5"))


def test_batch_statistics_of_a_random_network_are_those_of_the_faces(faces):
    keras.utils.set_random_seed(0)
    model = resnet.build_model("none")
    backbone = model.get_layer("resnet50")
    deep = keras.Model(backbone.input, backbone.get_layer("conv4_block6_3_bn").output)
    pixels = keras.applications.resnet50.preprocess_input(faces[0].astype("float32"))
    assert np.std(deep(pixels)) != pytest.approx(1, abs=0.2)
    resnet.adapt_batch_statistics(model, faces[0])
    assert np.std(deep(pixels)) == pytest.approx(1, abs=0.01)
    assert np.mean(deep(pixels)) == pytest.approx(0, abs=0.01)
    momenta = {layer.momentum for layer in model.get_layer("resnet50").layers if hasattr(layer, "momentum")}
    assert momenta == {0.99}


def test_trunk_and_top_are_the_whole_model(model, faces):
    maps = resnet.trunk_of(model).predict(faces[0], verbose=0)
    assert maps.shape[1:] == (10, 10, 1024)
    rows = np.array([7, 2])
    assert resnet.predict_from_maps(model, maps, rows) == pytest.approx(resnet.predict(model, faces[0])[rows], abs=1e-5)


def test_equal_seeds_give_equal_models_and_scores(faces, short):
    def scores():
        resnet.seed_everything(3)
        model = resnet.build_model("none")
        resnet.adapt_batch_statistics(model, faces[0])
        train(model, *faces, held_out=np.arange(12) >= 8)
        return resnet.predict(model, faces[0])

    assert scores() == pytest.approx(scores(), abs=1e-6)


def test_the_saved_file_holds_no_optimizer(model, faces, short, tmp_path):
    train(model, *faces, held_out=np.zeros(12, bool))
    resnet.save_model(tmp_path / "model.keras", model)
    assert (tmp_path / "model.keras").stat().st_size < 100e6


def test_batch_equals_single(model, faces):
    together = resnet.predict(model, faces[0])
    alone = [resnet.predict(model, face[None])[0] for face in faces[0][:3]]
    assert alone == pytest.approx(together[:3], abs=1e-4)
    assert resnet.predict(model, faces[0][:0]).shape == (0,)


def test_reloads_in_a_fresh_process_without_this_package(model, faces, tmp_path):
    resnet.save_model(tmp_path / "model.keras", model)
    np.save(tmp_path / "faces.npy", faces[0])
    assert np.array_equal(
        resnet.predict(resnet.load_model(tmp_path / "model.keras"), faces[0]), resnet.predict(model, faces[0])
    )
    code = (
        "import keras, numpy; model = keras.models.load_model('model.keras');"
        "numpy.save('logits.npy', model.predict(numpy.load('faces.npy'), verbose=0))"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True)
    logits = np.load(tmp_path / "logits.npy")[:, 0]
    assert 1 / (1 + np.exp(-logits)) == pytest.approx(resnet.predict(model, faces[0]), abs=1e-5)


def test_weights_from_a_file(tmp_path):
    keras.utils.set_random_seed(1)
    backbone = keras.applications.ResNet50(include_top=False, weights=None)
    path = tmp_path / "some.weights.h5"
    backbone.save_weights(path)
    loaded = resnet.load_backbone(str(path))
    assert same(backbone.get_weights(), loaded.get_weights())


@pytest.mark.parametrize(
    ("name", "content"), [("x.h5", b"no weights"), ("x.npz", b""), ("missing.h5", None), ("imagnet", None)]
)
def test_a_file_without_weights_is_refused(tmp_path, name, content):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WeightsError):
        resnet.load_backbone(str(path))


def test_an_unreachable_download_names_the_ways_out(monkeypatch):
    def fail(**_):
        raise Exception("URL fetch failure on https://example.org: None -- unreachable")

    monkeypatch.setattr(keras.applications, "ResNet50", fail)
    with pytest.raises(WeightsError, match=r"--backbone-weights FILE.*--backbone-weights none"):
        resnet.load_backbone("imagenet")


def test_one_class_is_an_error(model, faces):
    with pytest.raises(TrainingError, match="only one class"):
        train(model, faces[0], np.ones(12, int), held_out=np.zeros(12, bool))


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04broken"])
def test_a_file_that_is_no_model_is_refused(tmp_path, content):
    path = tmp_path / "model.keras"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"train_resnet"):
        resnet.load_model(path)


def test_a_model_with_code_in_it_is_refused(tmp_path):
    entry = keras.Input((1,))
    model = keras.Model(entry, keras.layers.Lambda(lambda x: x * 2)(entry))
    model.save(tmp_path / "model.keras")
    with pytest.raises(DataError, match="can't be loaded"):
        resnet.load_model(tmp_path / "model.keras")
