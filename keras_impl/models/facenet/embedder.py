"""FaceNet (Schroff et al. 2015, arXiv 1503.03832): a face to 128 numbers of unit length.

The network is keras-facenet's Inception-ResNet-v1 with the weights of the tutorial "How to
Develop a Face Recognition System Using FaceNet in Keras", trained on MS-Celeb-1M.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from keras_impl.core.openvino import Network
from keras_impl.core.storage import sha256_of_file
from keras_impl.faces.cropping import resize
from keras_impl.models.facenet import DIMENSIONS, INPUT_SIZE
from keras_impl.models.facenet.graph import build_graph
from keras_impl.models.facenet.weights import find_weights

BATCH_SIZE = 4


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
        found = find_weights(weights)
        self.weights_sha256 = sha256_of_file(found)
        self._network = Network(build_graph(found), threads)

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


def _batches(faces: Sequence[np.ndarray]) -> Iterator[np.ndarray]:
    for start in range(0, len(faces), BATCH_SIZE):
        yield np.stack([standardise(face) for face in faces[start : start + BATCH_SIZE]])
