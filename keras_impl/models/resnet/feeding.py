"""How samples get from the store into the network: read, changed and batched in parallel by tf.data.

Python picks the rows of a batch, cuts windows out of their pixels, and hands them over; all else that is done to
single samples is done by TensorFlow's own threads while the network computes.
"""

from keras_impl.core.tensorflow import tf  # isort: skip

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import numpy as np

from keras_impl.faces import quality as face_quality
from keras_impl.faces.cropping import Square, Window, cut_square, jittered, square_of
from keras_impl.media.sound_degradation import with_floor_of
from keras_impl.models.resnet.augmentation import augment
from keras_impl.models.resnet.degrading import degrade, draw_changes
from keras_impl.models.resnet.draws import Draws
from keras_impl.models.resnet.hiding import hide
from keras_impl.models.resnet.mixing import draw_share, is_one_picture, mix, moved_onto
from keras_impl.models.resnet.pairs import draw_pairs
from keras_impl.models.resnet.recipe import FaceAugmentation, SelfBlending, SoundAugmentation
from keras_impl.models.resnet.self_blending import self_blend
from keras_impl.models.resnet.sound_augmentation import change_sound
from keras_impl.models.resnet.store import as_input
from keras_impl.samples.quality import ranges_of
from keras_impl.speech import quality as speech_quality
from keras_impl.speech.channels import as_float, draw_channel, draw_some_channel, send
from keras_impl.speech.config import SoundConfig


class Pairs(NamedTuple):
    """Pairs of a real sample and a fake, as they are learnt from.

    Attributes
    ----------
    inputs : ndarray, shape (m, 2, *form)
    targets : ndarray of float32, shape (m, 2)
        How forged each is, 0 to 1.
    notes : ndarray of float32, shape (m, *notes_form)
        What else has to be known of a pair to change it.
    """

    inputs: np.ndarray
    targets: np.ndarray
    notes: np.ndarray


class Samples(Protocol):
    """What a network learns from, in the order of the store: `Faces` or `Segments`.

    Attributes
    ----------
    labels : ndarray of int, shape (n,)
        1 = fake.
    sources : ndarray of str, shape (n,)
        Shared by a file and the fakes made from it.
    form : tuple of int
        Shape of one sample as the network takes it.
    learnt_form : tuple of int
        Of one as it is learnt from, which may be a part of it.
    dtype : str
        Its type.
    notes_form : tuple of int
        Shape of what else has to be known of a pair to change it.
    """

    @property
    def labels(self) -> np.ndarray: ...  # noqa: D102 - above

    @property
    def sources(self) -> np.ndarray: ...  # noqa: D102

    @property
    def form(self) -> tuple[int, ...]: ...  # noqa: D102

    @property
    def learnt_form(self) -> tuple[int, ...]: ...  # noqa: D102

    @property
    def dtype(self) -> str: ...  # noqa: D102

    @property
    def notes_form(self) -> tuple[int, ...]: ...  # noqa: D102

    def take(self, rows: np.ndarray) -> np.ndarray:
        """Samples as they are judged: (len(rows), *form)."""

    def take_worse(self, rows: np.ndarray) -> np.ndarray:
        """The same, each degraded as some pairs to learn from are; nothing, (0, *form), where none are."""

    def qualities(self, rows: np.ndarray, unlike: float) -> Mapping[str, tuple[float, float]]:
        """Ranges of quality that all but a share of these, and of the same made worse, are in; empty if unmeasured."""

    def take_pairs(self, pairs: np.ndarray, seeds: np.ndarray) -> "Pairs":
        """Pairs of rows, (m, 2), to learn from; equal seeds, equal pairs."""

    def change(self, pair: tf.Tensor, targets: tf.Tensor, notes: tf.Tensor, draws: Draws) -> tf.Tensor:
        """Change a pair of a real sample and a fake, as floats, with its targets, for training."""


