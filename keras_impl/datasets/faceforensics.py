r"""The layout of FaceForensics++ (Rössler et al. 2019, arXiv 1901.08971), as its own script downloads it.

Originals lie in ``original_sequences/{youtube,actors}/<compression>/videos``, fakes in
``manipulated_sequences/<method>/<compression>/videos``. Names identify people:

- ``519_515.mp4`` shows the target video 519 with the face of 515;
- ``01_02__exit_phone_room__YVGY8LOK.mp4`` (the part DeepFakeDetection) shows actor 01 in the scene
  ``01__exit_phone_room`` with the face of actor 02.

The original of a fake is the target's video in the same compression, named even if the file is
missing, so that fakes of one target stay together. **A source is the recording, not the file**: a
video has the same source in raw, c23 and c40, and so have all fakes made from it. Otherwise a set
downloaded in two compressions would have the same pictures in training and validation.

The official split (``train.json``, ``val.json``, ``test.json``: lists of pairs of numbers) is used
if it is in the folder or in ``splits/``; a fake is in the part of its target. It doesn't cover the
actors, who then belong to no part. Masks are not read.
"""

import re
from pathlib import Path
from typing import Any

from keras_impl.core.storage import read_json
from keras_impl.datasets.files import joint_parts, media_files
from keras_impl.datasets.record import MediaRecord, Problem
from keras_impl.errors import DataError
from keras_impl.media.formats import ModalityName
from keras_impl.media.listing import is_file, is_folder

ORIGINALS, FAKES = "original_sequences", "manipulated_sequences"
COMPRESSIONS = frozenset({"raw", "c0", "c23", "c40"})

PAIR = re.compile(r"(?P<target>\d+)_(?P<donor>\d+)")
ACTORS_PAIR = re.compile(r"(?P<target>\d+)_(?P<donor>\d+)__(?P<scene>.+)__[A-Z0-9]+")
ACTORS_ORIGINAL = re.compile(r"(?P<actor>\d+)__.+")

NEEDS = f"{ORIGINALS}/<origin>/<compression>/videos and {FAKES}/<method>/<compression>/videos"
MODALITIES: tuple[ModalityName, ...] = ("image",)


def recognises(path: Path) -> bool:
    """Whether one of the two folders is there: some users have only one method's fakes, or only originals."""
    return is_folder(path / ORIGINALS) or is_folder(path / FAKES)


def read(path: Path, modality: ModalityName) -> tuple[list[MediaRecord], list[Problem]]:
    """Read all originals and fakes, of all compressions that are there.

    Raises
    ------
    DataError
        If a split file is malformed or contradicts another.
    """
    parts = _official_parts(path)
    records = [_original(path, file, parts) for file in _files(path, ORIGINALS, modality)]
    problems = []
    for file in _files(path, FAKES, modality):
        fake = _fake(path, file, parts)
        if fake is None:
            reason = "its name is not of the form target_donor or target_donor__scene__ID"
            problems.append(Problem(file.relative_to(path).as_posix(), reason))
        else:
            records.append(fake)
    return records, problems


def _files(root: Path, sequences: str, modality: ModalityName) -> list[Path]:
    inside = [(file, file.relative_to(root / sequences).parts) for file in media_files(root / sequences, modality)]
    return [file for file, parts in inside if len(parts) == 4 and parts[1] in COMPRESSIONS and parts[2] == "videos"]


def _original(root: Path, file: Path, parts: dict[str, str]) -> MediaRecord:
    origin, actor = file.parts[-4], ACTORS_ORIGINAL.fullmatch(file.stem)
    return MediaRecord(
        file.relative_to(root).as_posix(),
        file,
        label=0,
        person=actor and actor["actor"],
        part=parts.get(file.stem) if origin == "youtube" else None,
        group=_recording(origin, file.stem),
    )


def _fake(root: Path, file: Path, parts: dict[str, str]) -> MediaRecord | None:
    """A fake as its name describes it; None if the name doesn't."""
    compression = file.parts[-3]
    names = PAIR.fullmatch(file.stem) or ACTORS_PAIR.fullmatch(file.stem)
    if names is None:
        return None
    is_scene = "scene" in names.groupdict()
    origin = "actors" if is_scene else "youtube"
    target = f"{names['target']}__{names['scene']}" if is_scene else names["target"]
    return MediaRecord(
        file.relative_to(root).as_posix(),
        file,
        label=1,
        original=f"{ORIGINALS}/{origin}/{compression}/videos/{target}{file.suffix}",
        person=names["target"] if is_scene else None,
        part=None if is_scene else parts.get(target),
        group=_recording(origin, target),
        donor=names["donor"] if is_scene else f"{ORIGINALS}/youtube/{compression}/videos/{names['donor']}{file.suffix}",
    )


def _recording(origin: str, stem: str) -> str:
    """Name of a recording, the same in all compressions."""
    return f"{ORIGINALS}/{origin}/{stem}"


def _official_parts(root: Path) -> dict[str, str]:
    """Part of each YouTube number, as far as there are split files."""
    candidates = {name: (root / f"{name}.json", root / "splits" / f"{name}.json") for name in ("train", "val", "test")}
    found = {name: next((file for file in files if is_file(file)), None) for name, files in candidates.items()}
    files = {name: file for name, file in found.items() if file is not None}
    part_of_file = joint_parts(files)
    parts: dict[str, str] = {}
    for name, file in files.items():
        pairs = read_json(file, made_by="fix or remove it")
        if not _are_pairs(pairs):
            raise DataError(f'{file} is not a list of pairs like ["071", "054"]: fix or remove it')
        for number in (number for pair in pairs for number in pair):
            if parts.setdefault(number, part_of_file[name]) != part_of_file[name]:
                raise DataError(f"{file} lists {number}, as another part of the split does: fix or remove it")
    return parts


def _are_pairs(pairs: Any) -> bool:
    if not isinstance(pairs, list):
        return False
    return all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(number, str) for number in pair) for pair in pairs
    )
