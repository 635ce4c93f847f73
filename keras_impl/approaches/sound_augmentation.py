"""What training changes about sound, so that nothing but forgeries is worth learning.

Each change is drawn once for a pair and done to both its segments. Masks over time and frequency are those of
SpecAugment (Park et al. 2019, arXiv 1904.08779), cut into the sound itself.
"""

from keras_impl.approaches.draws import Draws
from keras_impl.backend import tf
from keras_impl.media.sound import SAMPLE_RATE

FULL_SCALE = 32767.0

GAIN = 6.0
"""Most decibels by which it gets louder or less loud."""

NOISE_SHARE, NOISE = 0.3, (15.0, 40.0)
"""Share of pairs with white noise, and how many decibels it is below the sound."""

BAND_SHARE, CUTOFF = 0.3, (3400.0, 8000.0)
"""Share of pairs that end at a lower frequency, in hertz: the lowest is the telephone's."""

CODEC_SHARE, CODEC = 0.15, 255.0
"""Share of pairs that are sent through the telephone's code of 8 bits (ITU-T G.711, mu-law), and its constant."""

MASK_SHARE, TIME_MASK, FREQUENCY_MASK = 0.5, 0.4, 1000.0
"""Share of pairs with each of both masks, and how much is masked at most: seconds, hertz."""


def change_sound(pair: tf.Tensor, draws: Draws) -> tf.Tensor:
    """Change the segments of a pair, both in the same way.

    Parameters
    ----------
    pair : Tensor of float32, shape (2, n)
        Samples of 16 bits.
    draws : Draws

    Returns
    -------
    Tensor of float32, shape (2, n)
    """
    count = pair.shape[1]
    pair = tf.roll(pair, draws.integers(0, count), axis=1)
    if draws.chance(BAND_SHARE):
        pair = mask_frequencies(pair, draws.uniform(*CUTOFF), SAMPLE_RATE / 2)
    if draws.chance(CODEC_SHARE):
        pair = through_telephone(pair)
    if draws.chance(MASK_SHARE):
        start, width = draws.uniform(0.0, SAMPLE_RATE / 2), draws.uniform(0.0, FREQUENCY_MASK)
        pair = mask_frequencies(pair, start, start + width)
    if draws.chance(MASK_SHARE):
        start = draws.uniform(0.0, count - TIME_MASK * SAMPLE_RATE)
        places = tf.range(count, dtype=tf.float32)
        kept = (places < start) | (places > start + draws.uniform(0.0, TIME_MASK * SAMPLE_RATE))
        pair *= tf.cast(kept, tf.float32)
    if draws.chance(NOISE_SHARE):
        level = tf.math.reduce_std(pair) * tf.pow(10.0, -draws.uniform(*NOISE) / 20)
        pair += level * draws.normal(tf.shape(pair))
    pair *= tf.pow(10.0, draws.uniform(-GAIN, GAIN) / 20)
    return tf.clip_by_value(pair, -FULL_SCALE, FULL_SCALE)


def mask_frequencies(sounds: tf.Tensor, low: tf.Tensor, high: tf.Tensor) -> tf.Tensor:
    """Take out all between two frequencies, in hertz."""
    count = sounds.shape[-1]
    frequencies = tf.range(count // 2 + 1, dtype=tf.float32) * SAMPLE_RATE / count
    kept = (frequencies < low) | (frequencies > high)
    spectrum = tf.signal.rfft(sounds) * tf.cast(kept, tf.complex64)
    return tf.signal.irfft(spectrum, (count,))


def through_telephone(sounds: tf.Tensor) -> tf.Tensor:
    """Round samples to the 256 steps of mu-law, which are finer for what is less loud."""
    scaled = sounds / FULL_SCALE
    code = tf.sign(scaled) * tf.math.log1p(CODEC * tf.abs(scaled)) / tf.math.log1p(CODEC)
    rounded = tf.round(code * 127) / 127
    return tf.sign(rounded) * tf.math.expm1(tf.abs(rounded) * tf.math.log1p(CODEC)) / CODEC * FULL_SCALE
