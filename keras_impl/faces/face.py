"""A face that was found, and which of several a picture is of."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LANDMARKS = ("left_eye", "right_eye", "nose", "mouth_left", "mouth_right")
"""Order of a face's landmarks; left and right as seen in the image."""


LEAST_CONFIDENCE = 0.8
"""What MTCNN's last network must be sure of for a box to count as a face (the mtcnn package's)."""


@dataclass(frozen=True)
class Face:
    """One face that was found.

    Attributes
    ----------
    box : (x, y, width, height)
        Pixels, inside the image.
    confidence : float
        MTCNN's own, `LEAST_CONFIDENCE` to 1.
    landmarks : ndarray of float, shape (5, 2)
        (x, y) in pixels, in the order of `LANDMARKS`.
    """

    box: tuple[float, float, float, float]
    confidence: float
    landmarks: np.ndarray


def main_face(faces: Sequence[Face]) -> Face:
    """The face that a picture is of: the largest, an uncertain one counting less.

    What only resembles a face, as a mask or an animal does, is often large, and found with little
    certainty; so a face's area is weighted by the square of how far its confidence is above the
    least that the detector lets through.
    """
    return max(faces, key=lambda face: face.box[2] * face.box[3] * _certainty(face) ** 2)


def _certainty(face: Face) -> float:
    """Confidence on a scale from 0, which just passes, to 1."""
    return (face.confidence - LEAST_CONFIDENCE) / (1 - LEAST_CONFIDENCE)
