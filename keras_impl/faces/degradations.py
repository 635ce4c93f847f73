"""What a detector has to cope with: faces as users' files show them, each kind in three strengths.

Where DeeperForensics-1.0 has a kind (Jiang et al. 2020, arXiv 2001.03024), the second and third strength are its
levels 3 and 5 of five: blur with sigma 13/6 and 21/6 pixels, noise of variance .005 and .05 of the range, contrast,
saturation, pixels made larger 4 and 6 times (which it calls JPEG), and H.264 at CRF 35 and 40. The first is milder.
"""

from collections.abc import Callable

import numpy as np

from keras_impl.faces.cropping import Crop, eye_to_mouth
from keras_impl.media import degradation
from keras_impl.samples.degradations import Degradation

Change = Callable[[Crop, float, np.random.Generator], Crop]

MASK_GREY = 128
"""Of what hides a part of the face."""

MASK_WIDTH = 1.5
"""Of it, in distances from the eyes to the mouth."""


def _pixels(change: Callable[[np.ndarray, float], np.ndarray]) -> Change:
    """A change of the pixels alone, that draws nothing by lot."""
    return lambda crop, strength, _: Crop(change(crop.pixels, strength), crop.landmarks)


def _noise(crop: Crop, deviation: float, generator: np.random.Generator) -> Crop:
    return Crop(degradation.noisy(crop.pixels, deviation, generator), crop.landmarks)


def _smaller(crop: Crop, factor: float, _: np.random.Generator) -> Crop:
    """A face that fills less of the windows: they are cut as if the landmarks were further apart."""
    middle, _distance = eye_to_mouth(crop.landmarks)
    return Crop(crop.pixels, middle + (crop.landmarks - middle) * factor)


def _larger(crop: Crop, factor: float, generator: np.random.Generator) -> Crop:
    return _smaller(crop, 1 / factor, generator)


def _hide(points: slice) -> Change:
    """Hide what lies around landmarks, by a box of a height in distances from the eyes to the mouth."""

    def change(crop: Crop, height: float, _: np.random.Generator) -> Crop:
        _middle, distance = eye_to_mouth(crop.landmarks)
        x, y = crop.landmarks[points].mean(axis=0)
        half_width, half_height = MASK_WIDTH * distance / 2, height * distance / 2
        rows, columns = crop.pixels.shape[:2]
        top, bottom = (int(np.clip(round(float(edge)), 0, rows)) for edge in (y - half_height, y + half_height))
        left, right = (int(np.clip(round(float(edge)), 0, columns)) for edge in (x - half_width, x + half_width))
        pixels = crop.pixels.copy()
        pixels[top:bottom, left:right] = MASK_GREY
        return Crop(pixels, crop.landmarks)

    return change


DEGRADATIONS: tuple[Degradation[Crop], ...] = (
    Degradation("jpeg", "JPEG (quality)", (60, 40, 20), _pixels(lambda picture, q: degradation.jpeg(picture, int(q)))),
    Degradation("h264", "H.264 (CRF)", (28, 35, 40), _pixels(lambda picture, crf: degradation.h264(picture, int(crf)))),
    Degradation("resized", "made smaller (share)", (0.5, 1 / 4, 1 / 6), _pixels(degradation.resized)),
    Degradation("blur", "blur (sigma, pixels)", (1.0, 13 / 6, 21 / 6), _pixels(degradation.blurred)),
    Degradation("noise", "noise (levels of 255)", (5.0, 18.0, 57.0), _noise),
    Degradation("lighter", "lighter (levels of 255)", (20.0, 40.0, 80.0), _pixels(degradation.lighter)),
    Degradation("contrast", "less contrast (factor)", (0.85, 0.6, 0.35), _pixels(degradation.contrast)),
    Degradation("colour", "less colour (share)", (0.4, 0.2, 0.0), _pixels(degradation.saturation)),
    Degradation("eyes", "eyes hidden (height)", (0.3, 0.6, 0.9), _hide(slice(0, 2))),
    Degradation("mouth", "mouth hidden (height)", (0.3, 0.6, 0.9), _hide(slice(3, 5))),
    Degradation("smaller", "face smaller (factor)", (1.12, 1.25, 1.58), _smaller),
    Degradation("larger", "face larger (factor)", (1.12, 1.25, 1.58), _larger),
)
