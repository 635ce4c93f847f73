"""The simplest layout: a folder ``real`` and a folder ``fake``, with anything below them.

Other names that public sets give these two are known, and both may lie in folders of a published split (``train``,
``val`` or ``valid``, ``test``), which is then kept. Nothing tells which real video a fake was made from, so
each file is a source of its own; but pictures with nothing but numbers in their names, several to a folder, are
frames of one video, and share a source. Who knows more can say it in a table (layout ``table``).
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from keras_impl.media.layouts.files import joint_parts, media_files
from keras_impl.media.records import IMAGE_SUFFIXES, Modality, Problem, VideoRecord

LABELS = {
    "real": 0,
    "fake": 1,
    "training_real": 0,
    "training_fake": 1,
    "0_real": 0,
    "1_fake": 1,
}

SPLITS = {"train": "train", "val": "val", "valid": "val", "validation": "val", "test": "test"}

NUMBERED = re.compile(r"(frame|img|image|face)?[ _-]?\d+", re.IGNORECASE)
"""Name of a picture, without its ending, that says only where it belongs among its neighbours."""

NEEDS = "a folder real/ and a folder fake/ with videos, images or recordings, maybe in each of train/, val/ and test/"
MODALITIES: tuple[Modality, ...] = ("image", "sound")


def recognises(path: Path) -> bool:
    """Whether both folders are there, in whatever case."""
    return {label for label, *_ in _labelled_folders(path)} == {0, 1}


def read(path: Path, modality: Modality) -> tuple[list[VideoRecord], list[Problem]]:
    """Read everything in and below the labelled folders."""
    folders = list(_labelled_folders(path))
    parts = joint_parts(split for _, _, split in folders if split)
    found = [
        (file, label, split) for label, folder, split in folders for file in media_files(folder, modality=modality)
    ]
    frames = Counter(file.parent for file, _, _ in found if _is_numbered(file))
    tops = {folder for _, folder, _ in folders}
    records = []
    for file, label, split in found:
        is_frame = _is_numbered(file) and frames[file.parent] > 1 and file.parent not in tops
        records.append(
            VideoRecord(
                file.relative_to(path).as_posix(),
                file,
                label,
                part=parts.get(split or ""),
                group=file.parent.relative_to(path).as_posix() if is_frame else None,
            )
        )
    return records, []


def _is_numbered(file: Path) -> bool:
    return file.suffix.lower() in IMAGE_SUFFIXES and NUMBERED.fullmatch(file.stem) is not None


def _labelled_folders(path: Path) -> Iterator[tuple[int, Path, str | None]]:
    """Labels, their folders, and which part of a published split they are in, if in any."""
    for folder in _folders_in(path):
        name = folder.name.lower()
        if name in LABELS:
            yield LABELS[name], folder, None
        elif name in SPLITS:
            for below in _folders_in(folder):
                if below.name.lower() in LABELS:
                    yield LABELS[below.name.lower()], below, SPLITS[name]


def _folders_in(path: Path) -> list[Path]:
    return sorted(folder for folder in path.iterdir() if folder.is_dir()) if path.is_dir() else []
