"""The layout of the Deepfake Detection Challenge: ``metadata.json`` beside ``*.mp4``.

``metadata.json`` maps each file name to ``{"label": "REAL" | "FAKE", "original": name | null}``
(Dolhansky et al. 2020, arXiv 2006.07397). The full set is a folder of such folders
(``dfdc_train_part_0`` and so on); both forms are read.
"""

from pathlib import Path, PurePosixPath

from keras_impl.errors import DataError
from keras_impl.media.records import Problem, VideoRecord
from keras_impl.storage import read_json

METADATA_NAME = "metadata.json"
VIDEO_SUFFIXES = frozenset({".mp4", ".mov", ".mkv", ".avi", ".webm", ".m4v"})
LABELS = {"REAL": 0, "FAKE": 1}


def read_dfdc(folder: Path) -> tuple[list[VideoRecord], list[Problem]]:
    """Read a data folder in DFDC's layout, flat or nested.

    Returns
    -------
    records : list of VideoRecord
        The labelled videos that exist, sorted by name.
    problems : list of Problem
        Videos without a usable label, and labels without a video.

    Raises
    ------
    DataError
        If the folder or every ``metadata.json`` is missing, or one can't be read.
    """
    if not folder.is_dir():
        raise DataError(f"{folder} is not a folder: give the folder that holds {METADATA_NAME} and the videos")
    metadata_files = sorted(folder.rglob(METADATA_NAME))
    if not metadata_files:
        raise DataError(
            f"no {METADATA_NAME} in {folder} or below: the DFDC layout needs one beside the videos, "
            '{"name.mp4": {"label": "REAL" or "FAKE", "original": "name.mp4" or null}}'
        )
    records, problems = [], []
    for metadata_file in metadata_files:
        found, unusable = _read_part(folder, metadata_file)
        records += found
        problems += unusable
    known = {record.video for record in records} | {problem.name for problem in problems}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.suffix.lower() in VIDEO_SUFFIXES and name not in known:
            problems.append(Problem(name, f"has no entry in {METADATA_NAME}"))
    return sorted(records, key=lambda record: record.video), sorted(problems, key=lambda problem: problem.name)


def _read_part(root: Path, metadata_file: Path) -> tuple[list[VideoRecord], list[Problem]]:
    entries = read_json(metadata_file, made_by="each data folder needs a readable one")
    if not isinstance(entries, dict):
        raise DataError(f"{metadata_file} is not a table of videos: it must map each file name to its label")
    part = metadata_file.parent
    records, problems = [], []
    for name, entry in entries.items():
        video = _name_in(root, part, name)
        label = LABELS.get(str(entry.get("label")).upper()) if isinstance(entry, dict) else None
        if video is None:
            problems.append(Problem(name, "its name leads outside the data folder"))
        elif label is None:
            problems.append(Problem(video, f"has no label REAL or FAKE in {METADATA_NAME}"))
        elif not (part / name).exists():
            problems.append(Problem(video, f"is named in {METADATA_NAME} but the file is missing"))
        else:
            original = entry.get("original") if label else None
            records.append(VideoRecord(video, part / name, label, original and _name_in(root, part, original)))
    return records, problems


def _name_in(root: Path, part: Path, name: str) -> str | None:
    """``name``, relative to ``part``, as a name relative to ``root``; None if it leaves ``part``."""
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts:
        return None
    return (part.relative_to(root) / pure).as_posix()
