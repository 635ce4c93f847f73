"""Embeddings: the tutorial's, of unit length, the same alone and in a batch."""

import numpy as np
import pytest

from keras_impl.errors import WeightsError
from keras_impl.models.facenet.embedder import BATCH_SIZE, FaceNetEmbedder, standardise
from keras_impl.models.facenet.weights import find_weights

TOLERANCE = 1e-4
"""Of an embedding's coordinates, which are about 0.09: other processors sum in other orders."""


GOLDEN = [-0.06444, -0.02048, 0.08893, 0.03626, 0.04838, -0.02788]
"""First six coordinates of the embedding of the upper left of one of the tutorial's photos."""


def test_golden_embedding_of_a_fixed_photo(portrait, embedder):
    (embedding,) = embedder.embed([portrait[:160, :160]])
    assert embedding[:6] == pytest.approx(GOLDEN, abs=TOLERANCE)


@pytest.mark.slow
def test_equals_keras_facenets_own_network_after_the_tutorials_preprocessing(portrait, embedder):
    from keras_facenet.inception_resnet_v1 import InceptionResNetV1

    stock = InceptionResNetV1(input_shape=(None, None, 3), classes=128)
    stock.load_weights(str(find_weights()))
    face = portrait[:160, :160].astype("float32")
    expected = stock.predict(((face - face.mean()) / face.std())[None], verbose=0)[0]
    (embedding,) = embedder.embed([portrait[:160, :160]])
    assert embedding == pytest.approx(expected, abs=TOLERANCE)


def test_unit_length_and_batch_equals_single(portrait, embedder):
    crops = [np.roll(portrait[:160, :160], shift, axis=1) for shift in range(BATCH_SIZE + 3)]
    together = embedder.embed(crops)
    assert together.shape == (BATCH_SIZE + 3, 128)
    assert together.dtype == np.float32
    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-6)
    for place in (0, 5, BATCH_SIZE, BATCH_SIZE + 2):
        assert embedder.embed([crops[place]])[0] == pytest.approx(together[place], abs=TOLERANCE)


def test_no_crops_give_no_embeddings(embedder):
    assert embedder.embed([]).shape == (0, 128)


def test_standardised_crops_have_mean_0_and_deviation_1(portrait):
    pixels = standardise(portrait[:200, :200])
    assert pixels.shape == (160, 160, 3)
    assert pixels.mean() == pytest.approx(0, abs=1e-4)
    assert pixels.std() == pytest.approx(1, abs=1e-4)


def test_a_crop_of_one_colour_still_has_an_embedding(embedder):
    flat = np.full((224, 224, 3), 80, np.uint8)
    assert np.isfinite(embedder.embed([flat])).all()
    assert not standardise(flat).any()


@pytest.mark.parametrize("content", [b"", b"not weights"])
def test_a_file_without_weights_is_refused(tmp_path, content):
    (tmp_path / "x.h5").write_bytes(content)
    with pytest.raises(WeightsError, match="doesn't hold 128-d FaceNet weights"):
        FaceNetEmbedder(tmp_path / "x.h5")
