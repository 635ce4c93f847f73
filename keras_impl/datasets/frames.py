"""Videos stored as folders of numbered pictures: all pictures of such a folder are one video."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from keras_impl.datasets.record import MediaRecord
from keras_impl.datasets.words import SPLIT_OF_WORD, label_named
from keras_impl.media.formats import IMAGE_SUFFIXES
from keras_impl.media.names import natural_order

LEAST_FRAMES = 2

LEAST_FOLDERS = 3
"""Fewer folders are not a video each but a whole class each: all real faces, all output of a generator."""

NUMBERED = re.compile(r"(?P<before>.*?)\d+")
"""Name of a picture, without its suffix, that ends in its number among its neighbours."""


def join_frames(records: Sequence[MediaRecord], alone: Collection[str] = ()) -> list[MediaRecord]:
    """Join all pictures of a folder into one record if they differ in a number only, and in nothing else that is known.

    The folder must not be named after a label or a part of a split, and there must be at least `LEAST_FOLDERS` such
    folders. Records that name a frame as their original then name its video. Files named in ``alone`` are no frames.
    """
    folders = defaultdict(list)
    for record in records:
        folders[PurePosixPath(record.video).parent].append(record)
    videos = {folder.as_posix(): found for folder, found in folders.items() if _are_frames(folder, found, alone)}
    while True:
        home = {frame.video: video for video, frames in videos.items() for frame in frames}
        alike = {video: frames for video, frames in videos.items() if len({_as_of(home, each) for each in frames}) == 1}
        if len(alike) == len(videos):
            break
        videos = alike
    if len(videos) < LEAST_FOLDERS:
        return list(records)
    joined = [_as_of(home, record) for record in records if record.video not in home]
    for video, frames in videos.items():
        paths = sorted((frame.path for frame in frames), key=lambda path: natural_order(path.name))
        joined.append(replace(_as_of(home, frames[0]), video=video, path=paths[0].parent, frames=tuple(paths)))
    return joined


def series_of(names: Iterable[str]) -> dict[str, str]:
    """What numbered pictures share with their neighbours: their folder, and their name without the number.

    Left out are videos, pictures without a number, and folders that are named after a label or a part of a split and
    have one series only.

    Examples
    --------
    >>> series_of(["clips/a_1.png", "clips/a_2.png", "real/3.png"])
    {'clips/a_1.png': 'clips/a_', 'clips/a_2.png': 'clips/a_'}
    """
    found = {}
    for name in names:
        place = PurePosixPath(name)
        numbered = NUMBERED.fullmatch(place.stem) if place.suffix.lower() in IMAGE_SUFFIXES else None
        if numbered:
            found[name] = place.parent, numbered["before"].casefold()
    kinds = defaultdict(set)
    for folder, before in found.values():
        kinds[folder].add(before)
    return {
        name: f"{folder}/{before}"
        for name, (folder, before) in found.items()
        if len(kinds[folder]) > 1 or not _is_said_by(folder.name)
    }


def _is_said_by(folder: str) -> bool:
    """Whether a folder is named after a label or a part of a split, or is the data set's root."""
    return not folder or label_named(folder) is not None or folder.lower() in SPLIT_OF_WORD


def _are_frames(folder: PurePosixPath, found: Sequence[MediaRecord], alone: Collection[str]) -> bool:
    if len(found) < LEAST_FRAMES or _is_said_by(folder.name) or any(record.video in alone for record in found):
        return False
    numbered = [NUMBERED.fullmatch(record.path.stem) if record.is_image else None for record in found]
    return len({each and each["before"].casefold() for each in numbered}) == 1 and numbered[0] is not None


def _as_of(home: Mapping[str, str], record: MediaRecord) -> MediaRecord:
    """A record that refers to videos in place of frames; a frame loses its own name and file."""
    is_frame = record.video in home
    return replace(
        record,
        video="" if is_frame else record.video,
        path=record.path.parent if is_frame else record.path,
        original=home.get(record.original or "", record.original),
        group=home.get(record.group or "", record.group),
    )
