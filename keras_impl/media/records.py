"""What every data set is brought to: labelled videos, and what had to be left out."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class VideoRecord:
    """One labelled video; a still image counts as a video of one frame.

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
    person : str or None
        Who is in it, where the data set's own names tell; of a fake, who is in its original.
    part : {"train", "validation"} or None
        Where the data set's own split puts it, if it comes with one.
    is_crop : bool
        Whether it is an image that shows a face already cut out.
    """

    video: str
    path: Path
    label: int
    original: str | None = None
    person: str | None = None
    part: str | None = None
    is_crop: bool = False

    @property
    def source(self) -> str:
        """Name shared by a video and all the fakes made from it."""
        return self.original or self.video


@dataclass(frozen=True)
class Problem:
    """A video or face that can't be used, and why."""

    name: str
    reason: str
