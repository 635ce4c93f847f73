"""A table of media files: a CSV file with the columns ``path`` and ``label``, and more if more is known.

=============  =====================================================================================
``path``       of the video, image or recording, relative to the CSV file's folder or absolute
``label``      ``real`` or ``fake`` or a word for it (`words`), or 0 or 1, where 1 means fake unless the table
               says otherwise
``group``      a name shared by files of one source; they stay on one side of a split
``original``   of a fake: the path of the real file that it was made from
``split``      ``train``, ``val``, ``validation`` or ``test``; see `files.joint_parts`
``person``     who is in it, or speaks
``speaker``    another name for ``person``
``system``     of a fake: what made its voice
``corpus``     the corpus or repository that it was taken from
=============  =====================================================================================

A group given for a real file or one of its fakes applies to all of them.

In some tables 1 means real. So labels 0 and 1 are compared with what other columns and the names of files and
folders say in words: if all of them say that 1 is real, it is; if they disagree, the table is refused. Labels in
words are believed, unless another column or a folder clearly says the opposite.
"""

import os
import re
from pathlib import Path, PurePosixPath
from typing import Any

from keras_impl.datasets.files import Originals, joint_parts, read_csv, spelled_in
from keras_impl.datasets.frames import join_frames
from keras_impl.datasets.record import MediaRecord, Problem
from keras_impl.datasets.words import SPLIT_OF_WORD, label_by_column, label_named, labels_in
from keras_impl.errors import DataError
from keras_impl.media.formats import ModalityName
from keras_impl.media.listing import is_file

NEEDED = ("path", "label")
OPTIONAL = ("group", "original", "split", "person", "speaker", "system", "corpus")
NUMBERS = {"0.0": "0", "1.0": "1", "false": "0", "true": "1"}
"""Other ways in which programs write 0 and 1."""

NAMES_IN = frozenset({"path", "label", "original", "group", "split", "person", "speaker"})
"""Columns that hold names, or the label itself, so that words in them say nothing about the label."""

LABEL_WORDS = ("real", "fake")

NEEDS = f"a CSV file with the columns {' and '.join(NEEDED)} (and, if known, {', '.join(OPTIONAL)})"
MODALITIES: tuple[ModalityName, ...] = ("image", "sound")

Row = dict[str, Any]
"""A row with all columns: the label as a number, the original as a file's name, ``line`` for messages."""


def recognises(path: Path) -> bool:
    """Whether it is a file whose name ends in ``.csv``."""
    return path.suffix.lower() == ".csv" and is_file(path)


def read(path: Path, modality: ModalityName) -> tuple[list[MediaRecord], list[Problem]]:
    """Read the table, whatever the suffixes of its files; rows whose file is missing are problems.

    Raises
    ------
    DataError
        If a needed column, or a row's path or label, is missing, a value is not one of those above, a
        path is repeated, person and speaker differ, an original is a fake, or the groups of a file
        and its fakes differ.
    """
    rows = _read_rows(path)
    roots = {video: _root(path, rows, video) for video in rows}
    groups = _groups(path, rows, roots)
    parts = joint_parts(row["split"] for row in rows.values() if row["split"])
    records, problems = [], []
    for video, row in rows.items():
        file = spelled_in(path.parent, row["path"])
        if not is_file(file):
            problems.append(Problem(video, f"is named in {path.name} but the file is missing"))
            continue
        is_fake = row["label"] == 1
        record = MediaRecord(
            video,
            file,
            row["label"],
            original=row["original"] or None if is_fake else None,
            person=row["person"] or None,
            part=parts.get(row["split"]),
            group=groups.get(roots[video], roots[video]),
            system=row["system"] or None if is_fake else None,
            corpus=row["corpus"] or None,
        )
        records.append(record)
    alone = {video for video, row in rows.items() if row["group"] and _name(path, row["group"]) == video}
    return join_frames(records, alone), problems


def _read_rows(path: Path) -> dict[str, Row]:
    """Rows by the file's name."""
    lines = _read_lines(path)
    if not lines:
        raise DataError(f"{path} has no rows: add one for each file")
    meaning = _meaning_of_numbers(path, lines)
    rows: dict[str, Row] = {}
    for line, given in lines:
        row = _as_row(path, line, given | {"label": meaning.get(given.get("label", ""), given.get("label", ""))})
        video = _name(path, row["path"])
        if video in rows:
            raise DataError(f"line {line} of {path} names {row['path']} a second time: keep one row for each file")
        rows[video] = row
    originals = Originals(rows)
    for row in rows.values():
        if row["original"]:
            row["original"] = _listed_original(path, originals, row)
    return rows


def _listed_original(path: Path, originals: Originals, row: Row) -> str:
    """The file of the table that an original refers to; as given, if the table has none like it.

    Raises
    ------
    DataError
        If it could be several: a split could separate the fake from its original.
    """
    meant = originals.meant_by(row["original"])
    if len(meant) > 1:
        raise DataError(
            f"line {row['line']} of {path} has the original {row['original']!r}, which could be "
            f"{' or '.join(meant[:3])}: give its path"
        )
    return meant[0] if meant else row["original"]


