"""What a segment of sound looks like, for people.

It is drawn without the network's own layers, which would load TensorFlow.
"""

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from keras_impl.models.resnet.config import SpectrogramPicture
from keras_impl.prediction.render.pictures import colour

RANGE = 70.0
"""Decibels below the segment's loudest place that are drawn."""

WIDTH, HEIGHT = 160, 256
"""Pixels, of a second and of the whole range of frequencies."""


def grey_spectrogram(samples: np.ndarray, config: SpectrogramPicture) -> np.ndarray:
    """The spectrogram on the mel scale, in which the bands lie where ResNet50's do.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)
        A window at least.
    config : SpectrogramPicture
        ResNet50's.

    Returns
    -------
    ndarray of uint8, shape (bands, 1 + (n - window) // hop)
        Louder is lighter; high frequencies first.
    """
    frames = sliding_window_view(samples, config.window)[:: config.hop] * np.hanning(config.window)
    power = np.square(np.abs(np.fft.rfft(frames, config.fft, axis=1))).T
    mels = np.linspace(_mel(config.highest), _mel(config.lowest), config.bands)
    places = 700 * np.expm1(mels / 1127) * config.fft / config.sample_rate
    below = np.minimum(places.astype(int), len(power) - 2)
    share = (places - below)[:, None]
    levels = 10 * np.log10((1 - share) * power[below] + share * power[below + 1] + config.least_power)
    return (255 * np.clip(1 + (levels - levels.max()) / RANGE, 0, 1)).round().astype(np.uint8)


def draw_spectrogram(
    grey: np.ndarray, seconds: float, heat: np.ndarray | None = None, scale: float = 0.0
) -> np.ndarray:
    """A spectrogram to look at, with what speaks for fake in vermilion and what speaks for real in blue.

    Parameters
    ----------
    grey : ndarray of uint8, shape (bands, n)
    seconds : float
        How long the segment is.
    heat : ndarray of float32, shape (bands, columns), optional
        Shares of places that cover the whole picture.
    scale : float
        The share that is drawn in the strongest colour.

    Returns
    -------
    ndarray of uint8, shape (HEIGHT, width, 3)
        RGB; time runs to the right, `WIDTH` pixels a second.
    """
    size = max(1, round(seconds * WIDTH)), HEIGHT
    picture = cv2.cvtColor(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), cv2.COLOR_GRAY2RGB)
    if heat is None:
        return picture
    return colour(picture, cv2.resize(heat, size, interpolation=cv2.INTER_LINEAR), scale)


def _mel(hertz: float) -> float:
    return 1127 * np.log1p(hertz / 700)
