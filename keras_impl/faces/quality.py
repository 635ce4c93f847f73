"""How a face can be seen: whether it is as sharp, noisy, contrasty and large as those that a score was calibrated on.

Everything but the size is measured on what the network sees. Compression has no measure of its own: it shows as a lack
of noise and of sharpness, while blocks are in many crops from the start.
"""

import math

import cv2
import numpy as np

from keras_impl.faces.cropping import Crop, Window, cut_window, square_of

MEASURES = ("sharpness", "noise", "contrast", "size")
"""In the order of `measure`: the deviation of a smoothed face's Laplacian and that of the noise, in grey levels; the
deviation of grey; and how many pixels of the file the window's side has, up to its own size."""

BETTER = {"size": math.inf}
"""Faces may be as large as they like, as of `keras_impl.samples.quality.ranges_of`."""

SMOOTHING = 1.0
"""Sigma in pixels of the network's window, so that noise isn't taken for sharpness."""

_NOISE = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
"""Difference of two Laplacians, which leaves edges out (Immerkaer 1996, "Fast noise variance estimation")."""


def measure(window: np.ndarray, side: float) -> np.ndarray:
    """Measure a face.

    Parameters
    ----------
    window : ndarray of uint8, shape (s, s, 3)
        RGB, as the network takes it.
    side : float
        Of the square that it was cut from, in pixels of the file.

    Returns
    -------
    ndarray of float, shape (len(MEASURES),)
    """
    grey = cv2.cvtColor(window, cv2.COLOR_RGB2GRAY).astype(np.float32)
    sharpness = cv2.Laplacian(cv2.GaussianBlur(grey, (0, 0), SMOOTHING), cv2.CV_32F).std()
    noise = np.abs(cv2.filter2D(grey, cv2.CV_32F, _NOISE)).mean() * np.sqrt(np.pi / 2) / 6
    return np.array([sharpness, noise, grey.std(), min(side, len(window))], float)


def measure_crop(crop: Crop, window: Window) -> np.ndarray:
    """The same of a crop's window."""
    return measure(cut_window(crop, window), square_of(crop.landmarks, window.share).side)
