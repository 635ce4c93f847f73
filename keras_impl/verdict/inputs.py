"""Which files are to be judged."""

from collections.abc import Collection, Sequence
from pathlib import Path

from keras_impl.errors import DataError
from keras_impl.media.layouts.files import is_hidden


def find_inputs(given: Sequence[Path], suffixes: Collection[str]) -> list[Path]:
    """The files to judge: those given, and all below the folders given that can be judged by their endings.

    What is hidden in a folder (`keras_impl.media.layouts.files.is_hidden`) is left out.

    A file that is given by name stays, whatever it is: it is for whoever opens it to say what is wrong.

    Parameters
    ----------
    given : sequence of Path
    suffixes : collection of str
        The endings, in lower case, with their dots.

    Returns
    -------
    list of Path
        Each once, in the order given, those of a folder sorted.

    Raises
    ------
    DataError
        If a folder has no such file in it.
    """
    found: dict[Path, None] = {}
    for path in given:
        is_folder = path.is_dir()
        named = (each for each in path.glob("**/*") if each.suffix.lower() in suffixes)
        files = sorted(each for each in named if not is_hidden(each.relative_to(path))) if is_folder else [path]
        if not files:
            raise DataError(
                f"{path} has no file in it that can be judged: they are known by their endings, {endings_of(suffixes)}"
            )
        found |= dict.fromkeys(files)
    return list(found)


def endings_of(suffixes: Collection[str]) -> str:
    """Endings for people to read, in order."""
    return ", ".join(sorted(suffix[1:] for suffix in suffixes))