@dataclass(frozen=True)
class Faces:
    """The faces of a run.

    Attributes
    ----------
    crops : sequence of ndarray of uint8, shape (h, w, 3)
        RGB.
    labels, sources
        As of `Samples`.
    landmarks : ndarray of float, shape (n, 5, 2)
        Pixels of the crops.
    window : Window
        What the network sees of them.
    augmentation : FaceAugmentation
    self_blending : SelfBlending, optional
        How some of the fakes are made of the real face.
    origins : ndarray of int, shape (n, 2), optional
        Where the crops begin, left and top, in the pictures that a real face and its fakes share; None is (0, 0).
    """

    crops: Sequence[np.ndarray]
    labels: np.ndarray
    sources: np.ndarray
    landmarks: np.ndarray
    window: Window
    augmentation: FaceAugmentation
    self_blending: SelfBlending | None = None
    origins: np.ndarray | None = None

    @property
    def form(self) -> tuple[int, ...]:
        """A window, RGB."""
        return self.window.size, self.window.size, 3

    learnt_form = form

    dtype, notes_form = "uint8", (5, 2)

    def take(self, rows: np.ndarray) -> np.ndarray:
        """Windows: uint8 (len(rows), size, size, 3)."""
        views = [cut_square(self.crops[row], self._square(row), self.window.size) for row in rows]
        return np.array(views, np.uint8).reshape(-1, *self.form)

    def take_worse(self, rows: np.ndarray) -> np.ndarray:
        """Windows of crops that are all degraded; the same for the same row."""
        if self.augmentation.degradations is None:
            return np.empty((0, *self.form), np.uint8)
        config = replace(self.augmentation.degradations, share=1.0)
        views = [
            cut_square(degrade(self.crops[row], draw_changes(np.random.default_rng(row), config)), square, size)
            for row, square, size in ((row, self._square(row), self.window.size) for row in rows)
        ]
        return np.array(views, np.uint8).reshape(-1, *self.form)

    def qualities(self, rows: np.ndarray, unlike: float) -> Mapping[str, tuple[float, float]]:
        """As of `keras_impl.samples.quality.ranges_of`; a face made smaller counts as small as it was made."""
        if not len(rows):
            return {}
        degradations = self.augmentation.degradations
        smallest = degradations.smallest if degradations else 1.0
        sides = np.array([self._square(row).side for row in rows])
        seen = [*zip(self.take(rows), sides, strict=True), *zip(self.take_worse(rows), sides * smallest, strict=False)]
        measured = np.array([face_quality.measure(*each) for each in seen])
        return ranges_of(measured, unlike, face_quality.MEASURES, face_quality.BETTER)

    def take_pairs(self, pairs: np.ndarray, seeds: np.ndarray) -> Pairs:
        """Windows, both of a pair changed alike; the notes are the real face's landmarks in pixels of its window."""
        taken = [self._take_pair(real, fake, seed) for (real, fake), seed in zip(pairs, seeds, strict=True)]
        inputs, targets, notes = (np.array(part) for part in zip(*taken, strict=True))
        return Pairs(inputs, targets.astype(np.float32), notes.astype(np.float32))

    def change(self, pair: tf.Tensor, targets: tf.Tensor, notes: tf.Tensor, draws: Draws) -> tf.Tensor:
        """Blend a real face with itself now and then, if it is none that is mixed, and change both alike."""
        if self.self_blending is not None and draws.chance(self.self_blending.share) and targets[0] == 0:
            pair = self_blend(pair[0], notes, draws, self.self_blending)
        return augment(pair, draws, self.augmentation)

    def _take_pair(self, real: int, fake: int, seed: np.ndarray) -> Pairs:
        """One pair, without the first axis."""
        generator, augmentation = np.random.default_rng(seed), self.augmentation
        jitter = self._draw_jitter(generator)
        changes = draw_changes(generator, augmentation.degradations) if augmentation.degradations else []
        crops, landmarks = [self.crops[real], self.crops[fake]], self.landmarks[[real, fake]]
        targets = [0.0, 1.0]
        share = draw_share(generator, augmentation.mixing) if augmentation.mixing else None
        if share is not None and augmentation.mixing is not None:
            offset = np.zeros(2, int) if self.origins is None else self.origins[fake] - self.origins[real]
            if is_one_picture(landmarks[0], landmarks[1] + offset, augmentation.mixing):
                crops = mix(crops[0], moved_onto(crops[1], crops[0].shape[:2], offset), share)
                landmarks, targets = landmarks[[0, 0]], [share, 1 - share]
        squares = [jittered(square_of(points, self.window.share), *jitter) for points in landmarks]
        windows = [
            cut_square(degrade(crop, changes), square, self.window.size)
            for crop, square in zip(crops, squares, strict=True)
        ]
        left, top, side = squares[0]
        seen = (landmarks[0] - (left, top)) * self.window.size / side
        if augmentation.hiding is not None:
            windows = hide(windows, seen, generator, augmentation.hiding)
        return Pairs(np.array(windows), np.array(targets), seen)

    def _square(self, row: int) -> Square:
        return square_of(self.landmarks[row], self.window.share)

    def _draw_jitter(self, generator: np.random.Generator) -> tuple[float, float, float]:
        """Factor of the window's side, and by which share of it it is moved right and down."""
        scale = float(np.exp(generator.uniform(-1, 1) * self.augmentation.scale))
        right, down = (generator.uniform(-1, 1, 2) * self.augmentation.place).tolist()
        return scale, right, down


