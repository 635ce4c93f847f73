"""Landmarks in the crop: where the picture has them after it was cut."""

import numpy as np
import pandas as pd
import pytest

from keras_impl.approaches.landmarks import find_landmarks, indexed_landmarks
from keras_impl.faces.cropping import SIZE, crop_square
from keras_impl.faces.index import LANDMARK_COLUMNS


@pytest.mark.parametrize(
    "box", [(100, 80, 90, 120), (5, 3, 100, 90), (300, 150, 95, 88), (10, 0, 380, 290), (200.4, 50.6, 77.5, 91.2)]
)
def test_indexed_landmarks_are_where_the_crop_shows_them(box):
    """In the middle of the picture, near its edges, and larger than it."""
    frame = np.zeros((300, 400, 3), np.uint8)
    x, y = round(box[0] + box[2] / 2), round(box[1] + box[3] / 2)
    frame[y - 2 : y + 3, x - 2 : x + 3] = 255
    rows, columns = np.nonzero(crop_square(frame, box)[..., 0] > 127)
    values = dict(zip(("x", "y", "width", "height"), box, strict=True)) | {"frame_width": 400, "frame_height": 300}
    index = pd.DataFrame([values | dict.fromkeys(LANDMARK_COLUMNS[::2], x) | dict.fromkeys(LANDMARK_COLUMNS[1::2], y)])
    landmarks = indexed_landmarks(index)
    assert landmarks.shape == (1, 5, 2)
    assert landmarks[0, 0] == pytest.approx([columns.mean(), rows.mean()], abs=2)


def test_crops_without_landmarks_have_none():
    values = {"x": 0.0, "y": 0.0, "width": 224.0, "height": 224.0, "frame_width": 224, "frame_height": 224}
    index = pd.DataFrame([values | dict.fromkeys(LANDMARK_COLUMNS, np.nan)] * 2)
    assert np.isnan(indexed_landmarks(index)).all()


def test_landmarks_are_found_in_crops_and_nan_where_there_is_no_face(portrait, detector):
    box = detector.detect([portrait])[0][0].box
    found, none = find_landmarks([crop_square(portrait, box), np.zeros((SIZE, SIZE, 3), np.uint8)])
    left_eye, right_eye, nose, mouth_left, _ = found
    assert left_eye[0] < nose[0] < right_eye[0]
    assert left_eye[1] < nose[1] < mouth_left[1] < SIZE
    assert np.isnan(none).all()
