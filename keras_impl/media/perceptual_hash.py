"""The perceptual hash of a picture, by which near-duplicates are found."""

import cv2
import numpy as np

MEAN_FILTER = 7
HASHED_SIDE = 32
HASHED_FREQUENCIES = slice(1, 9)
"""The eight lowest except the first, which is only brightness."""

HASH_DECIMALS = 3
"""Coefficients are rounded, so that those of a uniform picture are equal instead of rounding errors."""


def perceptual_hash(luma: np.ndarray) -> str:
    """The DCT-based hash of Zauner 2010, section 3.2.1: pictures that look alike differ in few bits.

    The picture is smoothed by a mean filter and resized to 32 x 32. Of its discrete cosine
    transform, the 8 x 8 lowest frequencies without the first row and column give a bit each:
    whether the coefficient is above their median (Christoph Zauner, "Implementation and
    Benchmarking of Perceptual Image Hash Functions", Hagenberg 2010).

    Parameters
    ----------
    luma : ndarray of uint8, shape (h, w)

    Returns
    -------
    str
        64 bits as 16 hexadecimal digits, row by row.
    """
    smooth = cv2.blur(luma, (MEAN_FILTER, MEAN_FILTER))
    small = cv2.resize(smooth, (HASHED_SIDE, HASHED_SIDE), interpolation=cv2.INTER_AREA)
    frequencies = cv2.dct(small.astype(np.float64))[HASHED_FREQUENCIES, HASHED_FREQUENCIES].round(HASH_DECIMALS)
    return np.packbits(frequencies > np.median(frequencies)).tobytes().hex()
