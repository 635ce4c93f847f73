"""What is judged, faces in videos or speech in files: an object of plain data for each.

`keras_impl.faces.modality.FACES` and `keras_impl.speech.modality.SPEECH` are the two. Code above them asks the object
instead of comparing names, and reads all words about files and samples from it. Tables have the same columns for both,
named after faces and videos, so that code is shared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from keras_impl.media.formats import SUFFIXES, ModalityName

SOUND_NAME = "sound"
"""Folder in a results folder of faces that holds results on sound."""

FROM_DATA: Mapping[str, str] = {
    "video": "string",
    "source": "string",  # shared by a video and the fakes made from it
    "label": "int64",  # 1 = fake
    "original": "string",  # of a fake, where known
    "person": "string",  # who is in it, or speaks, where the data set tells
    "part": "string",  # train or validation, where the data set comes with a split
}
"""What the data set says of every sample, with types; the same in all indexes."""


@dataclass(frozen=True)
class Nouns:
    """What people call the things that tables name after videos and faces.

    Attributes
    ----------
    file, files : str
        What is real or fake as a whole.
    sample, samples : str
        A part of it that is scored.
    person : str
        Who is in it.
    """

    file: str
    files: str
    sample: str
    samples: str
    person: str


@dataclass(frozen=True)
class LeakCheck:
    """A way in which training could have met a validation sample.

    Attributes
    ----------
    name : str
        In tables; of a check for shared groups also the index column.
    how : {"group", "group of fakes", "hash", "number", "close real", "donor"}
        How it is found (`keras_impl.splits.leaks`).
    meaning : str
        What training has of the sample.
    is_forbidden : bool
        Whether ``--strict`` takes it for an error.
    """

    name: str
    how: Literal["group", "group of fakes", "hash", "number", "close real", "donor"]
    meaning: str
    is_forbidden: bool = False


@dataclass(frozen=True)
class ShortcutCues:
    """Index columns that the shortcut baseline knows: nothing that takes looking at a face, or listening.

    Attributes
    ----------
    title : str
        The baseline's name for people.
    logarithmic : tuple of str
        Sizes, not below 0, taken as logarithms.
    linear : tuple of str
        Figures, taken as they are.
    named : tuple of str
        Kinds, each a yes or no of its own.
    """

    title: str
    logarithmic: tuple[str, ...]
    linear: tuple[str, ...]
    named: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """All columns."""
        return [*self.logarithmic, *self.linear, *self.named]


@dataclass(frozen=True)
class ReportStyle:
    """What reports say and show first.

    Attributes
    ----------
    resampled : dict of str to str
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
    name_letters : int
        Letters of an approach's name in that table, which has to fit into 80 columns.
    shows_samples : bool
        Whether samples are pictures that a report could show.
    has_shortcut_section : bool
        Whether a section holds each approach against the shortcut baseline.
    about_protocols, reading_protocols : str
        What the protocols keep apart, and how to read the chart of them; Markdown.
    """

    resampled: Mapping[str, str]
    unknown_people: str
    encoder: str
    headline: tuple[str, ...]
    aside: tuple[str, ...]
    interval: str
    name_letters: int
    shows_samples: bool
    has_shortcut_section: bool
    about_protocols: str
    reading_protocols: str


@dataclass(frozen=True)
class Modality:
    """All that differs between faces and speech, as data.

    Attributes
    ----------
    name : {"image", "sound"}
        In files and on the command line.
    nouns : Nouns
    columns : dict of str to str
        Of the index, with their types; ``sample`` and those of `FROM_DATA` are among them.
    file_column : str
        The one that names each sample's own file.
    groups : tuple of str
        Further columns that a split can keep whole, which the data set tells of every file.
    order : tuple of str
        Columns that the index is sorted by.
    missing_name : str
        File that lists the labelled files of which there is no sample.
    config : type
        The dataclass that says how files become samples.
    per_file : str
        The setting of how many samples a file gives.
    extraction_key : str or None
        Where a card's ``made_from`` holds the settings of extraction; None if it is these.
    extracted_by, made_ready_by : str
        The steps that write samples, and the folder that training reads.
    samples_folder, results_folder : Path
        Where steps read and write unless told otherwise.
    features : str
        What the SVM knows of a sample, for people.
    features_have_unit_length : bool
        Else each dimension is in units of its own, and is standardised.
    leak_checks : tuple of LeakCheck
        In the order of tables.
    cues : ShortcutCues
    companion : str or None
        Folder in its results folder that holds results on the other modality, to be reported beside them.
    report : ReportStyle
    """

    name: ModalityName
    nouns: Nouns
    columns: Mapping[str, str]
    file_column: str
    groups: tuple[str, ...]
    order: tuple[str, ...]
    missing_name: str
    config: type
    per_file: str
    extraction_key: str | None
    extracted_by: str
    made_ready_by: str
    samples_folder: Path
    results_folder: Path
    features: str
    features_have_unit_length: bool
    leak_checks: tuple[LeakCheck, ...]
    cues: ShortcutCues
    companion: str | None
    report: ReportStyle

    @property
    def suffixes(self) -> frozenset[str]:
        """Endings of the files that can be judged."""
        return SUFFIXES[self.name]

    @property
    def missing_columns(self) -> dict[str, str]:
        """Columns of the list of files without a sample."""
        told = {name: FROM_DATA[name] for name in FROM_DATA if name != "original"}
        return {"sample": "string"} | told | dict.fromkeys((*self.groups, "status"), "string")

    @property
    def levels(self) -> dict[str, str]:
        """The levels of `keras_impl.evaluation.cases.LEVELS` to what they are called."""
        return {"video": self.nouns.file, "face": self.nouns.sample}
