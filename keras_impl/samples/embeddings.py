"""Vectors that describe samples: FaceNet's of faces, pooled LFCC of sound, in ``embeddings.npz``.

It lies in the folder that the training steps read, with the index and the split that belong to it.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from keras_impl.core.arrays import read_arrays, write_arrays
from keras_impl.errors import DataError

EMBEDDINGS_NAME = "embeddings.npz"

MADE_BY = "python -m keras_impl.extract_embeddings, or extract_sound,"


def write_embeddings(folder: Path, samples: list[str], embeddings: np.ndarray) -> None:
    """Write embeddings, shape (n, d), float32, with the names of their samples."""
    write_arrays(
        folder / EMBEDDINGS_NAME, sample=np.array(samples, dtype=np.str_), embedding=embeddings.astype(np.float32)
    )


def read_embeddings(folder: Path) -> pd.DataFrame:
    """Read the embeddings of a folder.

    Returns
    -------
    DataFrame
        Indexed by sample, one column per dimension, float32.

    Raises
    ------
    DataError
        If the file is missing or is not a table of embeddings.
    """
    path = folder / EMBEDDINGS_NAME
    stored = read_arrays(path, f"run {MADE_BY} {'again' if path.exists() else 'first'}")
    try:
        table = pd.DataFrame(stored["embedding"], index=pd.Index(stored["sample"], name="sample"))
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} can't be read ({error}): run {MADE_BY} again") from None
    vectors = table.to_numpy()
    if vectors.dtype != np.float32 or not np.isfinite(vectors).all() or not table.index.is_unique:
        raise DataError(f"{path} doesn't hold one vector a sample: run {MADE_BY} again")
    return table
