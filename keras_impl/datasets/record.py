"""The common form of all data sets: labelled media files, and what can't be used."""

from dataclasses import dataclass
from pathlib import Path

from keras_impl.media.formats import IMAGE_SUFFIXES


@dataclass(frozen=True)
class MediaRecord:
    """One labelled file of a data set: a video, a still image or a recording.

    Attributes
    ----------
    video : str
        Its name: the path relative to the data folder, with forward slashes (named after the column on disk).
    path : Path
        The file.
    label : int
        1 = fake, 0 = real.
    original : str or None
        Name of the real file that a fake was made from, if known.
    person : str or None
        Who is in it, or speaks, if the data set tells; of a fake, who is in its original.
    part : {"train", "validation"} or None
        Its part in the data set's own split, if there is one.
    is_crop : bool
        Whether it is an image of a face that is cropped already.
    group : str or None
        Name shared by files of one source, where ``original`` doesn't tell: versions of the same
        recording, or files that a user's table groups.
    donor : str or None
        Whose face was put into a fake, if the data set tells: a file or a person.
    system : str or None
        The synthesis system that made the voice of a fake, if the data set tells.
    corpus : str or None
        The corpus or repository that a recording was taken from, if known.
    label_from_original : bool
        Whether the label only says that something in the file is forged, and the label of its sound has to be
        found by comparing it with its original's.
    frames : tuple of Path
        The pictures of a video that is a folder of pictures, in order; ``path`` is then the folder.
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
        """Name shared by a real file and all fakes made from it."""
        return self.group or self.original or self.video

    @property
    def is_image(self) -> bool:
        """Whether it is a still image, by its suffix."""
        return not self.frames and self.path.suffix.lower() in IMAGE_SUFFIXES


@dataclass(frozen=True)
class Problem:
    """A file or face that can't be used, and why."""

    name: str
    reason: str
