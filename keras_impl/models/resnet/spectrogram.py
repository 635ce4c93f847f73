"""How ResNet50's pictures come out of sound: log-mel spectrograms, computed inside the model."""

from keras_impl.core.tensorflow import keras  # isort: skip

from keras_impl.models.resnet.config import SpectrogramPicture


def build_spectrogram(picture: SpectrogramPicture, any_length: bool = False) -> keras.Model:
    """The network from segments, (n, samples), samples of 16 bits, to pictures (n, rows, bands, 3).

    Parameters
    ----------
    picture : SpectrogramPicture
    any_length : bool, default False
        Whether segments may have any number of samples, and pictures accordingly many rows.
    """
    sounds = keras.Input((None if any_length else picture.samples,), name="sounds")
    spectrogram = keras.layers.MelSpectrogram(
        fft_length=picture.fft,
        sequence_stride=picture.hop,
        sequence_length=picture.window,
        sampling_rate=picture.sample_rate,
        num_mel_bins=picture.bands,
        min_freq=picture.lowest,
        max_freq=picture.highest,
        min_power=picture.least_power,
        top_db=1000.0,  # it would else depend on the segment's loudest place what counts as silence
        dtype="float32",
        name="spectrogram",
    )(keras.layers.Rescaling(1 / picture.full_scale)(sounds))
    rows = keras.ops.transpose(spectrogram, (0, 2, 1))[:, :-1]  # the last one's window has half of its sound
    pixels = keras.ops.clip((rows - picture.dark) / picture.range, -0.5, 1.5) * 255 - picture.grey
    return keras.Model(sounds, keras.ops.repeat(keras.ops.expand_dims(pixels, -1), 3, axis=-1))
