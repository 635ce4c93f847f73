"""Linear-frequency cepstral coefficients: the front end of the ASVspoof challenges' baseline.

Frames of 20 ms every 10 ms, power spectrum, 20 triangular filters of equal width, logarithm, cosine
transform; with deltas and delta-deltas (Sahidullah, Kinnunen and Hanilçi 2015, "A comparison of features for
synthetic speech detection", Interspeech). Filters of equal width, unlike mel filters, resolve high frequencies as
finely as low ones, and it is there that vocoders fail.
"""

import numpy as np
from scipy.fft import dct
from scipy.signal import savgol_filter

from keras_impl.media.audio import SAMPLE_RATE
from keras_impl.speech.config import LfccConfig
from keras_impl.speech.spectrum import power_spectrum


def filter_bank(config: LfccConfig) -> np.ndarray:
    """Triangular filters, overlapping by half, from 0 to 8 kHz: float64, shape (coefficients, fft // 2 + 1)."""
    frequencies = np.arange(config.fft // 2 + 1) * SAMPLE_RATE / config.fft
    width = SAMPLE_RATE / 2 / (config.coefficients + 1)
    centres = width * np.arange(1, config.coefficients + 1)
    return np.clip(1 - np.abs(frequencies - centres[:, None]) / width, 0, None)


def lfcc(samples: np.ndarray, config: LfccConfig) -> np.ndarray:
    """The coefficients of each frame.

    Parameters
    ----------
    samples : ndarray of float, shape (n,)
        16 kHz; at least one frame.
    config : LfccConfig

    Returns
    -------
    ndarray of float64, shape (1 + (n - frame) // hop, coefficients)
    """
    emphasised = np.append(samples[:1], samples[1:] - config.emphasis * samples[:-1])
    power = power_spectrum(emphasised, np.hamming(config.frame), config.hop, config.fft)
    return dct(np.log(power @ filter_bank(config).T + config.nothing), norm="ortho", axis=1)


def differences(coefficients: np.ndarray, reach: int) -> np.ndarray:
    """Slopes over time (deltas): least squares over the frames to either side; the first and last frame are repeated.

    Parameters
    ----------
    coefficients : ndarray of float, shape (t, d)
    reach : int
        Frames to either side.

    Returns
    -------
    ndarray of float, shape (t, d)
    """
    return savgol_filter(coefficients, 2 * reach + 1, polyorder=1, deriv=1, axis=0, mode="nearest")


def pooled_lfcc(samples: np.ndarray, config: LfccConfig) -> np.ndarray:
    """Means and standard deviations over time of a segment's coefficients, deltas and delta-deltas.

    Parameters
    ----------
    samples : ndarray of float, shape (n,)
        16 kHz; at least one frame.
    config : LfccConfig

    Returns
    -------
    ndarray of float32, shape (config.dimensions,)
    """
    coefficients = lfcc(samples, config)
    slopes = differences(coefficients, config.reach)
    everything = np.hstack([coefficients, slopes, differences(slopes, config.reach)])
    return np.concatenate([everything.mean(axis=0), everything.std(axis=0)]).astype(np.float32)
