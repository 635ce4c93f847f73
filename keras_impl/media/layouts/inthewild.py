"""The layout of In-the-Wild (Müller et al. 2022, arXiv 2203.16263): speech of people in public life.

``meta.csv`` lies beside the recordings and has the columns ``file``, ``speaker`` and ``label``
(``bona-fide`` or ``spoof``); the speaker of a fake is whom it imitates. Where a recording comes from, and what
made a fake, isn't told: each file is a source of its own.
"""

from pathlib import Path, PurePosixPath

from keras_impl.media.layouts.files import is_file, media_files, name_inside, read_csv
from keras_impl.media.records import Modality, Problem, VideoRecord

LIST_NAME = "meta.csv"
COLUMNS = ("file", "speaker", "label")
LABELS = {"bona-fide": 0, "spoof": 1}

NEEDS = f"a {LIST_NAME} beside the recordings, with the columns {', '.join(COLUMNS)}"
MODALITIES: tuple[Modality, ...] = ("sound",)

LONGEST_FIRST_LINE = 1000
"""Of a ``meta.csv`` that is something else, how many letters are looked at."""


def recognises(path: Path) -> bool:
    """Whether there is a ``meta.csv`` whose first line names the three columns."""
    try:
        with (path / LIST_NAME).open(encoding="utf-8-sig", errors="replace") as stream:
            first = stream.readline(LONGEST_FIRST_LINE)
    except OSError:
        return False
    return set(COLUMNS) <= {name.strip().lower() for name in first.split(",")}


def read(path: Path, modality: Modality) -> tuple[list[VideoRecord], list[Problem]]:
    """Read what ``meta.csv`` names; recordings that it doesn't name are problems.

    Raises
    ------
    DataError
        If the ``meta.csv`` can't be read or lacks a column.
    """
    if not (path / LIST_NAME).is_file():
        return [], []
    records, problems = [], []
    for line, row in read_csv(path / LIST_NAME, COLUMNS, NEEDS):
        given, label = row.get("file", ""), row.get("label", "")
        name = name_inside(PurePosixPath(), given)
        if not given:
            problems.append(Problem(f"line {line} of {LIST_NAME}", "names no file"))
        elif name is None:
            problems.append(Problem(given, "its name leads outside the data folder"))
        elif label.lower() not in LABELS:
            words = " or ".join(LABELS)
            problems.append(Problem(name, f"has the label {label!r:.80} in line {line} of {LIST_NAME}, not {words}"))
        elif not is_file(path / name):
            problems.append(Problem(name, f"is named in line {line} of {LIST_NAME} but the file is missing"))
        else:
            person = row.get("speaker") or None
            records.append(VideoRecord(name, path / name, LABELS[label.lower()], person=person))
    known = {record.video for record in records} | {problem.name for problem in problems}
    names = [file.relative_to(path).as_posix() for file in media_files(path, modality=modality)]
    problems += [Problem(name, f"has no entry in {LIST_NAME}") for name in names if name not in known]
    return records, problems
