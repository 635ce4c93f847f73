"""The layouts of ASVspoof 2019 and 2021, logical access (LA): synthesised and converted speech.

- 2019 (Wang et al. 2020, arXiv 1911.01601): recordings in ``ASVspoof2019_LA_{train,dev,eval}/flac``, labels in
  ``ASVspoof2019_LA_cm_protocols``, a file for each part with lines of speaker, utterance, a dash, system, key.
- 2021 (Liu et al. 2022, arXiv 2210.02437): recordings in ``ASVspoof2021_LA_eval/flac``, labels in
  ``keys/LA/CM/trial_metadata.txt``, which is a separate download, with lines of speaker, utterance, codec,
  transmission, system, key, trimming, subset. The tracks DF and PA, and the lists for speaker verification (ASV),
  are not read.

All of these are found by name, at any depth. Recordings that no list names are not read: they are for enrolment.

The official parts are used if they give both a training and a validation part; if 2019's eval is there, its dev
is trained on. 2021 has no training part. Read together with 2019, its subset ``eval`` is for validation;
``progress``, on which teams could tune, and ``hidden``, whose silence was trimmed, belong to no part.

Nothing tells which utterances have the same text, so each is a source of its own. All speakers are from the
corpus VCTK, and have the same names in both years.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from keras_impl.datasets.files import joint_parts, media_files, read_lines
from keras_impl.datasets.record import MediaRecord, Problem
from keras_impl.errors import DataError
from keras_impl.media.formats import ModalityName
from keras_impl.media.listing import files_below, is_folder, walk

LISTS_2019 = {
    "train": "ASVspoof2019.LA.cm.train.trn.txt",
    "dev": "ASVspoof2019.LA.cm.dev.trl.txt",
    "eval": "ASVspoof2019.LA.cm.eval.trl.txt",
}
LIST_2021 = "trial_metadata.txt"
OTHER_TRACKS_2021 = frozenset({"ASV", "DF", "PA"})

LINE_2019 = re.compile(
    r"(?P<speaker>LA_\d+)\s+(?P<utterance>LA_[TDE]_\d+)\s+\S+\s+(?:-\s+bonafide|(?P<system>A\d+)\s+spoof)"
)
LINE_2021 = re.compile(
    r"(?P<speaker>LA_\d+)\s+(?P<utterance>LA_E_\d+)\s+\S+\s+\S+\s+"
    r"(?:(?:-|bonafide)\s+bonafide|(?P<system>A\d+)\s+spoof)\s+\S+\s+(?P<subset>\S+)"
)
PUBLISHED = {"train": "train", "dev": "val", "eval": "test"}

# The known attacks of 2019's eval part: systems of the training part under another name.
SYSTEMS = {"A04": "A04=A16", "A16": "A04=A16", "A06": "A06=A19", "A19": "A06=A19"}

CORPUS = "vctk"

NEEDS = (
    "ASVspoof2019_LA_train/flac (or dev, eval) with ASVspoof2019_LA_cm_protocols, "
    f"or ASVspoof2021_LA_eval/flac with keys/LA/CM/{LIST_2021}"
)
MODALITIES: tuple[ModalityName, ...] = ("sound",)


class _List(NamedTuple):
    """A file of labels, the folder that it describes, the form of its lines, and its part unless its lines tell."""

    file: Path
    folder: str
    line: re.Pattern[str]
    example: str
    subset: str | None


def recognises(path: Path) -> bool:
    """Whether one of the files of labels is there."""
    files = files_below(path)
    return any(_found(files, name) for name in LISTS_2019.values()) or bool(_found_2021(path, files))


def read(path: Path, modality: ModalityName) -> tuple[list[MediaRecord], list[Problem]]:
    """Read both years, as far as they are there.

    Raises
    ------
    DataError
        If a file of labels is malformed, or it or its recordings are found in several places.
    """
    records: list[tuple[MediaRecord, str | None]] = []
    problems = []
    folders = [listed.folder for listed in walk(path)]
    for labels in _lists(path):
        recordings = [folder for folder in folders if folder.parts[-2:] == (labels.folder, "flac")]
        folder = _only(path, recordings) or path / "flac"
        place = folder.relative_to(path).as_posix()
        if not is_folder(folder):
            problems.append(
                Problem(f"{labels.folder}/flac", f"is missing: the recordings in {labels.file.name} can't be used")
            )
            continue
        files = {file.stem: file for file in media_files(folder, modality) if file.parent == folder}
        for line in read_lines(labels.file, labels.line, labels.example):
            file = files.get(line["utterance"])
            if file is None:
                reason = f"is named in {labels.file.name} but the file is missing"
                problems.append(Problem(f"{place}/{line['utterance']}.flac", reason))
            else:
                subset = labels.subset or line["subset"]
                records.append((_record(file.relative_to(path).as_posix(), file, line), PUBLISHED.get(subset)))
    parts = joint_parts(part for _, part in records if part)
    if len(set(parts.values())) < 2:
        parts = {}
    return [replace(record, part=parts.get(part or "")) for record, part in records], problems


def _record(name: str, file: Path, line: re.Match[str]) -> MediaRecord:
    system = line["system"]
    return MediaRecord(
        name,
        file,
        label=0 if system is None else 1,
        person=line["speaker"],
        system=SYSTEMS.get(system, system) if system else None,
        corpus=CORPUS,
    )


def _lists(path: Path) -> list[_List]:
    lists, files = [], files_below(path)
    for subset, name in LISTS_2019.items():
        file = _only(path, _found(files, name))
        if file is not None:
            example = "LA_0079 LA_T_1004644 - A01 spoof"
            lists.append(_List(file, f"ASVspoof2019_LA_{subset}", LINE_2019, example, subset))
    file = _only(path, _found_2021(path, files))
    if file is not None:
        example = "LA_0009 LA_E_9332881 alaw ita_tx A07 spoof notrim eval"
        lists.append(_List(file, "ASVspoof2021_LA_eval", LINE_2021, example, None))
    return lists


def _found(files: Sequence[Path], name: str) -> list[Path]:
    return [file for file in files if file.name == name]


def _found_2021(path: Path, files: Sequence[Path]) -> list[Path]:
    found = _found(files, LIST_2021)
    return [file for file in found if OTHER_TRACKS_2021.isdisjoint(file.relative_to(path).parts)]


def _only(path: Path, found: list[Path]) -> Path | None:
    """The one that was found, if any; of several, nothing tells which is right."""
    if len(found) > 1:
        places = ", ".join(sorted(place.relative_to(path).as_posix() for place in found))
        raise DataError(f"{path} has the same data in several places ({places}): keep one of them")
    return found[0] if found else None
