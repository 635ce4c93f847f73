"""Crops that a data set brought along: their landmarks are found, so that networks see them like all other faces.

Crops are often so tight that the detector doesn't take them for faces; with their border repeated around them it
does. Where it still finds nothing, the framing of the set's other crops stands in: whoever cut them followed one rule.
"""

import math
import os
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np

from keras_impl.datasets.record import MediaRecord
from keras_impl.errors import MediaError
from keras_impl.faces.config import FaceConfig
from keras_impl.faces.cropping import Framing, Placed, cut_crop
from keras_impl.faces.detectors import make_detector
from keras_impl.faces.extract import crop_columns, face_columns, frame_columns
from keras_impl.faces.face import Box, Face, FaceDetector, main_face
from keras_impl.faces.modality import LANDMARK_COLUMNS, STAND_IN
from keras_impl.media.image import read_image
from keras_impl.media.still import StillReader
from keras_impl.media.video import Frame

SIDE = 224
"""Pixels that the longer side is brought to for the search: landmarks are no finer than that anyway."""

BORDER = 80
"""Pixels of repeated border around it."""

MIN_FACE_SIZE = 60
"""Side of the smallest face that is looked for in it: a face fills a crop."""

FOUND_BY = "crop"


def crop_detector(config: FaceConfig, threads: int | None = None) -> FaceDetector:
    """The detector of a sample config, to find landmarks in crops with."""
    return make_detector(config.detector, MIN_FACE_SIZE, threads, config.settling)


def take_crops(record: MediaRecord, detector: FaceDetector, framing: Framing, seconds: float = math.inf) -> list[dict]:
    """Describe a crop, or all crops of a video; the files themselves stay where they are.

    Parameters
    ----------
    record : MediaRecord
    detector : FaceDetector
        From `crop_detector`.
    framing : Framing
    seconds : float, optional
        How long reading may take.

    Returns
    -------
    list of dict
        A row of the face index each, at least one. Where no landmarks are found, `stand_in` has to complete it.

    Raises
    ------
    MediaError
        If no file can be read or none is an image.
    """
    paths = record.frames or (record.path,)
    with StillReader(paths, seconds) as reader:
        rows = [_row(record, frame, paths[frame.number], detector, framing) for frame in reader.read(range(len(paths)))]
        missing = len(reader.missing)
    if not rows:
        raise MediaError("none of its pictures can be read")
    return [row | {"video_frames": len(paths), "frames_missing": missing} for row in rows]


def _row(record: MediaRecord, frame: Frame, path: Path, detector: FaceDetector, framing: Framing) -> dict:
    image = frame.image
    face = find_landmarks(image, detector)
    row = frame_columns(record, frame) | {"tries": 1, "faces_in_frame": 1, "crop": os.path.abspath(path)}
    if face is None:
        return row | {"found_by": STAND_IN}
    return row | {"found_by": FOUND_BY} | face_columns(face) | _columns(image, face.landmarks, framing)


def find_landmarks(image: np.ndarray, detector: FaceDetector) -> Face | None:
    """The face of a crop, in its pixels; None where none is found.

    Parameters
    ----------
    image : ndarray of uint8, shape (h, w, 3)
        RGB.
    detector : FaceDetector
        From `crop_detector`.
    """
    height, width = image.shape[:2]
    scale = SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    (found,) = detector.detect([cv2.copyMakeBorder(small, BORDER, BORDER, BORDER, BORDER, cv2.BORDER_REPLICATE)])
    if not found:
        return None
    face = main_face(found)
    x, y, *spans = face.box
    box = Box((x - BORDER) / scale, (y - BORDER) / scale, *(span / scale for span in spans))
    return Face(box, face.confidence, (face.landmarks - BORDER) / scale, face.certainty)


def median_landmarks(rows: Iterable[dict]) -> np.ndarray | None:
    """Where landmarks mostly are in a set's crops, as shares of width and height: (5, 2); None if none were found."""
    shares = [
        np.array([row[name] for name in LANDMARK_COLUMNS]).reshape(5, 2) / (row["frame_width"], row["frame_height"])
        for row in rows
        if row["found_by"] == FOUND_BY
    ]
    return np.median(shares, axis=0) if shares else None


def stand_in(row: dict, median: np.ndarray, framing: Framing) -> dict:
    """Complete the row of a crop without landmarks by those of the set's other crops.

    Raises
    ------
    MediaError
        If the crop can't be read any more.
    """
    landmarks = median * (row["frame_width"], row["frame_height"])
    image = read_image(Path(row["crop"]))
    if image.shape[:2] != (row["frame_height"], row["frame_width"]):
        raise MediaError("was changed meanwhile: run the same command again")
    face = Face(Box(0.0, 0.0, row["frame_width"], row["frame_height"]), math.nan, landmarks, math.nan)
    return row | face_columns(face) | _columns(image, landmarks, framing)


def _columns(image: np.ndarray, landmarks: np.ndarray, framing: Framing) -> dict:
    """The columns about the crop, of a file that is left as it is."""
    crop = cut_crop(image, landmarks, framing).crop
    return crop_columns(Placed(crop, 0, 0, 1.0), framing)
