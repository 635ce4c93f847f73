"""What every data set is brought to: labelled videos, and what had to be left out."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class VideoRecord:
    """One labelled video.

    Attributes
    ----------
    video : str
        Its name: the path relative to the data folder, with forward slashes.
    path : Path
        Where it lies.
    label : int
        1 = fake, 0 = real.
    original : str or None
        Name of the real video that a fake was made from, where that is known.
    """

    video: str
    path: Path
    label: int
    original: str | None

    @property
    def source(self) -> str:
        """Name shared by a video and all the fakes made from it."""
        return self.original or self.video


@dataclass(frozen=True)
class Problem:
    """A video or face that can't be used, and why."""

    name: str
    reason: str
