"""The layout of In-the-Wild (Müller et al. 2022, arXiv 2203.16263): speech of public figures.

``meta.csv`` lies beside the recordings and has the columns ``file``, ``speaker`` and ``label``
(``bona-fide`` or ``spoof``); the speaker of a fake is the person it imitates. Nothing tells where a recording comes
from or what made a fake, so each file is a source of its own.
"""

from pathlib import Path, PurePosixPath

from keras_impl.datasets.files import composed, has_columns, media_files, name_inside, read_csv, spelled_in
from keras_impl.datasets.record import MediaRecord, Problem
from keras_impl.media.formats import ModalityName
from keras_impl.media.listing import is_file

LIST_NAME = "meta.csv"
COLUMNS = ("file", "speaker", "label")
LABELS = {"bona-fide": 0, "spoof": 1}

NEEDS = f"a {LIST_NAME} beside the recordings, with the columns {', '.join(COLUMNS)}"
MODALITIES: tuple[ModalityName, ...] = ("sound",)


def recognises(path: Path) -> bool:
    """Whether there is a ``meta.csv`` whose first line names the three columns."""
    return has_columns(path / LIST_NAME, COLUMNS)


def read(path: Path, modality: ModalityName) -> tuple[list[MediaRecord], list[Problem]]:
    """Read what ``meta.csv`` names; recordings that it doesn't name are problems.

    Raises
    ------
    DataError
        If the ``meta.csv`` can't be read or lacks a column.
    """
    if not is_file(path / LIST_NAME):
        return [], []
    records, problems = [], []
    for line, row in read_csv(path / LIST_NAME, COLUMNS, NEEDS):
        given, label = row.get("file", "").replace("\\", "/"), row.get("label", "")
        name = name_inside(PurePosixPath(), given)
        if not given:
            problems.append(Problem(f"line {line} of {LIST_NAME}", "names no file"))
        elif name is None:
            problems.append(Problem(given, "its name leads outside the data folder"))
        elif label.lower() not in LABELS:
            words = " or ".join(LABELS)
            problems.append(Problem(name, f"has the label {label!r:.80} in line {line} of {LIST_NAME}, not {words}"))
        elif not is_file(file := spelled_in(path, name)):
            problems.append(Problem(name, f"is named in {LIST_NAME} but the file is missing"))
        else:
            person = row.get("speaker") or None
            records.append(MediaRecord(name, file, LABELS[label.lower()], person=person))
    known = {composed(each) for each in (*(r.video for r in records), *(p.name for p in problems))}
    names = [file.relative_to(path).as_posix() for file in media_files(path, modality)]
    problems += [Problem(name, f"has no entry in {LIST_NAME}") for name in names if composed(name) not in known]
    return records, problems
