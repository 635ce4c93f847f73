"""The layout of the Deepfake Detection Challenge: ``metadata.json`` beside the videos.

``metadata.json`` maps each file name to ``{"label": "REAL" | "FAKE", "original": name | null}``
(Dolhansky et al. 2020, arXiv 2006.07397). The full set is a folder of such folders
(``dfdc_train_part_0`` and so on); both forms are read. Its further key ``split`` is not: it says
"train" for every video that was published with labels.

FAKE says that the picture or the sound is forged, but not which of them. So the sound of a fake gets its
label later, by comparing it with its original's, and is of no use without that.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from keras_impl.errors import DataError
from keras_impl.media.layouts.files import composed, is_file, is_hidden, media_files, name_inside, spelled_in
from keras_impl.media.records import Modality, Problem, VideoRecord
from keras_impl.storage import read_json

METADATA_NAME = "metadata.json"
LABELS = {"REAL": 0, "FAKE": 1}

NEEDS = (
    f"a {METADATA_NAME} beside the videos, in the folder or in folders of it, "
    'as {"name.mp4": {"label": "REAL" or "FAKE", "original": "name.mp4" or null}}'
)
MODALITIES: tuple[Modality, ...] = ("image", "sound")


def recognises(path: Path) -> bool:
    """Whether there is a ``metadata.json`` in the folder or below."""
    return bool(_metadata_files(path))


def read(path: Path, modality: Modality) -> tuple[list[VideoRecord], list[Problem]]:
    """Read all parts; files that no ``metadata.json`` names are problems.

    Raises
    ------
    DataError
        If a ``metadata.json`` can't be read.
    """
    records, problems = [], []
    parts = _metadata_files(path)
    for metadata_file in parts:
        folder = PurePosixPath(metadata_file.parent.relative_to(path).as_posix())
        try:
            found, unusable = read_entries(
                metadata_file, folder, partial(spelled_in, path), missing="the file is missing"
            )
        except DataError as error:
            if len(parts) == 1:
                raise
            found, unusable = [], [Problem((folder / METADATA_NAME).as_posix(), str(error))]
        records += found
        problems += unusable
    records = _with_originals_found(records)
    if modality == "sound":
        records, unusable = _with_sound_to_compare(records)
        problems += unusable
    known = {composed(each) for each in (*(r.video for r in records), *(p.name for p in problems))}
    names = [file.relative_to(path).as_posix() for file in media_files(path, modality=modality)] if parts else []
    problems += [Problem(name, f"has no entry in {METADATA_NAME}") for name in names if composed(name) not in known]
    return records, problems


def _metadata_files(path: Path) -> list[Path]:
    found = path.rglob(METADATA_NAME) if path.is_dir() else ()
    return sorted(file for file in found if not is_hidden(file.relative_to(path)))


def read_entries(
    metadata_file: Path, folder: PurePosixPath, locate: Callable[[str], Path | None], missing: str
) -> tuple[list[VideoRecord], list[Problem]]:
    """Read one ``metadata.json``.

    Parameters
    ----------
    metadata_file : Path
    folder : PurePosixPath
        Where it lies, relative to the data folder.
    locate : callable
        Gives the path of the file that a video's name stands for, or None if there is none.
    missing : str
        What to say of a name without a file.
    """
    entries = read_json(metadata_file, made_by="each data folder needs a readable one")
    if not isinstance(entries, dict):
        raise DataError(f"{metadata_file} is not a table of videos: it must map each file name to its label")
    labels = {name_inside(folder, name): _label(entry) for name, entry in entries.items()}
    records, problems = [], []
    for name, entry in entries.items():
        video, label = name_inside(folder, name), _label(entry)
        if video is None:
            problems.append(Problem(name, "its name leads outside the data folder"))
            continue
        path = locate(video)
        original, objection = _original(entry, folder, labels) if label else (None, None)
        if label is None:
            problems.append(Problem(video, f"has no label REAL or FAKE in {METADATA_NAME}"))
        elif objection:
            problems.append(Problem(video, objection))
        elif path is None or not is_file(path):
            problems.append(Problem(video, f"is named in {METADATA_NAME} but {missing}"))
        else:
            records.append(VideoRecord(video, path, label, original))
    return records, problems


def _with_originals_found(records: list[VideoRecord]) -> list[VideoRecord]:
    """Look for originals that are not in their fake's own part in the others, by file name."""
    known = {record.video for record in records}
    elsewhere = defaultdict(list)
    for record in records:
        elsewhere[PurePosixPath(record.video).name].append(record.video)

    def found(record: VideoRecord) -> VideoRecord:
        places = elsewhere[PurePosixPath(record.original).name] if record.original else []
        if record.original in known or len(places) != 1:
            return record
        return replace(record, original=places[0])

    return [found(record) for record in records]


def _with_sound_to_compare(records: list[VideoRecord]) -> tuple[list[VideoRecord], list[Problem]]:
    """Mark fakes as labelled by their original; those without one are problems."""
    real = {record.video for record in records if not record.label}
    usable, problems = [], []
    for record in records:
        if not record.label:
            usable.append(record)
        elif record.original is None:
            reason = f"its sound can't be labelled without its original, which {METADATA_NAME} doesn't name"
            problems.append(Problem(record.video, reason))
        elif record.original not in real:
            reason = f"its sound can't be labelled without its original {record.original}: add that video"
            problems.append(Problem(record.video, reason))
        else:
            usable.append(replace(record, label_from_original=True))
    return usable, problems


def _label(entry: Any) -> int | None:
    label = entry.get("label") if isinstance(entry, dict) else None
    return LABELS.get(label.strip().upper()) if isinstance(label, str) else None


def _original(
    entry: dict[str, Any], folder: PurePosixPath, labels: dict[str | None, int | None]
) -> tuple[str | None, str | None]:
    """A fake's original, and what is wrong with it.

    A fake whose original can't be believed is not used: it could end up on the other side of a
    split than the video that it was made from.
    """
    given = entry.get("original")
    if given is None or given == "":
        return None, None
    original = name_inside(folder, given) if isinstance(given, str) else None
    if original is None:
        return None, f"its original {given!r:.80} is not the name of a file in its folder"
    if labels.get(original) == 1:
        return None, f"its original {given} is labelled FAKE too: it must be a real video"
    return original, None