@dataclass(frozen=True)
class Segments:
    """The segments of sound of a run.

    Attributes
    ----------
    sounds : sequence of ndarray of int16, shape (n,)
        Each as long as it is.
    labels, sources
        As of `Samples`.
    sample : SoundConfig
        How they were made.
    augmentation : SoundAugmentation
    """

    sounds: Sequence[np.ndarray]
    labels: np.ndarray
    sources: np.ndarray
    sample: SoundConfig
    augmentation: SoundAugmentation

    @property
    def form(self) -> tuple[int, ...]:
        """Samples of a segment."""
        return (self.sample.samples,)

    @property
    def learnt_form(self) -> tuple[int, ...]:
        """Samples of a part of it, or of all."""
        seconds = self.augmentation.seconds
        return self.form if seconds is None else (int(seconds * self.sample.sample_rate),)

    # There is nothing else to know; a zero each, as TensorFlow crashes on taking batches of nothing apart.
    dtype, notes_form = "int16", (1,)

    def take(self, rows: np.ndarray) -> np.ndarray:
        """Segments as they are: int16 (len(rows), samples)."""
        return self._inputs([self._sound(row) for row in rows])

    def take_worse(self, rows: np.ndarray) -> np.ndarray:
        """Segments that all went through a channel; the same for the same rows, of whose people babble is made."""
        return self._inputs(self._worse(rows))

    def qualities(self, rows: np.ndarray, unlike: float) -> Mapping[str, tuple[float, float]]:
        """As of `keras_impl.samples.quality.ranges_of`."""
        if not len(rows):
            return {}
        heard = [*map(self._sound, rows), *self._worse(rows)]
        measured = np.array([speech_quality.measure(sound, self.sample.trimming) for sound in heard])
        return ranges_of(measured, unlike, speech_quality.MEASURES, speech_quality.BETTER)

    def take_pairs(self, pairs: np.ndarray, seeds: np.ndarray) -> Pairs:
        """Segments, both of a pair sent through the same channel; babble is of the people in all pairs given."""
        others = [self._sound(row) for row in pairs.ravel()] if self.augmentation.channels else []
        taken = [self._take_pair(pair, seed, others) for pair, seed in zip(pairs, seeds, strict=True)]
        sounds = self._inputs([sound for pair in taken for sound in pair]).reshape(*pairs.shape, *self.form)
        targets = np.tile(np.array([0, 1], np.float32), (len(pairs), 1))
        return Pairs(sounds, targets, np.zeros((len(pairs), *self.notes_form), np.float32))

    def change(self, pair: tf.Tensor, targets: tf.Tensor, notes: tf.Tensor, draws: Draws) -> tf.Tensor:
        """Change both segments alike."""
        return change_sound(pair, draws, self.augmentation, self.sample.sample_rate)

    def _take_pair(self, pair: np.ndarray, seed: np.ndarray, others: Sequence[np.ndarray]) -> list[np.ndarray]:
        generator, augmentation = np.random.default_rng(seed), self.augmentation
        real, fake = (self._sound(row) for row in pair)
        if generator.random() < augmentation.floors:
            real, fake = with_floor_of(real, fake, generator), with_floor_of(fake, real, generator)
        changes = draw_channel(generator, augmentation.channels, others) if augmentation.channels else []
        return [send(sound, changes, self.sample) for sound in (real, fake)]

    def _worse(self, rows: np.ndarray) -> list[np.ndarray]:
        channels = self.augmentation.channels
        if channels is None:
            return []
        sounds = [self._sound(row) for row in rows]
        generators = (np.random.default_rng(row) for row in rows)
        changes = [draw_some_channel(generator, channels, sounds) for generator in generators]
        return [send(*each, self.sample) for each in zip(sounds, changes, strict=True)]

    def _sound(self, row: int) -> np.ndarray:
        """A segment: float32 (n,), -1 to 1."""
        return as_float(self.sounds[row])

    def _inputs(self, sounds: Sequence[np.ndarray]) -> np.ndarray:
        """As the network takes them."""
        return np.array([as_input(sound, self.sample) for sound in sounds], np.int16).reshape(-1, *self.form)


