"""All samples of a run, decoded once into one file that every epoch reads from.

A face takes as many bytes as the original pixels that its window can show, jitter included; a segment of sound
two a sample. It is written like any file, and only read as a memory map: writing into a map on a full disk ends
the process without a word.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from keras_impl.errors import DataError, MediaError, SoundError
from keras_impl.faces.crop_files import read_crop
from keras_impl.faces.cropping import Framing, Window, jittered, square_of
from keras_impl.media.audio import FULL_SCALE, SoundReader
from keras_impl.speech.config import SoundConfig
from keras_impl.speech.segments import fill

STORE_NAME = "samples.bin"

Item = TypeVar("Item")


class Decoded(NamedTuple):
    """A sample.

    Attributes
    ----------
    array : ndarray
    landmarks : ndarray
        Pixels of the array where it is a face, else empty.
    origin : tuple of (int, int)
        Where a face's array begins in its crop: left, top.
    """

    array: np.ndarray
    landmarks: np.ndarray
    origin: tuple[int, int] = (0, 0)


def read_face(path: Path, landmarks: np.ndarray, framing: Framing, window: Window, reach: float) -> Decoded:
    """The part of a crop that a window can show: uint8 (h, w, 3), RGB, with the landmarks in it.

    Parameters
    ----------
    path, landmarks, framing
        As of `keras_impl.faces.modality.read_crop`.
    window : Window
    reach : float
        How much further than the window's side, as a share of it, jitter reaches on each side.

    Raises
    ------
    MediaError
        If the crop can't be read.
    """
    crop = read_crop(path, landmarks, framing)
    left, top, side = jittered(square_of(crop.landmarks, window.share), 1 + 2 * reach, 0, 0)
    height, width = crop.pixels.shape[:2]
    x1, x2 = np.clip([int(np.floor(left)), int(np.ceil(left + side)) + 1], 0, width)
    y1, y2 = np.clip([int(np.floor(top)), int(np.ceil(top + side)) + 1], 0, height)
    if x1 == x2 or y1 == y2:  # the window lies beside the picture: all that it shows is repeated border
        return Decoded(crop.pixels, crop.landmarks)
    return Decoded(crop.pixels[y1:y2, x1:x2], crop.landmarks - (x1, y1), (int(x1), int(y1)))


def read_segment(clip: Path) -> Decoded:
    """A segment, as long as it is: int16 (n,).

    Raises
    ------
    MediaError
        If it can't be read, or is empty.
    """
    with SoundReader(clip) as reader:
        samples = np.concatenate([np.empty(0, np.float32), *reader.blocks()])
    if not len(samples):
        reason = "has a sound track of which nothing can be decoded"
        raise SoundError("unreadable", reason, code="undecodable_sound")
    return Decoded(np.round(samples * FULL_SCALE).astype(np.int16), np.empty(0))


def as_input(samples: np.ndarray, config: SoundConfig) -> np.ndarray:
    """A segment of sound as the network takes it.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)
        -1 to 1.
    config : SoundConfig

    Returns
    -------
    ndarray of int16, shape (config.samples,)

    Raises
    ------
    MediaError
        If it is empty.
    """
    return np.round(fill(samples, config) * FULL_SCALE).astype(np.int16)


class Store(Sequence[np.ndarray]):
    """Decoded samples, read from a memory map: arrays of one type, maybe of different shapes.

    Attributes
    ----------
    landmarks : ndarray of float32, shape (n, 5, 2), or (n, 0)
        Of faces, in pixels of the stored arrays.
    origins : ndarray of int, shape (n, 2)
        As of `Decoded`.
    """

    def __init__(
        self, path: Path, dtype: str, shapes: Sequence[tuple[int, ...]], landmarks: np.ndarray, origins: np.ndarray
    ) -> None:
        sizes = [int(np.prod(shape)) for shape in shapes]
        self._shapes, self._ends = list(shapes), np.cumsum(sizes, dtype=np.int64)
        self._values = np.memmap(path, dtype, "r") if sum(sizes) else np.empty(0, dtype)
        self.landmarks, self.origins = landmarks, origins

    def __len__(self) -> int:
        return len(self._shapes)

    def __getitem__(self, row: int) -> np.ndarray:  # type: ignore[override]  # no slices
        shape = self._shapes[row]
        end = int(self._ends[row])
        return self._values[end - int(np.prod(shape)) : end].reshape(shape)


class StoreWriter(Generic[Item]):
    """Decodes samples into a file, one after the other, when it is iterated over.

    Parameters
    ----------
    path : Path
        The file to write; one that is there is replaced.
    items : sequence
        One for each sample.
    read : callable
        Gives a sample from its item; all of one type.
    """

    def __init__(self, path: Path, items: Sequence[Item], read: Callable[[Item], Decoded]) -> None:
        self._path, self._items, self._read = path, items, read
        self._shapes: list[tuple[int, ...]] = []
        self._landmarks: list[np.ndarray | None] = []
        self._origins: list[tuple[int, int]] = []
        self._dtype = "|u1"
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Hash of all that was decoded; complete once all is."""
        return self._digest.hexdigest()

    def __iter__(self) -> Iterator[bool]:
        """Write, and say of each sample whether it could be read; one that couldn't is an empty array.

        Raises
        ------
        DataError
            If the disk has no room.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("wb") as stream:
                for item in self._items:
                    sample = self._decode(item)
                    self._landmarks.append(None if sample is None else sample.landmarks)
                    self._origins.append((0, 0) if sample is None else sample.origin)
                    self._shapes.append((0,) if sample is None else sample.array.shape)
                    if sample is not None:
                        self._dtype = sample.array.dtype.str
                        content = np.ascontiguousarray(sample.array).tobytes()
                        self._digest.update(repr(sample.array.shape).encode() + content)
                        stream.write(content)
                    yield sample is not None
        except OSError as error:
            self._path.unlink(missing_ok=True)
            raise DataError(
                f"{self._path} can't be written ({error.strerror}): decoded samples take about 0.15 MB each; free "
                "space there, or choose another --out"
            ) from None

    def open(self) -> Store:
        """The samples, once all are written."""
        known = next((each for each in self._landmarks if each is not None), np.empty(0))
        filled = [np.full(known.shape, np.nan) if each is None else each for each in self._landmarks]
        landmarks = np.array(filled, np.float32).reshape(len(filled), *known.shape)
        origins = np.array(self._origins, int).reshape(-1, 2)
        return Store(self._path, self._dtype, self._shapes, landmarks, origins)

    def _decode(self, item: Item) -> Decoded | None:
        try:
            return self._read(item)
        except MediaError:
            return None


def reach_of(scale: float, place: float) -> float:
    """How far beyond its edges a window reaches, as a share of its side, that is jittered by up to so much."""
    return (np.exp(scale) - 1) / 2 + place
