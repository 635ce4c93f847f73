"""A still image where a video is expected: one frame, number 0, at second 0."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from keras_impl.media.image import read_image
from keras_impl.media.records import IMAGE_SUFFIXES
from keras_impl.media.video import Frame, VideoReader


class StillReader:
    """An image with the interface of `VideoReader`.

    Parameters
    ----------
    path : Path

    Raises
    ------
    MediaError
        If the file can't be read or is not an image.
    """

    duration = 0.0

    def __init__(self, path: Path) -> None:
        self._image = read_image(path)

    def __enter__(self) -> "StillReader":
        return self

    def __exit__(self, *_: object) -> None: ...

    def __len__(self) -> int:
        return 1

    def read(self, numbers: Iterable[int]) -> Iterator[Frame]:
        """Yield the one frame, if it is asked for."""
        if 0 in set(numbers):
            yield Frame(0, 0.0, self._image)


def open_frames(path: Path, threads: int, seconds: float) -> VideoReader | StillReader:
    """Open a video or an image, whichever it is by the ending of its name.

    Parameters
    ----------
    path : Path
    threads, seconds
        As of `VideoReader`.

    Raises
    ------
    MediaError
        If it can't be read.
    """
    return StillReader(path) if path.suffix.lower() in IMAGE_SUFFIXES else VideoReader(path, threads, seconds)
