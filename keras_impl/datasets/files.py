"""Shared by the adapters: which files count, and how a data set's lists and its own split are read."""

import csv
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from keras_impl.core.storage import decoded
from keras_impl.errors import DataError
from keras_impl.media.formats import SUFFIXES, ModalityName
from keras_impl.media.listing import is_file, walk

SEPARATORS = ",;\t|"

OLD_ENCODINGS = ("cp949", "cp932", "cp1252")
"""Code pages of Korean, Japanese and Western Windows, tried on text that is not Unicode."""

FIRST_BYTES = 4096
"""How much of a file is read to see which columns it has."""

NAMES_COMPARED = 200
"""How many names are looked up to choose the encoding of a list."""


def media_files(folder: Path, modality: ModalityName = "image") -> list[Path]:
    """Files in and below ``folder`` whose suffix says that they can hold the modality, sorted.

    Broken links, and folders of such a name without files in them, are included, so that they are reported as
    problems later; hidden files are not.
    """
    found = [path for listed in walk(folder) for path in listed.files or [listed.folder]]
    return sorted(path for path in found if path.suffix.lower() in SUFFIXES[modality] and path != folder)


def spelled_in(folder: Path, name: str) -> Path:
    """Path of a file in a folder, in whichever Unicode normal form its name is stored; if there is none, as given.

    Some systems store an accented letter as one character, others as two.
    """
    forms = (name, *(unicodedata.normalize(form, name) for form in ("NFC", "NFD")))
    return next((folder / form for form in forms if is_file(folder / form)), folder / name)


def composed(name: str) -> str:
    r"""A name in Unicode's composed form (NFC), in which equal names compare equal.

    Examples
    --------
    >>> composed("cafe\u0301.mp4") == composed("caf\u00e9.mp4")
    True
    """
    return unicodedata.normalize("NFC", name)


def name_inside(folder: PurePosixPath, name: str) -> str | None:
    """``name``, relative to ``folder``, as a name relative to the root; None if it leaves ``folder``.

    Examples
    --------
    >>> name_inside(PurePosixPath("part_0"), "a.mp4")
    'part_0/a.mp4'
    >>> name_inside(PurePosixPath("part_0"), "../a.mp4") is None
    True
    """
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts:
        return None
    return (folder / pure).as_posix()


def stem_of(name: str) -> str:
    """A file's name without its suffix, its folders kept.

    Examples
    --------
    >>> stem_of("part_0/a.b.mp4")
    'part_0/a.b'
    """
    return PurePosixPath(name).with_suffix("").as_posix() if PurePosixPath(name).name else name


