"""The simplest layout: files in folders whose names say real or fake, such as ``real/`` and ``fake/``.

Other common names for these two are recognised (`words.label_named`), at any depth, and so are folders of a
published split (``train``, ``val`` or ``valid``, ``test``), which is then kept: ``train/real``, ``real/train`` and
``faces/Train/car/0_real`` are all read. Files in folders that say both, or neither, are problems.

Nothing tells which real video a fake was made from, so each file is a source of its own. But numbered pictures in
a folder of their own are the frames of one video (`frames.join_frames`). If more is known, a table can say it
(layout ``table``).
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from keras_impl.datasets.files import joint_parts, media_files
from keras_impl.datasets.frames import join_frames
from keras_impl.datasets.record import MediaRecord, Problem
from keras_impl.datasets.words import SPLIT_OF_WORD, label_named
from keras_impl.media.formats import ModalityName
from keras_impl.media.listing import walk

NEEDS = "a folder real/ and a folder fake/ with videos, images or recordings, optionally in train/, val/ and test/"
MODALITIES: tuple[ModalityName, ...] = ("image", "sound")


def recognises(path: Path) -> bool:
    """Whether there are folders of both labels."""
    found = set()
    for listed in walk(path):
        found |= labels_of(listed.folder.relative_to(path).parts)
        if found == {0, 1}:
            return True
    return False


def read(path: Path, modality: ModalityName) -> tuple[list[MediaRecord], list[Problem]]:
    """Read everything in and below the labelled folders."""
    records, problems = [], []
    splits: list[str | None] = []
    for file in media_files(path, modality):
        inside = file.relative_to(path)
        labels = labels_of(inside.parts[:-1])
        if len(labels) == 1:
            records.append(MediaRecord(inside.as_posix(), file, label=labels.pop()))
            splits.append(_split_of(inside.parts[:-1]))
        else:
            says = "folders that say both" if labels else "no folder that says"
            problems.append(Problem(inside.as_posix(), f"is in {says} real {'and' if labels else 'or'} fake"))
    parts = joint_parts(split for split in splits if split)
    records = [replace(record, part=parts.get(split or "")) for record, split in zip(records, splits, strict=True)]
    return join_frames(records), problems


def labels_of(folders: Sequence[str]) -> set[int]:
    """The labels that names of folders say.

    Examples
    --------
    >>> labels_of(["train", "0_real"])
    {0}
    """
    return {label for label in map(label_named, folders) if label is not None}


def _split_of(folders: Sequence[str]) -> str | None:
    """The part of a published split that names of folders say; the innermost counts."""
    return next((SPLIT_OF_WORD[name.lower()] for name in reversed(folders) if name.lower() in SPLIT_OF_WORD), None)