def _read_lines(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Rows as given, with their lines, but labels and folder separators in one form."""
    lines = read_csv(path, NEEDED, NEEDS)
    for _, given in lines:
        label = given.get("label", "").lower()
        given["label"] = NUMBERS.get(label, label)
        for name in ("path", "original"):
            if "\\" in given.get(name, "") and not is_file(path.parent / given[name]):
                given[name] = given[name].replace("\\", "/")
    return lines


def label_note(path: Path) -> str:
    """How the labels 0 and 1 of a table are read, as a sentence; empty if it has none.

    Raises
    ------
    DataError
        As `read`.
    """
    lines = _read_lines(path)
    numbers = [given for _, given in lines if given.get("label") in ("0", "1")]
    if not numbers:
        return ""
    by_words = "by its other columns or the names of its files or folders"
    if _meaning_of_numbers(path, lines)["1"] == "real":
        return f"The label 1 means real in this table, {by_words}"
    why = by_words if any(_hinted(path, given) for given in numbers) else "as nothing in it says otherwise"
    return f"The label 1 means fake in this table, {why}"


def _meaning_of_numbers(path: Path, lines: list[tuple[int, dict[str, str]]]) -> dict[str, str]:
    """What the labels 0 and 1 mean, by all that the table says in words.

    Raises
    ------
    DataError
        If it says both, or contradicts itself in a row.
    """
    seen: dict[bool, int] = {}  # whether 1 means fake by the words, and the first line that says so
    for line, given in lines:
        label = given.get("label", "")
        said = _hinted(path, given) if label in ("0", "1") else _said(path, given)
        if len(said) > 1:
            raise DataError(f"line {line} of {path} says both real and fake of one file: fix or remove the row")
        if not said:
            continue
        (by_words,) = said
        if label in ("0", "1"):
            seen.setdefault(label == str(by_words), line)
        elif label_named(label) not in (by_words, None):
            raise DataError(
                f"line {line} of {path} has the label {label}, but another column or a folder says "
                f"{LABEL_WORDS[by_words]}: fix it"
            )
    if len(seen) > 1:
        raise DataError(
            f"lines {seen[True]} and {seen[False]} of {path} disagree on whether the label 1 means fake, by their "
            "other columns or the names of their files or folders: fix the labels, or write them as real and fake"
        )
    return {"0": "fake", "1": "real"} if False in seen else {"0": "real", "1": "fake"}


def _said(path: Path, given: dict[str, str]) -> set[int]:
    """The labels that other columns, or folders below the table's, say and say nothing else."""
    folders = PurePosixPath(_name(path, given.get("path", ""))).parts[:-1]
    others = {name: value for name, value in given.items() if name not in NAMES_IN}
    said = {label_named(text) for text in (*folders, *others.values())}
    said |= {label_by_column(name, value) for name, value in others.items()}
    return {label for label in said if label is not None}


def _hinted(path: Path, given: dict[str, str]) -> set[int]:
    """As `_said`; if that is nothing, the labels that words among others suggest, there or in the file's name."""
    if said := _said(path, given):
        return said
    place = PurePosixPath(_name(path, given.get("path", "")))
    others = (value for name, value in given.items() if name not in NAMES_IN and not re.search(r"[/\\.]", value))
    for texts in (others, place.parts[:-1], (place.stem,)):
        hints = [labels for text in texts if len(labels := labels_in(text)) == 1]
        if hints:
            return set.union(*hints)
    return set()


def _as_row(path: Path, line: int, given: dict[str, str]) -> Row:
    row = {name: given.get(name, "") for name in NEEDED + OPTIONAL}
    label, split = label_named(row["label"]), row["split"].lower()
    if not row["path"]:
        raise DataError(f"line {line} of {path} has no path: give one or remove the row")
    if label is None:
        raise DataError(
            f"line {line} of {path} has the label {row['label']!r:.80}: it must be real, fake, 0 or 1 (1 = fake)"
        )
    if split and split not in SPLIT_OF_WORD:
        known = ", ".join(SPLIT_OF_WORD)
        raise DataError(f"line {line} of {path} has the split {split!r:.80}: it must be {known} or empty")
    if row["person"] and row["speaker"] and row["person"] != row["speaker"]:
        raise DataError(
            f"line {line} of {path} has the person {row['person']!r} but the speaker {row['speaker']!r}: "
            "these mean the same, so give one of them"
        )
    original = _name(path, row["original"]) if row["original"] else ""
    if original == _name(path, row["path"]) and label == 0:
        original = ""  # a real file may be listed as its own original
    return row | {
        "label": label,
        "split": SPLIT_OF_WORD.get(split, ""),
        "original": original,
        "person": row["person"] or row["speaker"],
        "line": line,
    }


def _name(path: Path, given: str) -> str:
    """A file's name relative to the table's folder, the same however its path is written."""
    return Path(os.path.relpath(path.parent / given, path.parent)).as_posix()


def _root(path: Path, rows: dict[str, Row], video: str) -> str:
    """What a file goes back to in the end: a real one too may name the file that it is a version of."""
    seen = [video]
    while original := rows[seen[-1]]["original"]:
        if original in seen:
            raise DataError(
                f"line {rows[video]['line']} of {path}: its originals form a cycle: fix the column original"
            )
        seen.append(original)
        if original not in rows:
            break
        if rows[original]["label"] == 1:
            raise DataError(f"line {rows[seen[-2]]['line']} of {path}: its original is a fake: it must be a real file")
    return seen[-1]


def _groups(path: Path, rows: dict[str, Row], roots: dict[str, str]) -> dict[str, str]:
    """Group of each root, as given for itself or for a file that goes back to it."""
    groups: dict[str, str] = {}
    for video, row in rows.items():
        group = groups.setdefault(roots[video], row["group"]) if row["group"] else ""
        if group != row["group"]:
            raise DataError(
                f"line {row['line']} of {path} has the group {row['group']!r}, but {group!r} is the group "
                "of its original or of another fake of it: give all of them one group"
            )
    return groups