class Originals:
    """Finds the file that a data set means by the original of a fake.

    Its name may lack the suffix or the folder, or differ in case or in the normal form of its accents.

    Parameters
    ----------
    names : iterable of str
        Names of all files.

    Examples
    --------
    >>> Originals(["part_0/A.mp4", "part_1/b.mp4"]).meant_by("a")
    ['part_0/A.mp4']
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self._keyed: defaultdict[str, list[str]] = defaultdict(list)
        for name in sorted(self._names):
            for key in _spellings(name):
                self._keyed[key].append(name)

    def meant_by(self, given: str) -> list[str]:
        """The files that a name may stand for: several if it is ambiguous, none if nothing matches.

        An exact match comes before a similar name, and a match with the folder before one without.
        """
        if given in self._names:
            return [given]
        return next((found for key in _spellings(given) if (found := self._keyed.get(key, []))), [])


def _spellings(name: str) -> list[str]:
    """Keys by which a name is found, the most exact first; those without the folder begin with a slash."""
    whole = composed(name).casefold()
    last = PurePosixPath(whole).name
    keys = [whole, stem_of(whole), f"/{last}", f"/{stem_of(last)}"]
    return list(dict.fromkeys(keys))


def read_lines(path: Path, form: re.Pattern[str], example: str) -> list[re.Match[str]]:
    """Read a list whose lines all have the same form; empty lines are skipped.

    Parameters
    ----------
    path : Path
    form : re.Pattern
        What a line must match from end to end, except for spaces around it.
    example : str
        A valid line, for the message.

    Raises
    ------
    DataError
        If the file can't be read or a line has another form.
    """
    try:
        lines = next(texts_of(path.read_bytes()), "").splitlines()
    except OSError as error:
        raise DataError(f"{path} can't be read ({error}): fix or remove the file") from None
    entries = []
    for number, line in enumerate(lines, 1):
        entry = form.fullmatch(line.strip())
        if entry is not None:
            entries.append(entry)
        elif line.strip():
            raise DataError(f"line {number} of {path} is not like '{example}': fix or remove the file")
    return entries


def read_csv(path: Path, needed: Sequence[str], form: str) -> list[tuple[int, dict[str, str]]]:
    """Read a CSV file whose first line names the columns; empty rows are skipped.

    It may be in UTF-8, UTF-16 or one of `OLD_ENCODINGS`, and separated by commas, semicolons, tabs or bars, as
    spreadsheet programs write it.

    Parameters
    ----------
    path : Path
    needed : sequence of str
        Columns that must be there, that of the files first; the case of their names doesn't matter.
    form : str
        What the file must be, to complete "it must be ...".

    Returns
    -------
    list of (int, dict)
        Each row's line and its values by column name, in lower case. A short row lacks its last columns.

    Raises
    ------
    DataError
        If it is not such a file, a column is missing or repeated, or a row has more values than columns.
    """
    try:
        tables = [_parsed(text, needed) for text in texts_of(path.read_bytes())]
        if not tables:
            raise ValueError("its encoding is unknown")
        columns, rows = tables[best_spelled(path.parent, [_files_named(table, needed[0]) for table in tables])]
    except (OSError, ValueError, csv.Error) as error:
        raise DataError(f"{path} can't be read as a CSV file ({error}): it must be {form}") from None
    twice = next((name for name in columns if name and columns.count(name) > 1), None)
    if twice:
        raise DataError(f"{path} has the column {twice} twice: keep one of them")
    missing = [name for name in needed if name not in columns]
    if missing:
        raise DataError(f"{path} lacks the column {' and the column '.join(missing)}: it must be {form}")
    for line, values in rows:
        if any(values[len(columns) :]):  # trailing separators are not values
            raise DataError(f"line {line} of {path} has more values than columns: quote values that contain commas")
    return [(line, dict(zip(columns, map(str.strip, values), strict=False))) for line, values in rows]


Table = tuple[list[str], list[tuple[int, list[str]]]]
"""Names of the columns, and rows with their line numbers."""


def _parsed(text: str, needed: Iterable[str]) -> Table:
    lines = text.split("\n")
    above = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if lines[above].strip().strip('"').lower() in {f"sep={each}" for each in SEPARATORS}:  # for spreadsheet programs
        above += 1
    rest = "\n".join(lines[above:])
    header = rest.partition("\n")[0]
    separator = max(SEPARATORS, key=lambda each: len(_needed_in(header, each, needed)))
    reader = csv.reader(io.StringIO(rest, newline=""), delimiter=separator, skipinitialspace=True)
    columns = [name.strip().lower() for name in next(reader, [])]
    return columns, [(above + reader.line_num, values) for values in reader if any(values)]


def _files_named(table: Table, column: str) -> list[str]:
    """The values of a column; none if it isn't there."""
    columns, rows = table
    place = columns.index(column) if column in columns else len(columns)
    return [values[place] for _, values in rows if len(values) > place]


def _needed_in(header: str, separator: str, needed: Iterable[str]) -> set[str]:
    """Which of the needed columns a header has, split at a separator."""
    return {name.strip().strip('"').lower() for name in header.split(separator)} & set(needed)


def has_columns(path: Path, needed: Collection[str]) -> bool:
    """Whether a file begins like a CSV file with these columns, whatever the separator."""
    try:
        with path.open("rb") as stream:
            start = stream.read(FIRST_BYTES)
        whole = (start[: len(start) - cut] for cut in range(4))  # the last character may be cut in two
        text = next((text for part in whole for text in texts_of(part)), "")
        return set(needed) <= set(_parsed(text, needed)[0])
    except (OSError, ValueError, csv.Error):
        return False


def texts_of(content: bytes) -> Iterator[str]:
    """Possible texts of a file: as Unicode if it is that, or else in each of the old code pages that it may be in."""
    try:
        yield decoded(content)
    except UnicodeDecodeError:
        for encoding in OLD_ENCODINGS:
            try:
                yield content.decode(encoding)
            except UnicodeDecodeError:
                continue


def best_spelled(folder: Path, readings: Sequence[Iterable[str]]) -> int:
    """Which of several decodings of a list names the most files that exist in a folder; the first one in a tie."""

    def found(names: Iterable[str]) -> int:
        foreign = [name for name in names if not name.isascii()][:NAMES_COMPARED]
        return sum(is_file(spelled_in(folder, name.replace("\\", "/"))) for name in foreign)

    return max(range(len(readings)), key=lambda place: found(readings[place])) if len(readings) > 1 else 0


def joint_parts(published: Iterable[str]) -> dict[str, str]:
    """Which of this project's two parts each part of a published split becomes.

    Figures are reported on the validation part, and all choices are made inside the training part.
    So a test part becomes the validation part, and the validation part beside it is trained on; without
    a test part, the validation part is kept.

    Parameters
    ----------
    published : iterable of str
        Which of ``"train"``, ``"val"`` and ``"test"`` the data set has.

    Examples
    --------
    >>> joint_parts(["train", "val", "test"]) == {"train": "train", "val": "train", "test": "validation"}
    True
    """
    names: Collection[str] = set(published)
    last = "test" if "test" in names else "val"
    return {name: "validation" if name == last else "train" for name in names}
