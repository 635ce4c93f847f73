"""A face that was found, and which of several a picture is of."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LANDMARKS = ("left_eye", "right_eye", "nose", "mouth_left", "mouth_right")
"""Order of a face's landmarks; left and right as seen in the image."""


@dataclass(frozen=True)
class Face:
    """One face that was found.

    Attributes
    ----------
    box : (x, y, width, height)
        Pixels, inside the image.
    confidence : float
        MTCNN's own, 0 to 1.
    landmarks : ndarray of float, shape (5, 2)
        (x, y) in pixels, in the order of `LANDMARKS`.
    """

    box: tuple[float, float, float, float]
    confidence: float
    landmarks: np.ndarray


def main_face(faces: Sequence[Face]) -> Face:
    """The face that a picture is of: the largest, an uncertain one counting less."""
    return max(faces, key=lambda face: face.box[2] * face.box[3] * face.confidence)
