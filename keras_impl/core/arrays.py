"""Arrays on disk as npz files, read back without trusting what is in them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile

import numpy as np

from keras_impl.core.storage import atomic_path, check_file
from keras_impl.errors import DataError

_BROKEN = (OSError, ValueError, KeyError, TypeError, IndexError, EOFError, BadZipFile, MemoryError, RuntimeError)
"""Raised by zipfile and NumPy on files that are damaged, encrypted, or compressed by an unknown method."""


def write_arrays(path: Path, *numbered: np.ndarray, **named: np.ndarray) -> None:
    """Write arrays atomically, unnamed ones in order. Not as HDF5, whose library crashes on a full disk."""
    arrays: dict[str, Any] = dict(named)  # NumPy's own type would take one named "allow_pickle" for its option
    with atomic_path(path) as temporary, temporary.open("wb") as stream:
        np.savez(stream, *numbered, **arrays)


def read_arrays(path: Path, made_by: str) -> Mapping[str, np.ndarray]:
    """Read what `write_arrays` wrote, by name; unnamed arrays are ``arr_0``, ``arr_1`` and so on. No pickle is loaded.

    Parameters
    ----------
    path : Path
    made_by : str
        What to do about a bad file, such as "run X again": it completes the message.

    Raises
    ------
    DataError
        If the file is missing or damaged, or its headers declare more data than it holds.
    """
    check_file(path, made_by)
    try:
        with ZipFile(path) as archive:
            entries = archive.infolist()
            if any(entry.compress_type != ZIP_STORED or entry.flag_bits & 1 for entry in entries):
                raise ValueError("it is compressed or encrypted")
            if sum(entry.file_size for entry in entries) > path.stat().st_size:
                raise ValueError("its headers declare more data than it holds")
            for entry in entries:
                _check_claim(archive, entry.filename, entry.file_size)
        with np.load(path, allow_pickle=False) as stored:
            return dict(stored)
    except _BROKEN as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise DataError(f"{path} can't be read ({reason}): {made_by}") from None


def _check_claim(archive: ZipFile, name: str, size: int) -> None:
    """Refuse an array whose header declares more data than there is: NumPy would allocate it before reading."""
    with archive.open(name) as stream:
        version = np.lib.format.read_magic(stream)
        read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = read_header(stream)
    if any(length < 0 for length in shape) or np.prod(shape, dtype=float) * dtype.itemsize > size:
        raise ValueError("the header of an array declares more data than it holds")
