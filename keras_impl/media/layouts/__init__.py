"""Data sets in: each layout that is known has one small adapter module in this package.

An adapter offers what :class:`Layout` lists; adding one is writing its module and naming it in
`LAYOUTS`. What all data sets have in common is checked here, so that no adapter can forget it.
"""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from keras_impl.errors import DataError
from keras_impl.media.layouts import celebdf, crops, dfdc, faceforensics, folders, table
from keras_impl.media.records import Problem, VideoRecord


class Layout(Protocol):
    """What a layout's module offers."""

    NEEDS: str
    """What a folder of this layout holds, to complete "it needs ..."."""

    def recognises(self, path: Path) -> bool:
        """Whether ``path`` looks like this layout; it may be a file, a folder or nothing."""

    def read(self, path: Path) -> tuple[list[VideoRecord], list[Problem]]:
        """Labelled videos that exist, and what can't be used; both empty if nothing fits the layout."""


# The order matters: a folder is taken for the first layout that recognises it, so the ones that
# are sure of what they see come first.
LAYOUTS: Mapping[str, Layout] = {
    "table": table,
    "faceforensics": faceforensics,
    "celebdf": celebdf,
    "crops": crops,
    "dfdc": dfdc,
    "folders": folders,
}


def find_layout(path: Path, layout: str | None = None) -> str:
    """Name of the layout that ``path`` is to be read in: the one given, or the one recognised.

    Raises
    ------
    DataError
        If nothing is there, the layout given is unknown, or none is recognised.
    """
    if not path.exists():
        raise DataError(f"{path} doesn't exist: give the folder of a data set, or a CSV file")
    if layout is None:
        for name, adapter in LAYOUTS.items():
            if adapter.recognises(path):
                return name
        raise DataError(f"{path} is in no known layout: {_known()}")
    if layout not in LAYOUTS:
        raise DataError(f"{layout} is not a known layout: {_known()}")
    return layout


def read_data(path: Path, layout: str | None = None) -> tuple[list[VideoRecord], list[Problem]]:
    """Read a data set in the layout given, or else in the one recognised.

    Parameters
    ----------
    path : Path
        A folder, or a CSV file.
    layout : str, optional
        One of `LAYOUTS`.

    Returns
    -------
    records : list of VideoRecord
        The labelled videos that exist, sorted by name; no two share a name or a file.
    problems : list of Problem
        What can't be used and why, sorted by name.

    Raises
    ------
    DataError
        If the layout is unknown or doesn't fit, or the data set contradicts itself as a whole.
    """
    name = find_layout(path, layout)
    records, problems = LAYOUTS[name].read(path)
    if not records and not problems:
        raise DataError(f"{path} holds nothing in the layout {name}: it needs {LAYOUTS[name].NEEDS}")
    usable, unusable = _apart(records)
    problems = [Problem(_printable(problem.name), problem.reason) for problem in problems + unusable]
    return sorted(usable, key=lambda record: record.video), sorted(problems, key=lambda problem: problem.name)


def _known() -> str:
    """All layouts with what they need, for an error's one line."""
    return "; ".join(f"{name} needs {layout.NEEDS}" for name, layout in LAYOUTS.items())


def _apart(records: list[VideoRecord]) -> tuple[list[VideoRecord], list[Problem]]:
    """Take out records that share a name or a file, and names that no table can hold."""
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
    """``name`` with bytes that are no text written out as escapes."""
    return name.encode(errors="backslashreplace").decode()
