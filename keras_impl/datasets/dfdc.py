"""The layout of the Deepfake Detection Challenge: ``metadata.json`` beside the videos.

``metadata.json`` maps each file name to ``{"label": "REAL" | "FAKE", "original": name | null}``
(Dolhansky et al. 2020, arXiv 2006.07397). The full set is a folder of such folders
(``dfdc_train_part_0`` and so on); both forms are read. The key ``split`` is ignored: it says
"train" for every video that was published with labels.

FAKE says that the picture or the sound is forged, but not which. So the sound of a fake is labelled
later, by comparing it with its original's, and can't be used without that.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from keras_impl.core.storage import LARGEST_JSON, decoded, json_of, read_bytes
from keras_impl.datasets.files import Originals, best_spelled, composed, media_files, name_inside, spelled_in, texts_of
from keras_impl.datasets.record import MediaRecord, Problem
from keras_impl.errors import DataError
from keras_impl.media.formats import ModalityName
from keras_impl.media.listing import files_below, is_file

METADATA_NAME = "metadata.json"
LABELS = {"REAL": 0, "FAKE": 1}

LABELLED_BY_ORIGINAL: frozenset[ModalityName] = frozenset({"sound"})
"""Modalities of which a fake's label comes from comparing it with its original: FAKE alone doesn't settle it."""

NEEDS = (
    f"a {METADATA_NAME} beside the videos, in the folder or in folders of it, "
    'as {"name.mp4": {"label": "REAL" or "FAKE", "original": "name.mp4" or null}}'
)
MODALITIES: tuple[ModalityName, ...] = ("image", "sound")


def recognises(path: Path) -> bool:
    """Whether there is a ``metadata.json`` in the folder or below."""
    return bool(_metadata_files(path))


def read(path: Path, modality: ModalityName) -> tuple[list[MediaRecord], list[Problem]]:
    """Read all parts; files that no ``metadata.json`` names are problems.

    Raises
    ------
    DataError
        If a ``metadata.json`` can't be read.
    """
    entries = Entries()
    parts = _metadata_files(path)
    for metadata_file in parts:
        folder = PurePosixPath(metadata_file.parent.relative_to(path).as_posix())
        try:
            entries.add(metadata_file, folder, partial(spelled_in, path), missing="the file is missing")
        except DataError as error:
            if len(parts) == 1:
                raise
            entries.problems.append(Problem((folder / METADATA_NAME).as_posix(), str(error)))
    records, problems = entries.settled()
    if modality in LABELLED_BY_ORIGINAL:
        records, unusable = _with_sound_to_compare(records)
        problems += unusable
    known = {composed(each) for each in (*(r.video for r in records), *(p.name for p in problems))}
    names = [file.relative_to(path).as_posix() for file in media_files(path, modality)] if parts else []
    problems += [Problem(name, f"has no entry in {METADATA_NAME}") for name in names if composed(name) not in known]
    return records, problems


def _metadata_files(path: Path) -> list[Path]:
    return [file for file in files_below(path) if file.name == METADATA_NAME]


class Entries:
    """The entries of all ``metadata.json``, added file by file.

    Attributes
    ----------
    records : list of MediaRecord
        With their originals as given.
    problems : list of Problem
    """

    def __init__(self) -> None:
        self.records: list[MediaRecord] = []
        self.problems: list[Problem] = []
        self._labels: dict[str, int | None] = {}

    def add(
        self, metadata_file: Path, folder: PurePosixPath, locate: Callable[[str], Path | None], missing: str
    ) -> None:
        """Read one ``metadata.json``.

        Parameters
        ----------
        metadata_file : Path
        folder : PurePosixPath
            The folder that it is in, relative to the data folder.
        locate : callable
            Returns the path of the file of that name, or None if there is none.
        missing : str
            The reason to give for a name without a file.

        Raises
        ------
        DataError
            If it can't be read.
        """
        entries = _read_metadata(metadata_file)
        if not isinstance(entries, dict):
            raise DataError(f"{metadata_file} is not a JSON object: it must map each file name to its label")
        for name, entry in entries.items():
            video, label = name_inside(folder, name.replace("\\", "/")), _label(entry)
            if video is None:
                self.problems.append(Problem(name, "its name leads outside the data folder"))
                continue
            self._labels[video] = label
            path = locate(video)
            original, objection = _original(entry, folder) if label else (None, None)
            if label is None:
                self.problems.append(Problem(video, f"has no label REAL or FAKE in {METADATA_NAME}"))
            elif objection:
                self.problems.append(Problem(video, objection))
            elif path is None or not is_file(path):
                self.problems.append(Problem(video, f"is named in {METADATA_NAME} but {missing}"))
            else:
                self.records.append(MediaRecord(video, path, label, original))

    def settled(self) -> tuple[list[MediaRecord], list[Problem]]:
        """All records, with originals as names of records, and all problems.

        A fake whose original is ambiguous or not real is a problem: a split could separate it from the video
        that it was made from. One whose original isn't in the data set keeps the name that was given.
        """
        originals = Originals(self._labels)
        records, problems = [], list(self.problems)
        for record in self.records:
            meant = originals.meant_by(record.original) if record.original else []
            if len(meant) > 1:
                several = " or ".join(meant[:3])
                problems.append(Problem(record.video, f"its original {record.original} could be {several}"))
            elif meant and self._labels[meant[0]] == 1:
                reason = f"its original {record.original} is labelled FAKE too: it must be a real video"
                problems.append(Problem(record.video, reason))
            else:
                records.append(replace(record, original=meant[0]) if meant else record)
        return records, problems


def _read_metadata(path: Path) -> Any:
    """Content of a ``metadata.json``; if it isn't Unicode, in the encoding in which it names most of the files."""
    made_by = "each data folder needs a readable one"
    content = read_bytes(path, made_by, LARGEST_JSON)
    try:
        text = decoded(content)
    except UnicodeDecodeError:
        texts = list(texts_of(content))
        names = [re.findall(r'"([^"\n]*)"\s*:\s*{', text) for text in texts]
        text = texts[best_spelled(path.parent, names)] if texts else content.decode(errors="replace")
    return json_of(text, path, made_by)


def _with_sound_to_compare(records: list[MediaRecord]) -> tuple[list[MediaRecord], list[Problem]]:
    """Mark fakes to be labelled by their original; those without one are problems."""
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


def _original(entry: dict[str, Any], folder: PurePosixPath) -> tuple[str | None, str | None]:
    """A fake's original as given, and what is wrong with it."""
    given = entry.get("original")
    if given is None or given == "":
        return None, None
    original = name_inside(folder, given.replace("\\", "/")) if isinstance(given, str) else None
    if original is None:
        return None, f"its original {given!r:.80} is not the name of a file in its folder"
    return original, None
