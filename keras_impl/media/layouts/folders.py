"""The simplest layout: a folder ``real`` and a folder ``fake``, with anything below them.

Nothing tells which real video a fake was made from, so each file is a source of its own. Who knows
more can say it in a table (layout ``table``).
"""

from pathlib import Path

from keras_impl.media.layouts.files import media_files
from keras_impl.media.records import Modality, Problem, VideoRecord

LABELS = {"real": 0, "fake": 1}

NEEDS = "a folder real/ and a folder fake/ with videos, images or recordings"
MODALITIES: tuple[Modality, ...] = ("image", "sound")


def recognises(path: Path) -> bool:
    """Whether both folders are there, in whatever case."""
    return {label for label, _ in _labelled_folders(path)} == {0, 1}


def read(path: Path, modality: Modality) -> tuple[list[VideoRecord], list[Problem]]:
    """Read everything in and below the two folders."""
    records = [
        VideoRecord(file.relative_to(path).as_posix(), file, label)
        for label, folder in _labelled_folders(path)
        for file in media_files(folder, modality=modality)
    ]
    return records, []


def _labelled_folders(path: Path) -> list[tuple[int, Path]]:
    if not path.is_dir():
        return []
    return [
        (LABELS[folder.name.lower()], folder)
        for folder in sorted(path.iterdir())
        if folder.name.lower() in LABELS and folder.is_dir()
    ]
