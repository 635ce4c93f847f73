"""What the adapters share: which files count, and how a data set's lists and its own split are read."""

import csv
import io
import os
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path, PurePath, PurePosixPath

from keras_impl.errors import DataError
from keras_impl.media.records import AUDIO_SUFFIXES, IMAGE_SUFFIXES, VIDEO_SUFFIXES, Modality
from keras_impl.storage import decoded

SEPARATORS = ",;\t"

MEDIA_SUFFIXES = VIDEO_SUFFIXES | IMAGE_SUFFIXES
SOUND_SUFFIXES = VIDEO_SUFFIXES | AUDIO_SUFFIXES
SUFFIXES: Mapping[Modality, frozenset[str]] = {"image": MEDIA_SUFFIXES, "sound": SOUND_SUFFIXES}


def media_files(folder: Path, pattern: str = "**/*", modality: Modality = "image") -> list[Path]:
    """What is named like a file with a picture, or with sound, in ``folder`` and matches ``pattern``, sorted.

    Broken links and folders of such a name are among them, so that they are named as problems later; what
    `is_hidden` is not.
    """
    named = (path for path in folder.glob(pattern) if path.suffix.lower() in SUFFIXES[modality])
    return sorted(path for path in named if not is_hidden(path.relative_to(folder)))


def is_hidden(path: PurePath) -> bool:
    """Whether a file is none that its owner put there: copies, thumbnails and rubbish of other programs.

    Their names, or those of folders that they are in, begin with a dot (``.ipynb_checkpoints``, ``.Trashes``,
    ``._clip.mp4``), or are ``__MACOSX``.

    Parameters
    ----------
    path : PurePath
        Relative to the folder that the user named, which may be hidden itself.
    """
    return any(part.startswith(".") or part == "__MACOSX" for part in path.parts)


def is_file(path: Path) -> bool:
    """Whether ``path`` is a file; of a name that no file can have, False.

    ``Path.is_file`` raises an error for some of these, such as overlong ones.
    """
    return os.path.isfile(path)


def spelled_in(folder: Path, name: str) -> Path:
    """The file of a name in a folder, whichever way Unicode composes its letters there; if there is none, as given.

    One system writes an accented letter as one character, another as two.
    """
    forms = (name, *(unicodedata.normalize(form, name) for form in ("NFC", "NFD")))
    return next((folder / form for form in forms if is_file(folder / form)), folder / name)


def composed(name: str) -> str:
    """A name in Unicode's composed form, in which equal names are equal."""
    return unicodedata.normalize("NFC", name)


def name_inside(folder: PurePosixPath, name: str) -> str | None:
    """``name``, relative to ``folder``, as a name relative to the root; None if it leaves ``folder``."""
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts:
        return None
    return (folder / pure).as_posix()


def stem_of(name: str) -> str:
    """A file's name without its ending, its folders kept."""
    return PurePosixPath(name).with_suffix("").as_posix() if PurePosixPath(name).name else name


def read_lines(path: Path, form: re.Pattern[str], example: str) -> list[re.Match[str]]:
    """Read a list of which each line has the same form; empty lines don't count.

    Parameters
    ----------
    path : Path
    form : re.Pattern
        What a line must match from end to end, spaces around it aside.
    example : str
        Such a line, for the message.

    Raises
    ------
    DataError
        If the file can't be read or a line is of another form.
    """
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise DataError(f"{path} can't be read ({error}): mend or remove the file") from None
    entries = []
    for number, line in enumerate(lines, 1):
        entry = form.fullmatch(line.strip())
        if entry is not None:
            entries.append(entry)
        elif line.strip():
            raise DataError(f"line {number} of {path} is not like '{example}': mend or remove the file")
    return entries


def read_csv(path: Path, needed: Iterable[str], form: str) -> list[tuple[int, dict[str, str]]]:
    """Read a CSV file whose first line names the columns; empty rows don't count.

    It may be in UTF-8, UTF-16 or Korean Windows' code page, and separated by commas, semicolons or tabs, as
    spreadsheet programs write it.

    Parameters
    ----------
    path : Path
    needed : iterable of str
        Columns that must be there; what case their names are in doesn't matter.
    form : str
        What the file has to be, to complete "it must be ...".

    Returns
    -------
    list of (int, dict)
        Of each row its line and its values by column, in lower case. A short row lacks its last columns.

    Raises
    ------
    DataError
        If it is no such file, a column is missing or there twice, or a row has more values than there are columns.
    """
    try:
        text, above = _text_of(path), 0
        header, _, rest = text.partition("\n")
        if header.strip().lower() in {f"sep={each}" for each in SEPARATORS}:  # for spreadsheet programs
            text, above = rest, 1
            header = rest.partition("\n")[0]
        separator = max(SEPARATORS, key=lambda each: len(_needed_in(header, each, needed)))
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
        first = next(reader, [])
        columns = [name.strip().lower() for name in first]
        rows = [(above + reader.line_num, values) for values in reader if any(values)]
    except (OSError, ValueError, csv.Error) as error:
        raise DataError(f"{path} can't be read as a CSV file ({error}): it must be {form}") from None
    twice = next((name for name in columns if name and columns.count(name) > 1), None)
    if twice:
        raise DataError(f"{path} has the column {twice} twice: keep one of them")
    missing = [name for name in needed if name not in columns]
    if missing:
        raise DataError(f"{path} lacks the column {' and the column '.join(missing)}: it must be {form}")
    for line, values in rows:
        if any(values[len(columns) :]):  # separators at the end of a row are no values
            raise DataError(f"line {line} of {path} has more values than columns: quote values that hold commas")
    return [(line, dict(zip(columns, map(str.strip, values), strict=False))) for line, values in rows]


def _needed_in(header: str, separator: str, needed: Iterable[str]) -> set[str]:
    """Which of the needed columns a header has, if a separator divides it."""
    return {name.strip().strip('"').lower() for name in header.split(separator)} & set(needed)


def _text_of(path: Path) -> str:
    content = path.read_bytes()
    try:
        return decoded(content)
    except UnicodeDecodeError:
        return content.decode("cp949")


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
