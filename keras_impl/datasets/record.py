"""What every data set is brought to: labelled videos, and what had to be left out."""

from dataclasses import dataclass
from pathlib import Path

from keras_impl.media.formats import IMAGE_SUFFIXES


@dataclass(frozen=True)
class MediaRecord:
    """One labelled video; a still image counts as a video of one frame, a recording as one without a picture.

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
        Who is in it, or speaks, where the data set's own names tell; of a fake, who is in its original.
    part : {"train", "validation"} or None
        Where the data set's own split puts it, if it comes with one.
    is_crop : bool
        Whether it is an image that shows a face already cut out.
    group : str or None
        Name shared by videos of one source, where ``original`` doesn't tell it: versions of the
        same recording, or what a user's table puts together.
    donor : str or None
        Whose face was put into a fake, where the data set's own names tell: a video or a person.
    system : str or None
        What made the voice of a fake, where the data set's own names tell: a synthesis system.
    corpus : str or None
        The corpus or repository that a recording was taken from, where that is known.
    label_from_original : bool
        Whether the label only says that something in the file is forged: whether its sound is has to be
        found by comparing it with that of its original.
    frames : tuple of Path
        The pictures of a video that comes as a folder of them, in order; ``path`` is the folder then.
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
    system: str | None = None
    corpus: str | None = None
    label_from_original: bool = False
    frames: tuple[Path, ...] = ()

    @property
    def source(self) -> str:
        """Name shared by a video and all the fakes made from it."""
        return self.group or self.original or self.video

    @property
    def is_image(self) -> bool:
        """Whether it is a still image, by the ending of its file's name."""
        return not self.frames and self.path.suffix.lower() in IMAGE_SUFFIXES


@dataclass(frozen=True)
class Problem:
    """A video or face that can't be used, and why."""

    name: str
    reason: str
