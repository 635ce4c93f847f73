"""Reading data sets: each known layout has one small adapter module in this package.

An adapter provides what `layout.Layout` lists; to add one, write its module and name it in
`LAYOUTS`. Checks that all data sets need are made here, so that no adapter can forget them.
"""

import difflib
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from keras_impl.datasets import (
    asvspoof,
    celebdf,
    crops,
    dfdc,
    faceforensics,
    fakeavceleb,
    folders,
    inthewild,
    table,
    wavefake,
)
from keras_impl.datasets.guesses import MANUAL, unknown_layout
from keras_impl.datasets.layout import Layout
from keras_impl.datasets.record import MediaRecord, Problem
from keras_impl.errors import DataError
from keras_impl.media.formats import ModalityName
from keras_impl.media.listing import is_file, is_folder, unlisted_below

# The order matters: the first layout that recognises a folder is used, so the most specific ones come first.
LAYOUTS: Mapping[str, Layout] = {
    "table": table,
    "faceforensics": faceforensics,
    "celebdf": celebdf,
    "fakeavceleb": fakeavceleb,
    "asvspoof": asvspoof,
    "wavefake": wavefake,
    "inthewild": inthewild,
    "crops": crops,
    "dfdc": dfdc,
    "folders": folders,
}

MADE_UP_NAME = "made_up.txt"
"""A file beside a data set's own that says that its fakes are made up, so that no verdict rests on them unnoticed."""


@dataclass(frozen=True)
class DataSet:
    """A data set that was read.

    Attributes
    ----------
    path : Path
        A folder, or a CSV file.
    layout : str
        One of `LAYOUTS`.
    records : list of MediaRecord
    problems : list of Problem
        As of `read_data`.
    notes : list of str
        What it was taken for where that is not beyond doubt, a sentence each.
    is_made_up : bool
        Whether its fakes are made up, as the demo's are: it has a `MADE_UP_NAME`.
    """

    path: Path
    layout: str
    records: list[MediaRecord]
    problems: list[Problem]
    notes: list[str]
    is_made_up: bool = False


def open_data(path: Path, layout: str | None, modality: ModalityName) -> DataSet:
    """Read a data set; arguments and errors as of `read_data`."""
    layout = find_layout(path, layout, modality)
    records, problems = read_data(path, layout, modality)
    is_made_up = is_file((path if is_folder(path) else path.parent) / MADE_UP_NAME)
    return DataSet(path, layout, records, problems, notes_on(path, layout, records), is_made_up)


def layouts_for(modality: ModalityName) -> list[str]:
    """Names of the layouts that tell labels of a modality."""
    return [name for name, layout in LAYOUTS.items() if modality in layout.MODALITIES]


def notes_on(path: Path, layout: str, records: Sequence[MediaRecord]) -> list[str]:
    """What was assumed about a data set and may be wrong, one sentence each, for its user to check."""
    notes = [table.label_note(path)] if layout in ("table", "crops") and is_file(path) else []
    folders = sum(bool(record.frames) for record in records)
    if folders:
        notes.append(
            f"{folders} folders of numbered pictures are read as one video each; if they are not, list the pictures in "
            "a table, each with a group of its own"
        )
    known = {record.video for record in records}
    named = {record.original for record in records if record.original}
    if unknown := named - known:
        notes.append(
            f"Originals that are missing from the data set: {len(unknown)}, such as {min(unknown)}; fakes of the same "
            "original stay together"
        )
    return [note for note in notes if note]


def find_layout(path: Path, layout: str | None = None, modality: ModalityName = "image") -> str:
    """Name of the layout in which to read ``path``: the one given, or else the one detected.

    Raises
    ------
    DataError
        If nothing is there, the given layout is unknown or not for this modality, or none is
        detected.
    """
    if not os.path.exists(path):
        raise DataError(f"{path} doesn't exist: give the folder of a data set, or a CSV file")
    offered = {name: adapter for name, adapter in LAYOUTS.items() if modality in adapter.MODALITIES}
    if layout is None:
        for name, adapter in offered.items():
            if adapter.recognises(path):
                return name
        raise DataError(unknown_layout(path, offered, modality))
    if layout not in LAYOUTS:
        near = difflib.get_close_matches("".join(filter(str.isalnum, layout.lower())), offered, n=1)
        asked = f"did you mean {near[0]}?" if near else f"choose one of {', '.join(offered)}"
        raise DataError(f"{layout} is not a known layout: {asked} ({MANUAL} describes them)")
    if layout not in offered:
        own = " and ".join(LAYOUTS[layout].MODALITIES)
        raise DataError(f"{layout} is a layout for {own}, not for {modality}: choose one of {', '.join(offered)}")
    return layout


def read_data(
    path: Path, layout: str | None = None, modality: ModalityName = "image"
) -> tuple[list[MediaRecord], list[Problem]]:
    """Read a data set in the layout given, or else in the one detected.

    Parameters
    ----------
    path : Path
        A folder, or a CSV file.
    layout : str, optional
        One of `LAYOUTS`.
    modality : {"image", "sound"}, default "image"
        What is to be judged. It decides which layouts there are, which files count and what the labels
        mean.

    Returns
    -------
    records : list of MediaRecord
        The labelled files that exist, sorted by name; no two share a name or a file.
    problems : list of Problem
        What can't be used and why, sorted by name.

    Raises
    ------
    DataError
        If the layout is unknown, not for this modality or doesn't fit, or the data set as a whole
        contradicts itself.
    """
    name = find_layout(path, layout, modality)
    records, problems = LAYOUTS[name].read(path, modality)
    if not records and not problems:
        raise DataError(f"{path} holds nothing in the layout {name}: it needs {LAYOUTS[name].NEEDS}")
    usable, unusable = _apart(records)
    problems += [
        Problem(folder.relative_to(path).as_posix(), f"is a folder that can't be listed ({reason})")
        for folder, reason in (unlisted_below(path) if is_folder(path) else ())
    ]
    problems = [Problem(_printable(problem.name), problem.reason) for problem in problems + unusable]
    return sorted(usable, key=lambda record: record.video), sorted(problems, key=lambda problem: problem.name)


def _apart(records: list[MediaRecord]) -> tuple[list[MediaRecord], list[Problem]]:
    """Separate records that share a name or a file, or whose name no table can hold."""
    names = Counter(record.video for record in records)
    files = Counter(record.path for record in records)
    usable, problems = [], []
    for record in records:
        if names[record.video] > 1:
            problems.append(Problem(record.video, "is listed more than once: keep one entry"))
        elif files[record.path] > 1:
            problems.append(Problem(record.video, f"shares the file {record.path.name} with another entry: keep one"))
        elif _printable(record.video) != record.video:
            problems.append(Problem(record.video, "its name is not valid text (UTF-8): rename it"))
        else:
            usable.append(record)
    return usable, problems


def _printable(name: str) -> str:
    """``name`` with bytes that are not text as escapes."""
    return name.encode(errors="backslashreplace").decode()
