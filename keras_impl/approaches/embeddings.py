"""The embeddings folder: what the embedding approach needs, without the crops.

It holds ``embeddings.npz``, copies of the face index and the split that belong to it,
``problems.csv`` and ``settings.json``.
"""

from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import pandas as pd

from keras_impl.errors import DataError
from keras_impl.storage import atomic_path

EMBEDDINGS_NAME = "embeddings.npz"


def write_embeddings(folder: Path, samples: list[str], embeddings: np.ndarray) -> None:
    """Write embeddings, shape (n, 128), float32, with the names of their samples."""
    with atomic_path(folder / EMBEDDINGS_NAME) as temporary, temporary.open("wb") as stream:
        np.savez(stream, sample=np.array(samples, dtype=np.str_), embedding=embeddings.astype(np.float32))


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
    try:
        with np.load(path, allow_pickle=False) as stored:
            table = pd.DataFrame(stored["embedding"], index=pd.Index(stored["sample"], name="sample"))
    except FileNotFoundError:
        raise DataError(f"{path} is missing: run python -m keras_impl.extract_embeddings first") from None
    except (OSError, ValueError, KeyError, TypeError, IndexError, EOFError, BadZipFile) as error:
        raise DataError(f"{path} can't be read ({error}): run python -m keras_impl.extract_embeddings again") from None
    vectors = table.to_numpy()
    if vectors.dtype != np.float32 or not np.isfinite(vectors).all() or not table.index.is_unique:
        raise DataError(f"{path} doesn't hold one vector a sample: run python -m keras_impl.extract_embeddings again")
    return table
