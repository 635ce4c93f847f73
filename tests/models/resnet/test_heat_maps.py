"""The maps say where the logit comes from: exactly, and as the weights have it."""

import cv2
import numpy as np
import pytest

from keras_impl.core.openvino import Network
from keras_impl.core.tensorflow import keras
from keras_impl.models.resnet import network as resnet
from keras_impl.models.resnet import training
from keras_impl.models.resnet.heat_maps import add_maps, explained_network, join_maps
from keras_impl.models.resnet.recipe import FaceAugmentation, TrainingConfig
from tests.models.resnet.noise import NETWORK, SIDE, WINDOW, as_faces

pytestmark = pytest.mark.slow

PATCH = (slice(60, 100), slice(120, 160))
"""Where a fake of these tests is noisier than its original, pixels of the crop."""

BORDER = WINDOW.start
MAP_SIZE = 40
CELL = NETWORK.picture.size // MAP_SIZE


STRIPES = 40
"""Side of a striped square that real and fake faces have alike, each somewhere else: what a map must not name."""


def faces_with_a_noisy_patch(count=32, seed=0):
    generator = np.random.default_rng(seed)
    pixels = generator.normal(128, 12, (count, SIDE, SIDE, 3))
    labels = np.arange(count) % 2
    for face in pixels:
        y, x = generator.integers(BORDER, WINDOW.stop - STRIPES, 2)
        waves = 50 * np.sign(np.sin(np.arange(STRIPES) * generator.uniform(0.5, 1.5)))
        face[y : y + STRIPES, x : x + STRIPES] += waves[:, None, None] * generator.uniform(0, 1, 3)
    pixels[labels == 1, PATCH[0], PATCH[1]] += generator.normal(0, 40, (count // 2, 40, 40, 3))
    return as_faces(np.clip(pixels, 0, 255).astype(np.uint8), labels)


@pytest.fixture(scope="module")
def faces():
    return faces_with_a_noisy_patch()


@pytest.fixture(scope="module")
def model(faces):
    """The whole network with a head fitted to see the patch; its convolutions are random."""
    keras.utils.set_random_seed(0)
    backbone = resnet.load_backbone("none", NETWORK)
    resnet.adapt_batch_statistics(backbone, faces.take(np.arange(32)), NETWORK)
    built = resnet.build_model(backbone, NETWORK)
    training.fit_head(built, faces, np.arange(len(faces.labels)), 0, TrainingConfig(FaceAugmentation()))
    built.get_layer("logit").set_weights([np.array([[2.0]]), np.array([0.5])])
    return built


@pytest.fixture(scope="module")
def fakes():
    """Fakes that the model has not learnt from."""
    return faces_with_a_noisy_patch(seed=1).take(np.arange(1, 16, 2))


def explain(model, pixels):
    logits, *maps = (np.asarray(output) for output in add_maps(model, NETWORK).predict(pixels, verbose=0))
    return logits[:, 0], join_maps(maps)


def test_the_map_and_the_bias_add_up_to_the_logit(model, faces):
    logits, maps = explain(model, faces.take(np.arange(8)))
    bias = 2.0 * model.get_layer("margin").get_weights()[1][0] + 0.5
    assert maps.shape == (8, MAP_SIZE, MAP_SIZE)
    assert maps.sum((1, 2)) + bias == pytest.approx(logits, abs=2e-3)
    assert logits == pytest.approx(model.predict(faces.take(np.arange(8)), verbose=0)[:, 0], abs=1e-4)


def test_the_map_names_the_place_where_fakes_differ(model, fakes):
    _, maps = explain(model, fakes)
    rows, columns = (slice((part.start - BORDER) // CELL, (part.stop - BORDER) // CELL) for part in PATCH)
    inside = maps[:, rows, columns].mean((1, 2))
    assert (inside > 2 * np.abs(maps.mean((1, 2)))).mean() > 0.8


def test_other_weights_give_other_maps(model, fakes):
    """A sanity check that mere detectors of edges fail: they draw the same map whatever the weights are.

    After Adebayo et al. 2018 (arXiv 1810.03292). What was learnt is in the head here: the convolutions are random
    as they are. A random head may name the same places, with either sign; so several are drawn.
    """
    _, before = explain(model, fakes)
    margin = model.get_layer("margin")
    kernel, bias = margin.get_weights()
    generator = np.random.default_rng(0)
    likeness = []
    try:
        for _ in range(6):
            margin.set_weights([generator.normal(0, kernel.std(), kernel.shape), bias])
            _, after = explain(model, fakes)
            pairs = zip(before, after, strict=True)
            likeness.append(np.mean([np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in pairs]))
    finally:
        margin.set_weights([kernel, bias])
    assert min(likeness) < 0.3, likeness
    assert np.mean(likeness) < 0.7, likeness
    assert np.array_equal(explain(model, fakes)[1], before)


def test_blurring_what_the_map_names_changes_the_score_more_than_blurring_elsewhere(model, fakes):
    logits, maps = explain(model, fakes)
    side = 8  # cells of the map
    named = []
    for each in maps:
        sums = cv2.boxFilter(each, -1, (side, side), normalize=False, anchor=(0, 0))[: 1 - side, : 1 - side]
        named.append(np.unravel_index(sums.argmax(), sums.shape))
    generator = np.random.default_rng(0)
    elsewhere = [generator.integers(0, MAP_SIZE - side, (5, 2)) for _ in maps]

    def blurred(face, corner):
        y, x = (CELL * int(place) for place in corner)
        part = (slice(y, y + CELL * side), slice(x, x + CELL * side))
        changed = face.copy()
        changed[part] = cv2.GaussianBlur(face, (0, 0), 4)[part]
        return changed

    drop = logits - explain(model, np.stack(list(map(blurred, fakes, named))))[0]
    others = [
        logits
        - explain(model, np.stack([blurred(face, places[n]) for face, places in zip(fakes, elsewhere, strict=True)]))[0]
        for n in range(5)
    ]
    assert drop.mean() > 2 * np.abs(others).mean()


def test_without_keras_it_gives_the_same(model, faces, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_IMPL_CACHE", str(tmp_path / "cache"))
    resnet.round_to_half(model)  # as training leaves it
    resnet.save_model(tmp_path / "model.keras", model)
    logits, *maps = Network(explained_network(tmp_path / "model.keras", NETWORK))(faces.take(np.arange(4)))
    expected, expected_maps = explain(model, faces.take(np.arange(4)))
    assert logits[:, 0] == pytest.approx(expected, abs=2e-3)
    assert join_maps(maps) == pytest.approx(expected_maps, abs=1e-3)
