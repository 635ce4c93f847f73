"""What the adapters share: which files count, and how a data set's own split is read."""

import os
from collections.abc import Collection, Iterable
from pathlib import Path, PurePosixPath

from keras_impl.media.records import IMAGE_SUFFIXES, VIDEO_SUFFIXES

MEDIA_SUFFIXES = VIDEO_SUFFIXES | IMAGE_SUFFIXES


def media_files(folder: Path, pattern: str = "**/*") -> list[Path]:
    """What is named like a video or image in ``folder`` and matches ``pattern``, sorted.

    Broken links and folders of such a name are among them, so that they are named as problems later.
    """
    return sorted(path for path in folder.glob(pattern) if path.suffix.lower() in MEDIA_SUFFIXES)


def is_file(path: Path) -> bool:
    """Whether ``path`` is a file; of a name that no file can have, False.

    ``Path.is_file`` raises an error for some of these, such as overlong ones.
    """
    return os.path.isfile(path)


def name_inside(folder: PurePosixPath, name: str) -> str | None:
    """``name``, relative to ``folder``, as a name relative to the root; None if it leaves ``folder``."""
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts:
        return None
    return (folder / pure).as_posix()


def stem_of(name: str) -> str:
    """A file's name without its ending, its folders kept."""
    return PurePosixPath(name).with_suffix("").as_posix() if PurePosixPath(name).name else name


def joint_parts(published: Iterable[str]) -> dict[str, str]:
    """Which of this project's two parts each part of a published split becomes.

    Figures are reported on the validation part, and all choices are made inside the training part.
    So where a data set has a test part, that one validates and its own validation part is trained
    on; where it has none, its validation part validates.

    Parameters
    ----------
    published : iterable of str
        Which of ``"train"``, ``"val"`` and ``"test"`` the data set has.
    """
    names: Collection[str] = set(published)
    last = "test" if "test" in names else "val"
    return {name: "validation" if name == last else "train" for name in names}
