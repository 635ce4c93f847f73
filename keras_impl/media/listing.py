"""Listing of untrusted folders: hidden files are skipped, and folders that can't be listed are reported.

Links to folders are followed, but no folder is visited twice, so loops do no harm. A folder appears under its own
path rather than under a link's.
"""

import os
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import NamedTuple


class Listed(NamedTuple):
    """One folder.

    Attributes
    ----------
    folder : Path
    files : list of Path
        Everything in it that is not a folder, including broken links; sorted.
    problem : str
        Why it can't be listed; empty if it can.
    """

    folder: Path
    files: list[Path]
    problem: str = ""


def walk(folder: Path) -> Iterator[Listed]:
    """Yield a folder and all folders below it that are not hidden, each once."""
    seen: set[tuple[int, int]] = set()
    later = [folder]  # links are followed after all real folders
    while later:
        stack = [later.pop(0)]
        while stack:
            here = stack.pop()
            files, below = [], []
            try:
                state = here.stat()
                if (state.st_dev, state.st_ino) in seen:
                    continue
                seen.add((state.st_dev, state.st_ino))
                with os.scandir(here) as found:
                    entries = sorted(found, key=lambda entry: entry.name)
                for entry in entries:
                    if is_hidden(PurePath(entry.name)):
                        continue
                    if not _leads_to_folder(entry):
                        files.append(here / entry.name)
                    elif entry.is_symlink():
                        later.append(here / entry.name)
                    else:
                        below.append(here / entry.name)
            except (OSError, ValueError) as error:
                yield Listed(here, [], getattr(error, "strerror", None) or str(error))
                continue
            yield Listed(here, files)
            stack += reversed(below)


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a folder or a link to one; only links cost a system call."""
    try:
        return entry.is_dir()
    except OSError:  # a link to itself, or one that may not be followed
        return False


def files_below(folder: Path) -> list[Path]:
    """All files in and below a folder that are not hidden, sorted; none if there is no such folder."""
    return sorted(file for listed in walk(folder) for file in listed.files)


def unlisted_below(folder: Path) -> list[tuple[Path, str]]:
    """Folders that can't be listed, maybe the one given, and why."""
    return [(listed.folder, listed.problem) for listed in walk(folder) if listed.problem]


def is_hidden(path: PurePath) -> bool:
    """Whether a file is hidden, as copies, thumbnails and leftovers of other programs are.

    Its name, or that of a folder it is in, begins with a dot (``.ipynb_checkpoints``, ``.Trashes``,
    ``._clip.mp4``), or is ``__MACOSX``.

    Parameters
    ----------
    path : PurePath
        Relative to the folder that the user named, which may be hidden itself.

    Examples
    --------
    >>> is_hidden(PurePath("real/._clip.mp4")), is_hidden(PurePath("real/clip.mp4"))
    (True, False)
    """
    return any(part.startswith(".") or part == "__MACOSX" for part in path.parts)


def is_file(path: Path) -> bool:
    """Whether ``path`` is a file; False for impossible names, such as overlong ones.

    ``Path.is_file`` raises an error for some of these.
    """
    return os.path.isfile(path)


def is_folder(path: Path) -> bool:
    """Whether ``path`` is a folder; False for impossible names, as `is_file`."""
    return os.path.isdir(path)
