"""The short-time Fourier transform, once for all that looks at the frequencies of sound outside of a network."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def power_spectrum(samples: np.ndarray, window: np.ndarray, hop: int, fft: int) -> np.ndarray:
    """Power by time and frequency. Frames aren't padded: samples that don't fill the last frame are dropped.

    Parameters
    ----------
    samples : ndarray of float, shape (n,)
        At least one window.
    window : ndarray of float64, shape (w,)
        What each frame is multiplied by, such as ``numpy.hanning(w)``.
    hop : int
        Samples from one frame to the next.
    fft : int
        Samples of the transform, at least w: shorter frames are padded with zeros.

    Returns
    -------
    ndarray of float64, shape (1 + (n - w) // hop, fft // 2 + 1)
        Squared magnitudes, not normalised; column k is at the frequency k / fft of the sample rate.

    Raises
    ------
    ValueError
        If there are fewer samples than a window has.
    """
    frames = sliding_window_view(samples, len(window))[::hop] * window
    return np.square(np.abs(np.fft.rfft(frames, fft, axis=1)))
