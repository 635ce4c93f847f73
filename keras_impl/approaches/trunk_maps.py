"""What ResNet50's frozen stages make of each face, computed once and kept on disk.

The stages below the top one don't learn, so their output can be trained on again and again, in
every epoch and in every fold. It takes 0.2 MB a face.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from keras_impl.approaches.resnet import INPUT_SIZE, trunk_of
from keras_impl.backend import keras
from keras_impl.errors import MediaError
from keras_impl.faces.cropping import resize
from keras_impl.media.image import read_image

CHUNK = 256
"""Faces read and passed through the trunk at a time."""


def compute_maps(model: keras.Model, crops: Sequence[Path], path: Path) -> Iterator[np.ndarray]:
    """Pass crops through the frozen stages into a file.

    Parameters
    ----------
    model : keras.Model
        From `keras_impl.approaches.resnet.build_model`.
    crops : sequence of Path
        Image files of faces.
    path : Path
        The file to write, ending in ``.npy``.

    Yields
    ------
    array of float16, shape (len(crops), 10, 10, 1024)
        The file as a memory map, the same each time, filled by `CHUNK` more rows: the last one is
        complete. The row of a crop that can't be read is nan.
    """
    trunk = trunk_of(model)
    maps = np.lib.format.open_memmap(path, "w+", np.float16, (len(crops), *trunk.output.shape[1:]))
    for start in range(0, len(crops), CHUNK):
        maps[start : start + CHUNK] = _maps_of(trunk, crops[start : start + CHUNK])
        yield maps


def readable(maps: np.ndarray) -> np.ndarray:
    """Mark the rows whose crop could be read: bool, shape (n,)."""
    return ~np.isnan(maps[:, 0, 0, 0])


def read_faces(crops: Iterable[Path]) -> np.ndarray:
    """Read crops at the network's size: uint8 (n, 160, 160, 3); unreadable ones are left out."""
    faces = [face for face in map(_read_face, crops) if face is not None]
    return np.stack(faces) if faces else np.empty((0, INPUT_SIZE, INPUT_SIZE, 3), np.uint8)


def _read_face(crop: Path) -> np.ndarray | None:
    try:
        return resize(read_image(crop), INPUT_SIZE)
    except MediaError:
        return None


def _maps_of(trunk: keras.Model, crops: Sequence[Path]) -> np.ndarray:
    faces = [_read_face(crop) for crop in crops]
    maps = np.full((len(crops), *trunk.output.shape[1:]), np.nan, np.float16)
    found = np.array([face is not None for face in faces])
    if found.any():
        maps[found] = trunk.predict(np.stack([face for face in faces if face is not None]), verbose=0)
    return maps
