"""The layout of Celeb-DF, versions 1 and 2 (Li et al. 2020, arXiv 1909.12962).

Real videos lie in ``Celeb-real`` (``id0_0000.mp4``: clip 0000 of person id0) and ``YouTube-real``
(people unknown), fakes in ``Celeb-synthesis`` (``id0_id1_0000.mp4``: clip 0000 of person id0 with
the face of id1). Videos in ``List_of_testing_videos.txt`` are the validation part; only in
that file, 1 means real.
"""

import re
from pathlib import Path, PurePosixPath

from keras_impl.datasets.files import media_files, read_lines
from keras_impl.datasets.record import MediaRecord, Problem
from keras_impl.media.formats import ModalityName
from keras_impl.media.listing import is_file, is_folder

LABELS = {"Celeb-real": 0, "YouTube-real": 0, "Celeb-synthesis": 1}
LIST_NAME = "List_of_testing_videos.txt"

CLIP = re.compile(r"(?P<person>id\d+)_\d+")
FAKE_CLIP = re.compile(r"(?P<person>id\d+)_(?P<donor>id\d+)_(?P<clip>\d+)")
LIST_LINE = re.compile(r"(?P<is_real>[01])\s+(?P<name>.+)")

NEEDS = "the folders Celeb-real and Celeb-synthesis, and YouTube-real if there is one"
MODALITIES: tuple[ModalityName, ...] = ("image",)


def recognises(path: Path) -> bool:
    """Whether one of Celeb-DF's own two folders is there."""
    return is_folder(path / "Celeb-real") or is_folder(path / "Celeb-synthesis")


def read(path: Path, modality: ModalityName) -> tuple[list[MediaRecord], list[Problem]]:
    """Read all three folders.

    Raises
    ------
    DataError
        If the list of testing videos is malformed.
    """
    listed = _read_list(path / LIST_NAME)
    files = [file for folder in LABELS for file in media_files(path / folder, modality) if file.parent == path / folder]
    names = [file.relative_to(path).as_posix() for file in files]
    records = []
    problems = [Problem(name, f"is named in {LIST_NAME} but the file is missing") for name in set(listed) - set(names)]
    for name, file in zip(names, files, strict=True):
        part = ("validation" if name in listed else "train") if listed else None
        record = _record(name, file, part)
        if record is None:
            problems.append(Problem(name, "its name is not of the form id0_id1_0000"))
        elif listed.get(name, record.label) != record.label:
            problems.append(Problem(name, f"its folder and {LIST_NAME} contradict each other on its label"))
        else:
            records.append(record)
    return records, problems


def _record(name: str, file: Path, part: str | None) -> MediaRecord | None:
    folder = PurePosixPath(name).parts[0]
    if LABELS[folder] == 0:
        clip = CLIP.fullmatch(file.stem) if folder == "Celeb-real" else None
        return MediaRecord(name, file, label=0, person=clip and clip["person"], part=part)
    fake = FAKE_CLIP.fullmatch(file.stem)
    if fake is None:
        return None
    original = f"Celeb-real/{fake['person']}_{fake['clip']}{file.suffix}"
    return MediaRecord(name, file, 1, original, fake["person"], part, donor=fake["donor"])


def _read_list(path: Path) -> dict[str, int]:
    """Label (1 = fake) of each testing video; empty if there is no list."""
    if not is_file(path):
        return {}
    entries = read_lines(path, LIST_LINE, "1 YouTube-real/00170.mp4")
    return {entry["name"]: 0 if entry["is_real"] == "1" else 1 for entry in entries}
