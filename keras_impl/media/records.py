"""What every data set is brought to: labelled videos, and what had to be left out."""

from dataclasses import dataclass
from pathlib import Path

VIDEO_SUFFIXES = frozenset({".mp4", ".mov", ".mkv", ".avi", ".webm", ".m4v"})
HEIC_SUFFIXES = frozenset({".heic", ".heif"})
IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp"}) | HEIC_SUFFIXES


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
    group : str or None
        Name shared by videos of one source, where ``original`` doesn't tell it: versions of the
        same recording, or what a user's table puts together.
    donor : str or None
        Whose face was put into a fake, where the data set's own names tell: a video or a person.
    """

    video: str
    path: Path
    label: int
    original: str | None = None
    person: str | None = None
    part: str | None = None
    is_crop: bool = False
    group: str | None = None
    donor: str | None = None

    @property
    def source(self) -> str:
        """Name shared by a video and all the fakes made from it."""
        return self.group or self.original or self.video

    @property
    def is_image(self) -> bool:
        """Whether it is a still image, by the ending of its file's name."""
        return self.path.suffix.lower() in IMAGE_SUFFIXES


@dataclass(frozen=True)
class Problem:
    """A video or face that can't be used, and why."""

    name: str
    reason: str
