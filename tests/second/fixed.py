"""A detector that finds the same face in every picture."""

import numpy as np

from keras_impl.faces.face import Box, Face

LANDMARKS = np.array([[0.4, 0.4], [0.6, 0.4], [0.5, 0.5], [0.42, 0.62], [0.58, 0.62]])
"""As shares of width and height."""


class FixedDetector:
    """Finds it."""

    def __init__(self, min_face_size):
        self.min_face_size = min_face_size

    def detect(self, images):
        """As `keras_impl.faces.face.FaceDetector` says."""
        return [[_face(*image.shape[:2])] for image in images]


def _face(height, width):
    box = Box(0.3 * width, 0.3 * height, 0.4 * width, 0.4 * height)
    return Face(box, 0.99, LANDMARKS * (width, height), 0.95)


def make_detector(min_face_size, threads, settling):
    return FixedDetector(min_face_size)
