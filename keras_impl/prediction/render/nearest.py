"""Whom of the training people a face is nearest to, in FaceNet's space: names and distances, never their faces.

The embedding approach knows nothing else: where somebody near was real or fake in training says more about its
verdict than anything in the picture.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from keras_impl.core.storage import sha256_of_file
from keras_impl.errors import DataError
from keras_impl.prediction.result import Person
from keras_impl.prediction.trained import Models

FOLDERS = (Path("embeddings"), Path("data/demo/embeddings"))
"""Where the embeddings that a model was trained on are looked for."""

SHOWN = 3


@dataclass(frozen=True)
class Neighbour:
    """A training person.

    Attributes
    ----------
    person : str
        The name that the data set or the clustering gave.
    distance : float
        Mean cosine distance of the judged faces to this person's training faces, 0 to 2; one person in videos of
        one kind is mostly below 0.3, different people are mostly above 0.7.
    real, fake : int
        How many of this person's videos were in training.
    """

    person: str
    distance: float
    real: int
    fake: int


def nearest_people(person: Person, models: Models) -> list[Neighbour]:
    """The training people nearest to a person, the nearest first.

    Parameters
    ----------
    person : Person
    models : Models

    Returns
    -------
    list of Neighbour
        At most `SHOWN`; empty where the embeddings or the scores of the training are not there any more, or are
        of another training.
    """
    from keras_impl.errors import ScoresError
    from keras_impl.evaluation.scores import SCORES_NAME, read_scores
    from keras_impl.samples.embeddings import read_embeddings

    folder = _embeddings_of(models)
    if folder is None:
        return []
    try:
        vectors = read_embeddings(folder)
        scores = read_scores(models.decisive.path.parent / SCORES_NAME)
    except (DataError, ScoresError):
        return []
    learnt = (scores["fold"] == 0) & (scores["split"] == "train") & (scores["person"] != "")
    learnt = scores[learnt & scores["sample"].isin(vectors.index)]
    if learnt.empty:
        return []
    known = [face.embedding for face in person.faces if face.embedding is not None]
    if not known:
        return []
    own = np.mean(known, axis=0)
    distances = 1 - vectors.loc[learnt["sample"]].to_numpy() @ (own / np.linalg.norm(own))
    nearest = learnt.assign(distance=distances).groupby("person")["distance"].mean().nsmallest(SHOWN)
    found = []
    for name, distance in nearest.items():
        videos = learnt[learnt["person"] == name].drop_duplicates("video")["label"]
        found.append(Neighbour(str(name), float(distance), int((videos == 0).sum()), int((videos == 1).sum())))
    return found


def _embeddings_of(models: Models) -> Path | None:
    """The folder of embeddings that these models were trained on, if it is there and unchanged."""
    made_from = models.trained_on()["index_sha256"]
    for folder in FOLDERS:
        index = folder / "index.csv"
        if index.is_file() and sha256_of_file(index) == made_from:
            return folder
    return None
