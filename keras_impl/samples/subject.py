"""What is judged, faces in videos or segments of sound in files, and the words for it.

All tables have the same columns for both, named after faces and videos, so that code is shared. What
people read comes from here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from keras_impl.media.formats import ModalityName

SOUND_NAME = "sound"
"""Folder in a results folder of faces that holds the approaches to sound."""


@dataclass(frozen=True)
class Subject:
    """The words that a report uses, and the figures that its field looks at first.

    Attributes
    ----------
    modality : {"image", "sound"}
    video, videos : str
        A file that is real or fake as a whole.
    face, faces : str
        A sample of it.
    person : str
        Who is in it, in the singular.
    kinds : dict of str to str
        Columns whose groups can be redrawn, the first that is known throughout wins, and what the groups are
        called. A score file has those beyond people and sources only where a split kept them whole.
    unknown_people : str
        What is redrawn where it is not known who is in the files.
    encoder : str
        Whose vectors the map of the embeddings shows.
    headline : tuple of str
        Keys of `keras_impl.evaluation.metrics.METRICS` that short tables show with their intervals.
    aside : tuple of str
        Those that the terminal's table adds without.
    interval : str
        That table's heading of an interval.
    letters : int
        Of an approach's name in that table, which has to fit into 80 columns.
    """

    modality: ModalityName
    video: str
    videos: str
    face: str
    faces: str
    person: str
    kinds: Mapping[str, str]
    unknown_people: str
    encoder: str
    headline: tuple[str, ...]
    aside: tuple[str, ...]
    interval: str
    letters: int

    @property
    def levels(self) -> dict[str, str]:
        """The levels of `keras_impl.evaluation.cases.LEVELS` to what they are called."""
        return {"video": self.video, "face": self.face}


IMAGE = Subject(
    modality="image",
    video="video",
    videos="videos",
    face="face",
    faces="faces",
    person="person",
    kinds={"person": "people", "source": "sources"},
    unknown_people="It is not known who is in each of the videos, so what is redrawn are videos with the fakes made "
    "from them.",
    encoder="FaceNet",
    headline=("accuracy", "auc"),
    aside=("log_loss",),
    interval="95 % interval",
    letters=18,
)

SOUND = Subject(
    modality="sound",
    video="file",
    videos="files",
    face="segment",
    faces="segments",
    person="speaker",
    # Real files have no system and are kept together by who speaks.
    kinds={"system": "systems and speakers", "corpus": "corpora", "person": "speakers", "source": "sources"},
    unknown_people="It is not known who speaks in each of the files, so what is redrawn is what is said: all files of "
    "a sentence or a recording.",
    encoder="the LFCC front end",
    headline=("accuracy", "auc", "eer"),
    aside=(),
    interval="95 %",
    letters=12,
)

SUBJECTS: Mapping[ModalityName, Subject] = {"image": IMAGE, "sound": SOUND}


def subject_of_index(index: pd.DataFrame) -> Subject:
    """Whether an index is of faces or of sound, which alone is cut into segments."""
    return SOUND if "segment" in index else IMAGE
