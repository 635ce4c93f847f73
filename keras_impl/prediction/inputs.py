"""Which files are to be judged."""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from keras_impl.errors import DataError
from keras_impl.media.formats import KNOWN_SUFFIXES, SUFFIXES
from keras_impl.media.listing import is_folder, walk


@dataclass(frozen=True)
class Inputs:
    """What was found.

    Attributes
    ----------
    files : list of Path
        To be judged: each once, in the order given, those of a folder sorted.
    without_model : list of Path
        Of folders, what is known by its ending and there is no model for.
    unlisted : list of (Path, str)
        Folders that can't be listed, and why.
    """

    files: list[Path]
    without_model: list[Path]
    unlisted: list[tuple[Path, str]]


def find_inputs(given: Sequence[Path], suffixes: Collection[str]) -> Inputs:
    """The files to judge: those given, and all below the folders given that can be judged by their endings.

    What is hidden in a folder is left out. A file that is given by name stays, whatever it is: it is for whoever
    opens it to say what is wrong.

    Parameters
    ----------
    given : sequence of Path
    suffixes : collection of str
        The endings that there is a model for, in lower case, with their dots.

    Raises
    ------
    DataError
        If a folder has no such file in it, or none of the files given is there.
    """
    check_inputs(given)
    files: dict[Path, None] = {}
    without_model: dict[Path, None] = {}
    unlisted: list[tuple[Path, str]] = []
    for path in given:
        if not is_folder(path):
            files[path] = None
            continue
        folders = list(walk(path))
        listed = sorted(file for folder in folders for file in folder.files)
        here = [file for file in listed if file.suffix.lower() in suffixes]
        others = [file for file in listed if file.suffix.lower() in KNOWN_SUFFIXES - frozenset(suffixes)]
        problems = [(folder.folder, folder.problem) for folder in folders if folder.problem]
        if not here and others:
            kind = "sound" if others[0].suffix.lower() in SUFFIXES["sound"] else "the image"
            raise DataError(
                f"{path} has only files such as {others[0].name}, and there is no model of {kind} to judge them by: "
                "train one, or name its folder with --model"
            )
        if not here and not problems:
            raise DataError(
                f"{path} has no file in it that can be judged: they are known by their endings, {endings_of(suffixes)}"
            )
        files |= dict.fromkeys(here)
        without_model |= dict.fromkeys(others)
        unlisted += problems
    return Inputs(list(files), list(without_model), unlisted)


def check_inputs(given: Sequence[Path]) -> None:
    """Make sure that there is anything at all, which takes no time.

    Raises
    ------
    DataError
        If none of several files or folders is there, or the only one isn't.
    """
    if any(os.path.lexists(path) for path in given):
        return
    rest = f" and none of {len(given) - 1} others exist" if len(given) > 1 else " does not exist"
    raise DataError(f"{given[0]}{rest}: check the spelling, and the folder that you are in")


def endings_of(suffixes: Collection[str]) -> str:
    """Endings for people to read, in order."""
    return ", ".join(sorted(suffix[1:] for suffix in suffixes))
