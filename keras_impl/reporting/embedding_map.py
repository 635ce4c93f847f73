"""A map of the embeddings: do real and fake lie apart, or people?"""

from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE

from keras_impl.errors import DataError
from keras_impl.reporting.figures import LABEL_COLOURS, LABELS, WIDTH, legend_outside, new_figure, save
from keras_impl.samples.embeddings import read_embeddings
from keras_impl.samples.modality import Modality

MOST_SAMPLES = 2000
"""More are drawn from by lot: t-SNE takes its time, and dots hide each other."""

FEWEST_SAMPLES = 10
PERPLEXITY = 30
PCA_DIMENSIONS = 50
"""Kept before t-SNE, as its authors recommend (van der Maaten and Hinton 2008)."""

MOST_PEOPLE = 20
"""As many have a colour of their own; all others are grey."""


def read_samples(folder: Path, scores: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Read the embeddings of the validation samples, at most `MOST_SAMPLES` of them.

    Parameters
    ----------
    folder : Path
        Embeddings folder.
    scores : DataFrame
        Validation scores.

    Returns
    -------
    DataFrame
        Rows of ``scores``, one a sample.
    ndarray of float32, shape (n, dimensions)
        Their embeddings.

    Raises
    ------
    DataError
        If they can't be read or are of other samples than those that were scored.
    """
    embeddings = read_embeddings(folder)
    scores = scores.drop_duplicates("sample")
    known = scores[scores["sample"].isin(embeddings.index)]
    if len(known) < max(FEWEST_SAMPLES, len(scores) / 2):
        raise DataError(f"{folder} has embeddings of {len(known)} of the {len(scores)} samples that were validated")
    if len(known) > MOST_SAMPLES:
        known = known.sample(MOST_SAMPLES, random_state=0)
    return known, embeddings.loc[known["sample"]].to_numpy()


def place(vectors: np.ndarray) -> np.ndarray:
    """Place embeddings, shape (n, dimensions), on a plane, shape (n, 2), by PCA and t-SNE."""
    vectors = PCA(min(PCA_DIMENSIONS, *vectors.shape), random_state=0).fit_transform(vectors)
    perplexity = min(PERPLEXITY, (len(vectors) - 1) / 3)
    return TSNE(perplexity=perplexity, init="pca", random_state=0).fit_transform(vectors)


def draw_map(path: Path, samples: pd.DataFrame, vectors: np.ndarray, modality: Modality) -> bool:
    """Draw the map coloured by label and, where all people are known, by person below it.

    No person is named.

    Returns
    -------
    bool
        Whether people are shown.
    """
    points = place(vectors)
    by_person = bool((samples["person"] != "").all())
    figure, panels = new_figure((1 + by_person) * WIDTH * 0.85, rows=1 + by_person)
    axes, *others = np.ravel(panels)
    mixed = np.random.default_rng(0).permutation(len(points))  # so that neither label hides the other
    labels = samples["label"].to_numpy()[mixed]
    axes.scatter(*points[mixed].T, c=np.array(LABEL_COLOURS)[labels], s=14, alpha=0.7, linewidths=0)
    for name, colour in zip(LABELS, LABEL_COLOURS, strict=True):
        axes.plot([], [], "o", color=colour, label=name)
    legend_outside(figure, axes, loc="outside upper center")
    axes.set(title="by label")
    for below in others:
        people = samples["person"].value_counts().index
        numbers = people.get_indexer(samples["person"])
        shown = numbers < MOST_PEOPLE
        below.plot(*points[~shown].T, ".", color="lightgrey")
        below.scatter(*points[shown].T, c=numbers[shown], cmap="tab20", vmin=0, vmax=MOST_PEOPLE - 1, s=14)
        rest = f" ({MOST_PEOPLE} of {len(people)} coloured)" if len(people) > MOST_PEOPLE else ""
        below.set(title=f"by {modality.nouns.person}{rest}")
    for each in (axes, *others):
        each.set(xticks=[], yticks=[])
    save(figure, path)
    return by_person
