"""A comparison to be made, from the data set to the report."""

from dataclasses import dataclass
from pathlib import Path

from keras_impl.datasets import DataSet
from keras_impl.samples.modality import Modality


@dataclass(frozen=True)
class Job:
    """What is to be compared, how, and where it is written.

    Attributes
    ----------
    data : DataSet
    modality : Modality
    extracted : Path
        Where extraction writes: the faces folder, or the sound folder.
    samples : Path
        What training reads: the embeddings folder, or the sound folder once more.
    results : Path
    per_file : int
        Samples to take from each file, at least 1.
    folds : int
        1 validates on a fifth; k has each sample validated once, by approaches that are trained k times.
    seed : int
        Of everything that is drawn by lot.
    backbone_weights : str or None
        As of `keras_impl.models.resnet.train.Options`.
    facenet_weights : Path or None
        Looked for by default.
    """

    data: DataSet
    modality: Modality
    extracted: Path
    samples: Path
    results: Path
    per_file: int
    folds: int = 1
    seed: int = 0
    backbone_weights: str | None = None
    facenet_weights: Path | None = None
