"""All crops of a run, decoded once into one file that every epoch reads from: 0.15 MB a face.

It is written like any file, and only read as a memory map: writing into a map on a full disk ends
the process without a word.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from keras_impl.errors import DataError, MediaError
from keras_impl.faces.cropping import SIZE, resize
from keras_impl.media.image import read_image

STORE_NAME = "faces.npy"

UNREADABLE = np.zeros((SIZE, SIZE, 3), np.uint8)


def write_store(path: Path, crops: Sequence[Path]) -> Iterator[bool]:
    """Decode crops into a file, one after the other.

    Parameters
    ----------
    path : Path
        The file to write, ending in ``.npy``; one that is there is replaced.
    crops : sequence of Path
        Image files of faces.

    Yields
    ------
    bool
        Whether the crop could be read; one that couldn't is black in the store.

    Raises
    ------
    DataError
        If the disk has no room.
    """
    shape = (len(crops), *UNREADABLE.shape)
    header = {"descr": "|u1", "fortran_order": False, "shape": shape}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            np.lib.format.write_array_header_1_0(stream, header)
            for crop in crops:
                face = _read_face(crop)
                stream.write((UNREADABLE if face is None else face).tobytes())
                yield face is not None
    except OSError as error:
        path.unlink(missing_ok=True)
        size = f"{np.prod(shape, dtype=float) / 1e9:.1f} GB"
        raise DataError(
            f"{path} can't be written ({error.strerror}): free {size} for decoded faces, or choose another --out"
        ) from None


def open_store(path: Path) -> np.ndarray:
    """The faces of a store: uint8 (n, 224, 224, 3), RGB, a memory map."""
    return np.load(path, mmap_mode="r")


def _read_face(crop: Path) -> np.ndarray | None:
    try:
        return resize(read_image(crop), SIZE)
    except MediaError:
        return None
