"""How faces get from the store into the network: read, changed and batched in parallel by tf.data.

Python picks the rows of a batch and copies them out of the store at one go; all that is done to
single faces is done by TensorFlow's own threads while the network computes.
"""

from keras_impl.backend import tf  # isort: skip

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from keras_impl.approaches.augmentation import augment
from keras_impl.approaches.draws import Draws
from keras_impl.approaches.pairs import draw_pairs
from keras_impl.approaches.self_blending import self_blend

PAIRS_PER_BATCH = 16


@dataclass(frozen=True)
class Faces:
    """The faces of a run, in the order of the store.

    Attributes
    ----------
    pixels : array of uint8, shape (n, 224, 224, 3)
        The store.
    labels : ndarray of int, shape (n,)
        1 = fake.
    sources : ndarray of str, shape (n,)
        Shared by a video and the fakes made from it.
    landmarks : ndarray of float32, shape (n, 5, 2)
        Pixels of the crop; nan where they are not known.
    """

    pixels: np.ndarray
    labels: np.ndarray
    sources: np.ndarray
    landmarks: np.ndarray


def steps_of(learnt: np.ndarray, labels: np.ndarray) -> int:
    """Batches in an epoch: whole ones only, and at least one."""
    return max(1, int((labels[learnt] == 0).sum()) // PAIRS_PER_BATCH)


def feed_pairs(faces: Faces, learnt: np.ndarray, seed: int, epochs: range, self_blended: float) -> tf.data.Dataset:
    """Feed pairs of a real and a fake face for training, epoch after epoch.

    What comes depends on the seed and the number of the epoch alone, so a run that is taken up again
    goes on as if it had not been interrupted.

    Parameters
    ----------
    faces : Faces
    learnt : ndarray of int
        The rows to learn from.
    seed : int
    epochs : range
        Which epochs, one after the other without a break.
    self_blended : float
        The share of pairs, 0 to 1, whose fake is made of the real face (if its landmarks are known).

    Returns
    -------
    tf.data.Dataset
        Batches of pixels (2n, 224, 224, 3), float32, and labels (2n, 1), real and fake in turn.
    """
    batch = min(PAIRS_PER_BATCH, int((faces.labels[learnt] == 0).sum()))

    def batches() -> Iterator[tuple[np.ndarray, ...]]:
        for epoch in epochs:
            pairs = draw_pairs(learnt, faces.labels, faces.sources, seed, epoch)
            for start in range(0, steps_of(learnt, faces.labels) * batch, batch):
                rows = pairs[start : start + batch]
                seeds = np.stack([np.full(batch, seed), epoch * len(faces.labels) + rows[:, 0]], axis=1)
                yield faces.pixels[rows], faces.landmarks[rows[:, 0]], seeds.astype(np.int64)

    def prepare(pair: tf.Tensor, landmarks: tf.Tensor, seeds: tf.Tensor) -> tf.Tensor:
        draws = Draws(seeds)
        pair = tf.cast(pair, tf.float32)
        if draws.chance(self_blended) and tf.math.is_finite(landmarks[0, 0]):
            pair = tf.stack([pair[0], self_blend(pair[0], landmarks, draws)])
        return augment(pair, draws)

    side = faces.pixels.shape[1]
    raw = tf.data.Dataset.from_generator(
        batches,
        output_signature=(
            tf.TensorSpec((batch, 2, side, side, 3), tf.uint8),
            tf.TensorSpec((batch, 5, 2), tf.float32),
            tf.TensorSpec((batch, 2), tf.int64),
        ),
    )
    labels = tf.tile(tf.constant([[0.0], [1.0]]), (batch, 1))
    pairs = raw.unbatch().map(prepare, tf.data.AUTOTUNE).batch(batch, drop_remainder=True)
    return pairs.map(lambda pixels: (tf.reshape(pixels, (2 * batch, side, side, 3)), labels)).prefetch(2)


def feed_rows(faces: Faces, rows: np.ndarray, size: int) -> tf.data.Dataset:
    """Feed faces as they are, in the given order: batches of pixels (size, 224, 224, 3), uint8."""

    def batches() -> Iterator[np.ndarray]:
        for start in range(0, len(rows), size):
            yield faces.pixels[rows[start : start + size]]

    signature = tf.TensorSpec((None, *faces.pixels.shape[1:]), tf.uint8)
    fed = tf.data.Dataset.from_generator(batches, output_signature=signature)
    return fed.apply(tf.data.experimental.assert_cardinality(-(-len(rows) // size))).prefetch(2)
