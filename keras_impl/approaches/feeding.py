"""How samples get from the store into the network: read, changed and batched in parallel by tf.data.

Python picks the rows of a batch and copies them out of the store at one go; all that is done to
single samples is done by TensorFlow's own threads while the network computes.
"""

from keras_impl.backend import tf  # isort: skip

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from keras_impl.approaches.augmentation import augment
from keras_impl.approaches.draws import Draws
from keras_impl.approaches.pairs import draw_pairs
from keras_impl.approaches.self_blending import self_blend
from keras_impl.approaches.sound_augmentation import change_sound

PAIRS_PER_BATCH = 16


class Samples(Protocol):
    """What a network learns from, in the order of the store: `Faces` or `Segments`.

    Attributes
    ----------
    inputs : array, shape (n, ...)
        The store.
    labels : ndarray of int, shape (n,)
        1 = fake.
    sources : ndarray of str, shape (n,)
        Shared by a file and the fakes made from it.
    notes : ndarray of float32, shape (n, ...)
        What else has to be known of each sample to change it.
    """

    inputs: np.ndarray
    labels: np.ndarray
    sources: np.ndarray
    notes: np.ndarray

    def change(self, pair: tf.Tensor, notes: tf.Tensor, draws: Draws) -> tf.Tensor:
        """Change a pair of a real sample and a fake, as floats, for training; ``notes`` are the real one's."""


@dataclass(frozen=True)
class Faces:
    """The faces of a run.

    Attributes
    ----------
    inputs : array of uint8, shape (n, 224, 224, 3)
        RGB.
    labels, sources
        As of `Samples`.
    notes : ndarray of float32, shape (n, 5, 2)
        Landmarks, in pixels of the crop; nan where they are not known.
    self_blended : float, default 0
        The share of pairs, 0 to 1, whose fake is made of the real face, if its landmarks are known.
    """

    inputs: np.ndarray
    labels: np.ndarray
    sources: np.ndarray
    notes: np.ndarray
    self_blended: float = 0.0

    def change(self, pair: tf.Tensor, notes: tf.Tensor, draws: Draws) -> tf.Tensor:
        """Blend the real face with itself now and then, and change both alike."""
        if draws.chance(self.self_blended) and tf.math.is_finite(notes[0, 0]):
            pair = tf.stack([pair[0], self_blend(pair[0], notes, draws)])
        return augment(pair, draws)


@dataclass(frozen=True)
class Segments:
    """The segments of sound of a run.

    Attributes
    ----------
    inputs : array of int16, shape (n, 64000)
        At 16 kHz.
    labels, sources
        As of `Samples`.
    """

    inputs: np.ndarray
    labels: np.ndarray
    sources: np.ndarray

    @property
    def notes(self) -> np.ndarray:
        """There is nothing else to know; a zero each, as TensorFlow crashes on taking batches of nothing apart."""
        return np.zeros((len(self.labels), 1), np.float32)

    def change(self, pair: tf.Tensor, notes: tf.Tensor, draws: Draws) -> tf.Tensor:
        """Change both segments alike."""
        return change_sound(pair, draws)


def steps_of(learnt: np.ndarray, labels: np.ndarray) -> int:
    """Batches in an epoch: whole ones only, and at least one."""
    return max(1, int((labels[learnt] == 0).sum()) // PAIRS_PER_BATCH)


def feed_pairs(samples: Samples, learnt: np.ndarray, seed: int, epochs: range) -> tf.data.Dataset:
    """Feed pairs of a real sample and a fake for training, epoch after epoch.

    What comes depends on the seed and the number of the epoch alone, so a run that is taken up again
    goes on as if it had not been interrupted.

    Parameters
    ----------
    samples : Samples
    learnt : ndarray of int
        The rows to learn from.
    seed : int
    epochs : range
        Which epochs, one after the other without a break.

    Returns
    -------
    tf.data.Dataset
        Batches of inputs (2n, ...), float32, and labels (2n, 1), real and fake in turn.
    """
    batch = min(PAIRS_PER_BATCH, int((samples.labels[learnt] == 0).sum()))
    notes = samples.notes

    def batches() -> Iterator[tuple[np.ndarray, ...]]:
        for epoch in epochs:
            pairs = draw_pairs(learnt, samples.labels, samples.sources, seed, epoch)
            for start in range(0, steps_of(learnt, samples.labels) * batch, batch):
                rows = pairs[start : start + batch]
                seeds = np.stack([np.full(batch, seed), epoch * len(samples.labels) + rows[:, 0]], axis=1)
                yield samples.inputs[rows], notes[rows[:, 0]], seeds.astype(np.int64)

    def prepare(pair: tf.Tensor, notes: tf.Tensor, seeds: tf.Tensor) -> tf.Tensor:
        return samples.change(tf.cast(pair, tf.float32), notes, Draws(seeds))

    form = samples.inputs.shape[1:]
    raw = tf.data.Dataset.from_generator(
        batches,
        output_signature=(
            tf.TensorSpec((batch, 2, *form), samples.inputs.dtype),
            tf.TensorSpec((batch, *notes.shape[1:]), tf.float32),
            tf.TensorSpec((batch, 2), tf.int64),
        ),
    )
    labels = tf.tile(tf.constant([[0.0], [1.0]]), (batch, 1))
    pairs = raw.unbatch().map(prepare, tf.data.AUTOTUNE).batch(batch, drop_remainder=True)
    return pairs.map(lambda inputs: (tf.reshape(inputs, (2 * batch, *form)), labels)).prefetch(2)


def feed_rows(samples: Samples, rows: np.ndarray, size: int) -> tf.data.Dataset:
    """Feed samples as they are, in the given order: batches of inputs (size, ...), in the store's type."""

    def batches() -> Iterator[np.ndarray]:
        for start in range(0, len(rows), size):
            yield samples.inputs[rows[start : start + size]]

    signature = tf.TensorSpec((None, *samples.inputs.shape[1:]), samples.inputs.dtype)
    fed = tf.data.Dataset.from_generator(batches, output_signature=signature)
    return fed.apply(tf.data.experimental.assert_cardinality(-(-len(rows) // size))).prefetch(2)
