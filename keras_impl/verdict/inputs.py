"""Which files are to be judged."""

from collections.abc import Sequence
from pathlib import Path

from keras_impl.errors import DataError
from keras_impl.media.layouts.files import MEDIA_SUFFIXES, media_files


def find_inputs(given: Sequence[Path]) -> list[Path]:
    """The files to judge: those given, and all videos and images below the folders given.

    A file that is given by name stays, whatever it is: it is for whoever opens it to say what is wrong.

    Parameters
    ----------
    given : sequence of Path

    Returns
    -------
    list of Path
        Each once, in the order given, those of a folder sorted.

    Raises
    ------
    DataError
        If a folder has no video and no image in it.
    """
    found: dict[Path, None] = {}
    for path in given:
        files = media_files(path) if path.is_dir() else [path]
        if not files:
            endings = ", ".join(sorted(suffix[1:] for suffix in MEDIA_SUFFIXES))
            raise DataError(f"{path} has no video and no image in it: they are known by their endings, {endings}")
        found |= dict.fromkeys(files)
    return list(found)
