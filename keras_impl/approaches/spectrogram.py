"""What ResNet50 looks at of a sound: its log-mel spectrogram, computed inside the model.

Windows of 25 ms every 10 ms and 128 mel bands, as audio classification mostly uses them (Gong et al. 2021,
arXiv 2104.01778); time runs down the picture, frequency across. Decibels are brought to the range of pixels by
fixed numbers: how loud a segment is has been settled before (`keras_impl.sound.segments`).
"""

from keras_impl.backend import keras  # isort: skip

from keras_impl.media.sound import SAMPLE_RATE
from keras_impl.sound.segments import SAMPLES, SECONDS

FULL_SCALE = 32768

WINDOW, HOP = 400, 160
FFT = 512
BANDS = 128
LOWEST, HIGHEST = 20.0, 8000.0
"""Hertz."""

ROWS = SAMPLES // HOP
"""Of the picture."""

LEAST_POWER = 1e-7
"""What stands for silence in logarithms: -70 dB."""

DARK, RANGE = -40.0, 80.0
"""Decibels of what is drawn black, and from there to white; beyond, half a range more is told apart."""

GREY = 128.0
"""What is taken from pixels, as ImageNet's means are."""

PREPROCESSING = (
    f"{SECONDS:g} s at 16 kHz mono, silence at the ends cut off, one level, repeated if shorter; "
    f"log-mel spectrogram of {BANDS} bands is inside the model"
)


def build_spectrogram() -> keras.Model:
    """The network from segments, (n, 64000), samples of 16 bits, to pictures (n, 400, 128, 3)."""
    sounds = keras.Input((SAMPLES,), name="sounds")
    spectrogram = keras.layers.MelSpectrogram(
        fft_length=FFT,
        sequence_stride=HOP,
        sequence_length=WINDOW,
        sampling_rate=SAMPLE_RATE,
        num_mel_bins=BANDS,
        min_freq=LOWEST,
        max_freq=HIGHEST,
        min_power=LEAST_POWER,
        top_db=1000.0,  # it would else depend on the segment's loudest place what counts as silence
        dtype="float32",
        name="spectrogram",
    )(keras.layers.Rescaling(1 / FULL_SCALE)(sounds))
    rows = keras.ops.transpose(spectrogram, (0, 2, 1))[:, :ROWS]
    pixels = keras.ops.clip((rows - DARK) / RANGE, -0.5, 1.5) * 255 - GREY
    return keras.Model(sounds, keras.ops.repeat(pixels[..., None], 3, axis=-1))
