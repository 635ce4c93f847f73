"""The crops of a faces folder: where their landmarks are, and how they are read."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from keras_impl.faces.cropping import Crop, Framing, cut_crop
from keras_impl.faces.modality import LANDMARK_COLUMNS
from keras_impl.media.image import read_image

if TYPE_CHECKING:  # prediction needs only the other function
    import pandas as pd

CROPS_NAME = "crops"


def landmarks_of(index: "pd.DataFrame") -> np.ndarray:
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
