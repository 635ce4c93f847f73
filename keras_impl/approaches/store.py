"""All samples of a run, decoded once into one file that every epoch reads from: 0.15 MB a face or segment.

It is written like any file, and only read as a memory map: writing into a map on a full disk ends
the process without a word.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from keras_impl.errors import DataError, MediaError
from keras_impl.faces.cropping import SIZE, resize
from keras_impl.media.image import read_image
from keras_impl.media.records import Modality
from keras_impl.media.sound import SoundReader
from keras_impl.sound.extraction import FULL_SCALE
from keras_impl.sound.segments import SAMPLES, fill

STORE_NAME = "samples.npy"


@dataclass(frozen=True)
class Form:
    """What a store holds of each sample.

    Attributes
    ----------
    shape : tuple of int
    dtype : str
        Of numpy's array format.
    read : callable
        Gives a sample's array from its file.
    """

    shape: tuple[int, ...]
    dtype: str
    read: Callable[[Path], np.ndarray]


def read_face(crop: Path) -> np.ndarray:
    """A crop at the size that the network takes: uint8 (224, 224, 3), RGB."""
    return resize(read_image(crop), SIZE)


def read_segment(clip: Path) -> np.ndarray:
    """A segment at the length that the network takes: int16 (64000,)."""
    with SoundReader(clip) as reader:
        return as_input(np.concatenate([np.empty(0, np.float32), *reader.blocks()]))


def as_input(samples: np.ndarray) -> np.ndarray:
    """A segment of sound as the network takes it.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)
        -1 to 1.

    Returns
    -------
    ndarray of int16, shape (64000,)

    Raises
    ------
    MediaError
        If it is empty.
    """
    return np.round(fill(samples) * FULL_SCALE).astype(np.int16)


FORMS: Mapping[Modality, Form] = {
    "image": Form((SIZE, SIZE, 3), "|u1", read_face),
    "sound": Form((SAMPLES,), "<i2", read_segment),
}


class StoreWriter:
    """Decodes samples into a file, one after the other, when it is iterated over.

    Parameters
    ----------
    path : Path
        The file to write, ending in ``.npy``; one that is there is replaced.
    files : sequence of Path
        Of the samples.
    form : Form
    """

    def __init__(self, path: Path, files: Sequence[Path], form: Form) -> None:
        self._path, self._files, self._form = path, files, form
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Hash of all that was decoded; complete once all is."""
        return self._digest.hexdigest()

    def __iter__(self) -> Iterator[bool]:
        """Write, and say of each sample whether it could be read; one that couldn't is nothing but zeros.

        Raises
        ------
        DataError
            If the disk has no room.
        """
        shape = (len(self._files), *self._form.shape)
        nothing = np.zeros(self._form.shape, self._form.dtype)
        header = {"descr": self._form.dtype, "fortran_order": False, "shape": shape}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("wb") as stream:
                np.lib.format.write_array_header_1_0(stream, header)
                for file in self._files:
                    sample = self._read(file)
                    content = (nothing if sample is None else sample).tobytes()
                    self._digest.update(content)
                    stream.write(content)
                    yield sample is not None
        except OSError as error:
            self._path.unlink(missing_ok=True)
            size = f"{np.prod(shape, dtype=float) * nothing.itemsize / 1e9:.1f} GB"
            raise DataError(
                f"{self._path} can't be written ({error.strerror}): free {size} for decoded samples, or choose "
                "another --out"
            ) from None

    def _read(self, file: Path) -> np.ndarray | None:
        try:
            return self._form.read(file)
        except MediaError:
            return None


def open_store(path: Path) -> np.ndarray:
    """The samples of a store, (n, ...), as a memory map."""
    return np.load(path, mmap_mode="r")
