"""Still images where a video is expected: one picture, or a folder of numbered ones."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from keras_impl.errors import MediaError
from keras_impl.media.container import Patience
from keras_impl.media.content import PICTURES, kind_of_file
from keras_impl.media.formats import IMAGE_SUFFIXES
from keras_impl.media.image import read_image
from keras_impl.media.video import Frame, VideoReader, spread

PICTURES_A_SECOND = 25
"""Assumed, since a folder of pictures doesn't state a frame rate."""


class StillReader:
    """One image, or several as the frames of a video, with the interface of `VideoReader`.

    Parameters
    ----------
    paths : sequence of Path
        In the order of the frames; sizes may differ.
    seconds : float, optional
        Time limit for reading all of them.

    Attributes
    ----------
    missing : set of int
        Numbers of frames that were requested but can't be read.

    Raises
    ------
    MediaError
        If a single image can't be read; in `read`, if the time limit is exceeded.
    """

    def __init__(self, paths: Sequence[Path], seconds: float = float("inf")) -> None:
        self._paths, self._patience = paths, Patience(seconds)
        self.missing: set[int] = set()
        self._only = self._read(0) if len(paths) == 1 else None

    def __enter__(self) -> "StillReader":
        return self

    def __exit__(self, *_: object) -> None: ...

    def __len__(self) -> int:
        return len(self._paths)

    @property
    def duration(self) -> float:
        """Seconds from the first frame to the last."""
        return (len(self) - 1) / PICTURES_A_SECOND

    def spread(self, wanted: int, attempt: int = 0) -> list[int]:
        """As `VideoReader.spread`."""
        return spread(len(self), wanted, attempt)

    def read(self, numbers: Iterable[int]) -> Iterator[Frame]:
        """Yield the frames with these numbers in increasing order, except those that can't be read."""
        for number in sorted(set(numbers) & set(range(len(self)))):
            if self._only is not None:
                yield self._only
                continue
            try:
                frame = self._read(number)
            except MediaError:
                if self._patience.is_over:
                    raise
                self.missing.add(number)
            else:
                yield frame

    def _read(self, number: int) -> Frame:
        image = read_image(self._paths[number])
        if self._patience.is_over:
            raise self._patience.error()
        return Frame(number, number / PICTURES_A_SECOND, image)


def open_frames(path: Path, threads: int = 0, seconds: float = float("inf")) -> VideoReader | StillReader:
    """Open a file as an image if its name or content says that it is one, else as a video.

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
    if path.suffix.lower() in IMAGE_SUFFIXES or kind_of_file(path) in PICTURES:
        return StillReader([path], seconds)
    return VideoReader(path, threads, seconds)
