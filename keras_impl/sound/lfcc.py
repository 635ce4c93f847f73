"""Linear-frequency cepstral coefficients: the front end of the ASVspoof challenges' baseline.

Frames of 20 ms every 10 ms, power spectrum, 20 triangular filters of equal width, logarithm, cosine
transform; with differences over time, and those of the differences (Sahidullah, Kinnunen and Hanilçi 2015, "A
comparison of features for synthetic speech detection", Interspeech). Filters of equal width, unlike mel's, look at high
frequencies as closely as at low ones, and it is there that vocoders fail.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.fft import dct

from keras_impl.media.sound import SAMPLE_RATE

FRAME, HOP = SAMPLE_RATE // 50, SAMPLE_RATE // 100
"""Samples of a frame, and from one to the next."""

FFT = 512
COEFFICIENTS = 20
"""Filters, and coefficients kept: all of them, the first, which is the level, included."""

EMPHASIS = 0.97
"""Of the first-order high pass before the spectrum."""

REACH = 3
"""Frames to either side that a difference over time is taken from."""

NOTHING = 1e-10
"""Power that stands for none in logarithms."""

DIMENSIONS = 2 * 3 * COEFFICIENTS
"""Of `pooled_lfcc`."""


def filter_bank() -> np.ndarray:
    """The triangular filters, overlapping by half, from 0 to 8 kHz: float64 (COEFFICIENTS, FFT // 2 + 1)."""
    frequencies = np.arange(FFT // 2 + 1) * SAMPLE_RATE / FFT
    width = SAMPLE_RATE / 2 / (COEFFICIENTS + 1)
    centres = width * np.arange(1, COEFFICIENTS + 1)
    return np.clip(1 - np.abs(frequencies - centres[:, None]) / width, 0, None)


def lfcc(samples: np.ndarray) -> np.ndarray:
    """The coefficients of each frame.

    Parameters
    ----------
    samples : ndarray of float, shape (n,)
        16 kHz; at least one frame.

    Returns
    -------
    ndarray of float64, shape (1 + (n - FRAME) // HOP, COEFFICIENTS)
    """
    emphasised = np.append(samples[:1], samples[1:] - EMPHASIS * samples[:-1])
    frames = sliding_window_view(emphasised, FRAME)[::HOP] * np.hamming(FRAME)
    power = np.square(np.abs(np.fft.rfft(frames, FFT, axis=1)))
    return dct(np.log(power @ filter_bank().T + NOTHING), norm="ortho", axis=1)


def differences(coefficients: np.ndarray) -> np.ndarray:
    """Slopes over time by least squares over `REACH` frames to either side; the first and last frame go on for ever.

    Parameters
    ----------
    coefficients : ndarray of float, shape (t, d)

    Returns
    -------
    ndarray of float, shape (t, d)
    """
    padded = np.pad(coefficients, ((REACH, REACH), (0, 0)), mode="edge")
    count = len(coefficients)
    steps = range(1, REACH + 1)
    slopes = sum(
        step * (padded[REACH + step : REACH + step + count] - padded[REACH - step : REACH - step + count])
        for step in steps
    )
    return slopes / (2 * sum(step**2 for step in steps))


def pooled_lfcc(samples: np.ndarray) -> np.ndarray:
    """A segment's coefficients and their differences of first and second order, as means and deviations over time.

    Parameters
    ----------
    samples : ndarray of float, shape (n,)
        16 kHz; at least one frame.

    Returns
    -------
    ndarray of float32, shape (DIMENSIONS,)
    """
    coefficients = lfcc(samples)
    slopes = differences(coefficients)
    everything = np.hstack([coefficients, slopes, differences(slopes)])
    return np.concatenate([everything.mean(axis=0), everything.std(axis=0)]).astype(np.float32)
