"""What training changes about sound, so that nothing but forgeries is worth learning.

Each change is drawn once for a pair and done to both its segments. Masks over time and frequency are those of
SpecAugment (Park et al. 2019, arXiv 1904.08779), cut into the sound itself.
"""

from keras_impl.core.tensorflow import tf
from keras_impl.media.audio import FULL_SCALE
from keras_impl.models.resnet.draws import Draws
from keras_impl.models.resnet.recipe import SoundAugmentation


def change_sound(pair: tf.Tensor, draws: Draws, config: SoundAugmentation, sample_rate: int) -> tf.Tensor:
    """Change the segments of a pair, both in the same way.

    Parameters
    ----------
    pair : Tensor of float32, shape (2, n)
        Samples of 16 bits.
    draws : Draws
    config : SoundAugmentation
    sample_rate : int
        Hertz.

    Returns
    -------
    Tensor of float32, shape (2, m)
        m is n, or fewer if ``config.seconds`` says so.
    """
    pair = tf.roll(pair, draws.integers(0, pair.shape[1]), axis=1)
    if config.seconds is not None:
        pair = pair[:, : int(config.seconds * sample_rate)]
    count = pair.shape[1]
    if draws.chance(config.band_share):
        pair = mask_frequencies(pair, draws.uniform(*config.cutoff), sample_rate / 2, sample_rate)
    if draws.chance(config.codec_share):
        pair = through_telephone(pair, config.codec)
    if draws.chance(config.mask_share):
        start, width = draws.uniform(0.0, sample_rate / 2), draws.uniform(0.0, config.frequency_mask)
        pair = mask_frequencies(pair, start, start + width, sample_rate)
    if draws.chance(config.mask_share):
        start = draws.uniform(0.0, count - config.time_mask * sample_rate)
        places = tf.range(count, dtype=tf.float32)
        kept = (places < start) | (places > start + draws.uniform(0.0, config.time_mask * sample_rate))
        pair *= tf.cast(kept, tf.float32)
    if draws.chance(config.noise_share):
        level = tf.math.reduce_std(pair) * tf.pow(10.0, -draws.uniform(*config.noise) / 20)
        pair += level * draws.normal(tf.shape(pair))
    pair *= tf.pow(10.0, draws.uniform(-config.gain, config.gain) / 20)
    return tf.clip_by_value(pair, -FULL_SCALE, FULL_SCALE)


def mask_frequencies(sounds: tf.Tensor, low: tf.Tensor, high: tf.Tensor, sample_rate: int) -> tf.Tensor:
    """Take out all between two frequencies, in hertz."""
    count = sounds.shape[-1]
    frequencies = tf.range(count // 2 + 1, dtype=tf.float32) * sample_rate / count
    kept = (frequencies < low) | (frequencies > high)
    spectrum = tf.signal.rfft(sounds) * tf.cast(kept, tf.complex64)
    return tf.signal.irfft(spectrum, (count,))


def through_telephone(sounds: tf.Tensor, constant: float) -> tf.Tensor:
    """Round samples to the 256 steps of mu-law, which are finer for what is less loud."""
    scaled = sounds / FULL_SCALE
    code = tf.sign(scaled) * tf.math.log1p(constant * tf.abs(scaled)) / tf.math.log1p(constant)
    rounded = tf.round(code * 127) / 127
    return tf.sign(rounded) * tf.math.expm1(tf.abs(rounded) * tf.math.log1p(constant)) / constant * FULL_SCALE
