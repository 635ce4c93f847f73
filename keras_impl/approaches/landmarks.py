"""Where eyes, nose and mouth are in the crops: from the index, or found once where it doesn't say."""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from keras_impl.faces.cropping import SIZE, square_around
from keras_impl.faces.index import LANDMARK_COLUMNS

MIN_FACE_SIZE = 60
"""Smallest face to look for in a crop, which a face fills, in pixels."""


def indexed_landmarks(index: pd.DataFrame) -> np.ndarray:
    """Bring the index's landmarks from the frame into the crop, as `crop_square` cuts it.

    Parameters
    ----------
    index : DataFrame
        A face index of n rows.

    Returns
    -------
    ndarray of float32, shape (n, 5, 2)
        (x, y) in pixels of the crop; nan where the index has none.
    """
    points = index[list(LANDMARK_COLUMNS)].to_numpy(float).reshape(-1, 5, 2)
    boxes = index[["x", "y", "width", "height"]].to_numpy(float)
    frames = index[["frame_height", "frame_width"]].to_numpy(int)
    squares = np.array([square_around(box, *frame) for box, frame in zip(boxes, frames, strict=True)]).reshape(-1, 3)
    return ((points - squares[:, None, :2]) * SIZE / squares[:, None, 2:]).astype(np.float32)


def find_landmarks(faces: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """Find the landmarks in crops.

    Parameters
    ----------
    faces : iterable of ndarray of uint8, shape (224, 224, 3)
        RGB.

    Yields
    ------
    ndarray of float32, shape (5, 2)
        Pixels of the crop; nan where no face is found.
    """
    from keras_impl.faces.detection import FaceDetector
    from keras_impl.faces.face import main_face

    detector = FaceDetector(MIN_FACE_SIZE)
    for face in faces:
        found = detector.detect([face])[0]
        yield main_face(found).landmarks.astype(np.float32) if found else np.full((5, 2), np.nan, np.float32)
