"""The layout of FakeAVCeleb (Khalid et al. 2021, arXiv 2108.05080): picture and sound forged separately.

Videos lie in ``RealVideo-RealAudio``, ``RealVideo-FakeAudio``, ``FakeVideo-RealAudio`` and
``FakeVideo-FakeAudio``, below them by ethnicity, gender and person: ``African/men/id00076/00109.mp4``. The name of the
first folder has the labels of picture and sound.

**A source is a person**, who has one original video: names don't reliably tell whose face or voice was inserted, so
everything in a person's folder stays together. The real videos are from the corpus VoxCeleb2.

All voices were cloned by one system, SV2TTS. ``meta_data.csv`` is not read: its column ``method`` names the method
for the picture even if the sound is forged too, so that one voice would count as several systems.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from keras_impl.datasets.files import media_files
from keras_impl.datasets.record import MediaRecord, Problem
from keras_impl.media.formats import ModalityName
from keras_impl.media.listing import is_folder

LABELS: Mapping[str, Mapping[ModalityName, int]] = {
    "RealVideo-RealAudio": {"image": 0, "sound": 0},
    "RealVideo-FakeAudio": {"image": 0, "sound": 1},
    "FakeVideo-RealAudio": {"image": 1, "sound": 0},
    "FakeVideo-FakeAudio": {"image": 1, "sound": 1},
}
PERSON = re.compile(r"id\d+")
SYSTEMS: Mapping[ModalityName, str] = {"sound": "SV2TTS"}
"""The system that made all fakes of a modality; pictures were forged by several."""

CORPUS = "voxceleb2"

NEEDS = f"the folders {', '.join(LABELS)}, with videos by person as in African/men/id00076"
MODALITIES: tuple[ModalityName, ...] = ("image", "sound")


def recognises(path: Path) -> bool:
    """Whether one of the four folders is there."""
    return any(is_folder(path / folder) for folder in LABELS)


def read(path: Path, modality: ModalityName) -> tuple[list[MediaRecord], list[Problem]]:
    """Read all four folders, as far as they are there."""
    records, problems = [], []
    for folder, labels in LABELS.items():
        label = labels[modality]
        for file in media_files(path / folder, modality):
            name = file.relative_to(path).as_posix()
            person = next(filter(PERSON.fullmatch, file.relative_to(path).parts[:-1]), None)
            if person is None:
                problems.append(Problem(name, "is not in a person's folder, such as id00076"))
                continue
            system = SYSTEMS.get(modality) if label else None
            records.append(MediaRecord(name, file, label, person=person, group=person, system=system, corpus=CORPUS))
    return records, problems
