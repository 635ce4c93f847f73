"""Figures to check by eye whether the people found are right."""

from collections.abc import Iterator
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from keras_impl.core.storage import atomic_path
from keras_impl.errors import MediaError
from keras_impl.faces.crop_files import landmarks_of, read_crop
from keras_impl.faces.cropping import Framing, Window, cut_window
from keras_impl.media.image import write_png

matplotlib.use("Agg")

PAIRS = 400_000
"""Random pairs of faces in the figure of distances."""

THUMBNAIL = 80
COLUMNS, ROWS = 8, 4
"""Thumbnails of a contact sheet; of a person with more sources, as many are shown, evenly chosen."""


def draw_distances(path: Path, index: pd.DataFrame, embeddings: pd.DataFrame, threshold: float) -> None:
    """Draw the distances between faces of one person and of two people, and the threshold."""
    faces = index[(index["label"] == 0) & index["sample"].isin(embeddings.index) & index["person"].notna()]
    vectors = embeddings.loc[faces["sample"]].to_numpy()
    people = faces["person"].to_numpy(str)
    generator = np.random.default_rng(0)
    one, other = generator.integers(0, max(len(faces), 1), (2, PAIRS if len(faces) > 1 else 0))
    one, other = one[one != other], other[one != other]
    distance = 1 - np.einsum("ij,ij->i", vectors[one], vectors[other])
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    bins = np.linspace(0, 1.6, 81).tolist()
    same = people[one] == people[other]
    for pairs, label in ((distance[same], "called one person"), (distance[~same], "called two people")):
        if len(pairs):
            axes.hist(pairs, bins, alpha=0.7, density=True, label=label)
    axes.axvline(threshold, color="black", linestyle="--", label=f"threshold for group means, {threshold:g}")
    axes.set(xlabel="Cosine distance of two real faces", ylabel="Share of pairs (density)")
    axes.set_title("The two histograms should hardly overlap")
    axes.legend()
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=120)


def draw_sheets(folder: Path, index: pd.DataFrame, faces: Path, framing: Framing) -> Iterator[Path]:
    """Draw one contact sheet of real faces per person, as FaceNet sees them, and yield its path."""
    real = index[(index["label"] == 0) & index["person"].notna()].drop_duplicates("source")
    for person, rows in real.groupby("person"):
        places = np.unique(np.linspace(0, len(rows) - 1, COLUMNS * ROWS).astype(int))
        sheet = np.full((-(-len(places) // COLUMNS) * THUMBNAIL, COLUMNS * THUMBNAIL, 3), 255, np.uint8)
        landmarks = landmarks_of(rows)
        for number, place in enumerate(places):
            top, left = number // COLUMNS * THUMBNAIL, number % COLUMNS * THUMBNAIL
            try:
                crop = read_crop(faces / rows["crop"].iloc[place], landmarks[place], framing)
            except MediaError:
                continue  # an empty place: the crop was readable when its embedding was made
            sheet[top : top + THUMBNAIL, left : left + THUMBNAIL] = cut_window(
                crop, Window(framing.facenet.share, THUMBNAIL)
            )
        path = folder / f"{person}_{len(rows)}.png"
        write_png(path, sheet)
        yield path
