"""The layout of WaveFake (Frank and Schönherr 2021, arXiv 2111.02813): vocoders fed with real recordings.

Fakes are in folders named after the corpus and the vocoder, such as ``ljspeech_melgan/LJ001-0001_gen.wav``; those in
``common_voices_prompts_from_..._ljspeech`` were synthesised from text in LJSpeech's voice. The real recordings are
separate downloads and belong beside them: ``LJSpeech-1.1`` and ``jsut_ver1.1``, as their archives unpack, or named
``ljspeech_real`` and ``jsut_real``. All of these are found by name, at any depth.

A source is a sentence of a corpus: the recording and what the vocoders made of it. Each of the two corpora has
a single speaker.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from keras_impl.datasets.files import media_files
from keras_impl.datasets.record import MediaRecord, Problem
from keras_impl.media.formats import ModalityName
from keras_impl.media.listing import walk

SPEAKERS = {"ljspeech": "LJ", "jsut": "JSUT"}

_CORPUS = f"(?P<corpus>{'|'.join(SPEAKERS)})"
RECORDED = re.compile(rf"{_CORPUS}(?:-[\d.]+|_ver[\d.]+|_real)", re.IGNORECASE)
VOCODED = re.compile(rf"{_CORPUS}_(?P<system>.+)", re.IGNORECASE)
SYNTHESISED = re.compile(rf"common_voices_prompts_from_(?P<system>.+)_{_CORPUS}", re.IGNORECASE)

DEPTH = 2

NEEDS = "folders such as ljspeech_melgan, and the real recordings in LJSpeech-1.1 or jsut_ver1.1"
MODALITIES: tuple[ModalityName, ...] = ("sound",)


class _Place(NamedTuple):
    """What a folder's name tells about the files in it."""

    folder: Path
    corpus: str
    system: str | None


def recognises(path: Path) -> bool:
    """Whether a folder of fakes is there, at most `DEPTH` levels down."""
    folders = (listed.folder for listed in walk(path))
    near = (folder for folder in folders if len(folder.relative_to(path).parts) <= DEPTH)
    return any(place.system for place in filter(None, map(_place, near)))


def read(path: Path, modality: ModalityName) -> tuple[list[MediaRecord], list[Problem]]:
    """Read all folders of fakes and of real recordings; files in no such folder are problems."""
    records, problems = [], []
    first_of: dict[tuple[Path, str], Path] = {}
    for file in media_files(path, modality):
        name = file.relative_to(path).as_posix()
        folders = [path / folder for folder in file.relative_to(path).parents]
        place = next(filter(None, map(_place, folders[:-1])), None)
        if place is None:
            problems.append(Problem(name, "is in no folder named like ljspeech_melgan or LJSpeech-1.1"))
            continue
        sentence = _sentence(file)
        first = first_of.setdefault((place.folder, sentence), file)
        if first != file:  # the synthesised set comes with a second copy of all its files, in a folder below
            problems.append(Problem(name, f"is skipped in favour of {first.relative_to(path).as_posix()}"))
            continue
        record = MediaRecord(
            name,
            file,
            label=1 if place.system else 0,
            person=SPEAKERS[place.corpus],
            group=f"{place.corpus}/{sentence}",
            system=place.system,
            corpus=place.corpus,
        )
        records.append(record)
    real = {record.group: record.video for record in records if not record.label}
    records = [replace(record, original=real.get(record.group)) if record.label else record for record in records]
    return records, problems


def _place(folder: Path) -> _Place | None:
    """What the name of ``folder`` tells; None if that is nothing."""
    match = RECORDED.fullmatch(folder.name) or SYNTHESISED.fullmatch(folder.name) or VOCODED.fullmatch(folder.name)
    return match and _Place(folder, match["corpus"].lower(), match.groupdict().get("system"))


def _sentence(file: Path) -> str:
    """Name of a file's sentence, to which vocoders add a suffix."""
    return file.stem.removesuffix("_generated").removesuffix("_gen")
