"""The face index: what is known of each face.

A faces folder also holds ``crops/`` (PNG: lossless, so that no second lossy step touches the traces that a
detector looks for). Crops that a data set brought along stay where they are: their rows name them by
absolute path, and what is said of the frame is said of that picture.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from keras_impl.faces.config import FaceConfig
from keras_impl.faces.cropping import WINDOWS, Crop, Framing, cut_crop
from keras_impl.faces.cues import CUES
from keras_impl.faces.face import LANDMARKS
from keras_impl.media.image import read_image
from keras_impl.samples.index import FROM_DATA, Kind

CROPS_NAME = "crops"

LANDMARK_COLUMNS = tuple(f"{name}_{axis}" for name in LANDMARKS for axis in "xy")

MISSING_COLUMNS = tuple(f"missing_{window}" for window in WINDOWS)

STAND_IN = "median"
"""How a face was found whose landmarks are those of the data set's other crops."""

COLUMNS = {
    "sample": "string",  # unique: video#frame
    **{name: FROM_DATA[name] for name in ("video", "source", "label", "original", "person")},
    "donor": "string",  # of a fake, whose face was put in (a video or a person), where the data set tells
    "part": FROM_DATA["part"],
    "frame": "int64",  # place in display order, from 0
    "time": "float64",  # seconds
    "video_frames": "int64",  # how many the video has
    # detection; crop: landmarks found in a crop that came ready-made; median: none found there, those of the set's
    # other crops stand in
    "found_by": "string",
    "frames_missing": "int64",  # of the video's wanted frames, how many can't be decoded
    "tries": "int64",  # the attempt in which it was found, 1 if in the frame first looked at
    "faces_in_frame": "int64",  # 1 in crops that came ready-made
    "confidence": "float64",
    "x": "float64",  # the face's box, pixels of the frame
    "y": "float64",
    "width": "float64",
    "height": "float64",
    **dict.fromkeys(LANDMARK_COLUMNS, "float64"),  # pixels of the frame
    "crop_left": "int64",  # where the crop begins, pixels of the frame
    "crop_top": "int64",
    "crop_scale": "float64",  # pixels of the crop per pixel of the frame, 1 at most
    **dict.fromkeys(MISSING_COLUMNS, "float64"),  # share of each network's window beyond the picture: repeated border
    "frame_width": "int64",  # pixels
    "frame_height": "int64",
    "file_bytes": "int64",  # size of the video or image
    **CUES,
    "crop": "string",  # path relative to the faces folder, or absolute
}

FACES = Kind(
    modality="image",
    noun="face",
    columns=COLUMNS,
    file_column="crop",
    groups=(),
    order=("video", "frame"),
    missing_name="faceless.csv",
    made_by="python -m keras_impl.extract_faces",
    config=FaceConfig,
)


def landmarks_of(index: pd.DataFrame) -> np.ndarray:
    """Landmarks in pixels of the crop files: float64 (n, 5, 2)."""
    points = index[list(LANDMARK_COLUMNS)].to_numpy(float).reshape(-1, 5, 2)
    start = index[["crop_left", "crop_top"]].to_numpy(float)[:, None]
    return (points - start) * index["crop_scale"].to_numpy(float)[:, None, None]


def read_crop(path: Path, landmarks: np.ndarray, framing: Framing) -> Crop:
    """Read a crop file; of one that came ready-made, what this project keeps of a face.

    Parameters
    ----------
    path : Path
    landmarks : ndarray of float, shape (5, 2)
        From `landmarks_of`.
    framing : Framing

    Raises
    ------
    MediaError
        If it can't be read.
    """
    return cut_crop(read_image(path), landmarks, framing).crop
