"""Faces that are cut out already: they skip detection and are used as they are.

A pool of crops has DFDC's ``metadata.json`` and, for each video named there, an image
``faces/<name without ending>.jpg``. Other crops come as ``real/`` and ``fake/`` folders or as a
table; since these look like whole pictures, they are taken for crops only if that is asked for
(``--layout crops``).
"""

from dataclasses import replace
from pathlib import Path, PurePosixPath

from keras_impl.media.layouts import dfdc, folders, table
from keras_impl.media.layouts.files import MEDIA_SUFFIXES, media_files, stem_of
from keras_impl.media.records import Modality, Problem, VideoRecord

FACES_NAME = "faces"

NEEDS = f"{dfdc.METADATA_NAME} with a folder {FACES_NAME}/ of crops, or, if asked for, real/ and fake/ or a CSV"
MODALITIES: tuple[Modality, ...] = ("image",)


def recognises(path: Path) -> bool:
    """Whether it is a pool: a ``metadata.json`` with ``faces/`` instead of videos beside it."""
    if not (path / FACES_NAME).is_dir() or not (path / dfdc.METADATA_NAME).is_file():
        return False
    return not any(file.suffix.lower() in MEDIA_SUFFIXES for file in path.iterdir())


def read(path: Path, modality: Modality) -> tuple[list[VideoRecord], list[Problem]]:
    """Read a pool, or whatever the plainer layouts make of ``path``, as crops.

    Raises
    ------
    DataError
        If the ``metadata.json`` or the table can't be read.
    """
    if (path / dfdc.METADATA_NAME).is_file():
        records, problems = _read_pool(path)
    else:
        records, problems = (table if path.is_file() else folders).read(path, modality)
    problems += [Problem(record.video, "is not an image of a face") for record in records if not record.is_image]
    return [replace(record, is_crop=True) for record in records if record.is_image], problems


def _read_pool(path: Path) -> tuple[list[VideoRecord], list[Problem]]:
    faces = path / FACES_NAME
    crops: dict[str, Path] = {}
    for file in media_files(faces):
        crops.setdefault(stem_of(file.relative_to(faces).as_posix()), file)
    records, problems = dfdc.read_entries(
        path / dfdc.METADATA_NAME,
        PurePosixPath(),
        lambda video: crops.get(stem_of(video)),
        f"has no crop in {FACES_NAME}/",
    )
    known = {stem_of(record.video) for record in records} | {stem_of(problem.name) for problem in problems}
    for file in media_files(faces):
        stem = stem_of(file.relative_to(faces).as_posix())
        if stem not in known:
            problems.append(Problem(file.relative_to(path).as_posix(), f"has no entry in {dfdc.METADATA_NAME}"))
        elif crops[stem] != file:
            problems.append(Problem(file.relative_to(path).as_posix(), f"is left out for {crops[stem].name}"))
    return records, problems
