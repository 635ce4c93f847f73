"""A contact sheet of what training sees, to look at before it takes its hours."""

from pathlib import Path

import numpy as np
import pandas as pd

from keras_impl.media.image import write_png
from keras_impl.models.resnet.feeding import Faces, feed_pairs
from keras_impl.models.resnet.pairs import draw_pairs

PAIRS = 16
PAIRS_A_ROW = 4


def rows_shown(index: pd.DataFrame, learnt: np.ndarray, seed: int) -> np.ndarray:
    """The rows of an index, among those to learn from (bool), that make up a first batch."""
    pairs = draw_pairs(np.flatnonzero(learnt), index["label"].to_numpy(), index["source"].to_numpy(str), seed, epoch=0)
    return np.unique(pairs[:PAIRS])


def draw_preview(path: Path, faces: Faces, learnt: np.ndarray, seed: int) -> None:
    """Draw the first batch as the network sees it: pairs side by side, the real face on the left.

    Parameters
    ----------
    path : Path
    faces, learnt, seed
        As for `keras_impl.models.resnet.feeding.feed_pairs`.
    """
    pixels, _ = next(iter(feed_pairs(faces, learnt, seed, range(1), PAIRS)))
    views = pixels.numpy().astype(np.uint8)
    missing = -len(views) % (2 * PAIRS_A_ROW)
    views = np.concatenate([views, np.full((missing, *views.shape[1:]), 255, np.uint8)])
    rows = views.reshape(-1, 2 * PAIRS_A_ROW, *views.shape[1:])
    write_png(path, np.concatenate([np.concatenate(list(row), axis=1) for row in rows]))
