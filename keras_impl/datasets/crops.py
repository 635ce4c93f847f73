"""Faces that are cropped already: the crops are used as they are.

A pool of crops has DFDC's ``metadata.json`` and, for each video named there, an image
``faces/<name without suffix>.jpg``. Other crops come in folders ``real/`` and ``fake/`` or as a
table; since these look like uncropped pictures, they are read as crops only on request
(``--layout crops``).
"""

from dataclasses import replace
from pathlib import Path, PurePosixPath

from keras_impl.datasets import dfdc, folders, table
from keras_impl.datasets.files import media_files, stem_of
from keras_impl.datasets.record import MediaRecord, Problem
from keras_impl.media.formats import SUFFIXES, ModalityName
from keras_impl.media.listing import is_file, is_folder, walk

FACES_NAME = "faces"

NEEDS = (
    f"{dfdc.METADATA_NAME} with a folder {FACES_NAME}/ of crops, or, with --layout crops, real/ and fake/ or a CSV file"
)
MODALITIES: tuple[ModalityName, ...] = ("image",)


def recognises(path: Path) -> bool:
    """Whether it is a pool: a ``metadata.json`` with ``faces/`` instead of videos beside it."""
    if not is_folder(path / FACES_NAME) or not is_file(path / dfdc.METADATA_NAME):
        return False
    return not any(file.suffix.lower() in SUFFIXES["image"] for file in next(walk(path)).files)


def read(path: Path, modality: ModalityName) -> tuple[list[MediaRecord], list[Problem]]:
    """Read a pool, or whatever the plainer layouts make of ``path``, as crops.

    Raises
    ------
    DataError
        If the ``metadata.json`` or the table can't be read.
    """
    if is_file(path / dfdc.METADATA_NAME):
        records, problems = _read_pool(path)
    else:
        records, problems = (table if is_file(path) else folders).read(path, modality)
    usable = [replace(record, is_crop=True) for record in records if record.is_image or record.frames]
    names = {record.video for record in usable}
    problems += [Problem(each.video, "is not an image of a face") for each in records if each.video not in names]
    return usable, problems


def _read_pool(path: Path) -> tuple[list[MediaRecord], list[Problem]]:
    faces = path / FACES_NAME
    crops: dict[str, Path] = {}
    for file in media_files(faces):
        crops.setdefault(stem_of(file.relative_to(faces).as_posix()), file)
    entries = dfdc.Entries()
    entries.add(
        path / dfdc.METADATA_NAME,
        PurePosixPath(),
        lambda video: crops.get(stem_of(video)),
        f"has no crop in {FACES_NAME}/",
    )
    records, problems = entries.settled()
    known = {stem_of(record.video) for record in records} | {stem_of(problem.name) for problem in problems}
    for file in media_files(faces):
        stem = stem_of(file.relative_to(faces).as_posix())
        if stem not in known:
            problems.append(Problem(file.relative_to(path).as_posix(), f"has no entry in {dfdc.METADATA_NAME}"))
        elif crops[stem] != file:
            problems.append(Problem(file.relative_to(path).as_posix(), f"is skipped in favour of {crops[stem].name}"))
    return records, problems