def steps_of(learnt: np.ndarray, labels: np.ndarray, pairs_per_batch: int) -> int:
    """Batches in an epoch: whole ones only, and at least one."""
    return max(1, int((labels[learnt] == 0).sum()) // pairs_per_batch)


def feed_pairs(samples: Samples, learnt: np.ndarray, seed: int, epochs: range, pairs_per_batch: int) -> tf.data.Dataset:
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
    pairs_per_batch : int
        Fewer if there are not so many real samples.

    Returns
    -------
    tf.data.Dataset
        Batches of inputs (2n, ...), float32, and targets (2n, 1), 0 to 1, real and fake in turn.
    """
    batch = min(pairs_per_batch, int((samples.labels[learnt] == 0).sum()))
    form, notes_form = samples.form, samples.notes_form

    def batches() -> Iterator[tuple[np.ndarray, ...]]:
        for epoch in epochs:
            pairs = draw_pairs(learnt, samples.labels, samples.sources, seed, epoch)
            for start in range(0, steps_of(learnt, samples.labels, pairs_per_batch) * batch, batch):
                rows = pairs[start : start + batch]
                seeds = np.stack([np.full(batch, seed), epoch * len(samples.labels) + rows[:, 0]], axis=1)
                yield *samples.take_pairs(rows, seeds), seeds.astype(np.int64)

    def prepare(pair: tf.Tensor, targets: tf.Tensor, notes: tf.Tensor, seeds: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return samples.change(tf.cast(pair, tf.float32), targets, notes, Draws(seeds)), targets

    raw = tf.data.Dataset.from_generator(
        batches,
        output_signature=(
            tf.TensorSpec((batch, 2, *form), samples.dtype),
            tf.TensorSpec((batch, 2), tf.float32),
            tf.TensorSpec((batch, *notes_form), tf.float32),
            tf.TensorSpec((batch, 2), tf.int64),
        ),
    )
    pairs = raw.unbatch().map(prepare, tf.data.AUTOTUNE).batch(batch, drop_remainder=True)
    return pairs.map(
        lambda inputs, targets: (
            tf.reshape(inputs, (2 * batch, *samples.learnt_form)),
            tf.reshape(targets, (2 * batch, 1)),
        )
    ).prefetch(2)


def feed_rows(samples: Samples, rows: np.ndarray, size: int, worse: bool = False) -> tf.data.Dataset:
    """Feed samples as they are judged, or made worse, in their order: batches of inputs (size, ...), in their type."""
    take = samples.take_worse if worse else samples.take

    def batches() -> Iterator[np.ndarray]:
        for start in range(0, len(rows), size):
            yield take(rows[start : start + size])

    signature = tf.TensorSpec((None, *samples.form), samples.dtype)
    fed = tf.data.Dataset.from_generator(batches, output_signature=signature)
    return fed.apply(tf.data.experimental.assert_cardinality(-(-len(rows) // size))).prefetch(2)
