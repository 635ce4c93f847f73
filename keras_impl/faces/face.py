"""A face that was found, which of several a picture is of, and what every detector offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

LANDMARKS = ("left_eye", "right_eye", "nose", "mouth_left", "mouth_right")
"""Order of a face's landmarks; left and right as seen in the image."""


class Box(NamedTuple):
    """A rectangle in a picture, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def area(self) -> float:
        """Square pixels."""
        return self.width * self.height

    @property
    def longer_side(self) -> float:
        """Pixels."""
        return max(self.width, self.height)


@dataclass(frozen=True)
class Face:
    """One face that was found.

    Attributes
    ----------
    box : Box
        Inside the image.
    confidence : float
        The detector's own, 0 to 1.
    landmarks : ndarray of float, shape (5, 2)
        (x, y) in pixels, in the order of `LANDMARKS`.
    certainty : float
        How sure the detector is on a scale that all detectors share: from 0, which just passes, to 1.
    """

    box: Box
    confidence: float
    landmarks: np.ndarray
    certainty: float


class FaceDetector(Protocol):
    """Finds faces. `keras_impl.faces.detectors` names all that there are.

    Attributes
    ----------
    min_face_size : float
        Side in pixels of the smallest face that is looked for.
    """

    min_face_size: float

    def detect(self, images: Sequence[np.ndarray]) -> list[list[Face]]:
        """Find the faces of each image, most confident first.

        Parameters
        ----------
        images : sequence of ndarray of uint8
            RGB, shape (h, w, 3), of any sizes.

        Returns
        -------
        list of list of Face
            One list per image.
        """


def main_face(faces: Sequence[Face]) -> Face:
    """The face that a picture is of: the largest, an uncertain one counting less.

    What only resembles a face, as a mask or an animal does, is often large, and found with little
    certainty; so a face's area is weighted by the square of the detector's certainty.
    """
    return max(faces, key=lambda face: face.box.area * face.certainty**2)
