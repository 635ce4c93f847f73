"""The folder of a run that isn't finished yet, from which it goes on after it was interrupted."""

import shutil
from pathlib import Path
from typing import Any

from keras_impl.errors import DataError
from keras_impl.storage import read_json, sha256_of_json, write_json

FOLDER_NAME = "unfinished"
FINGERPRINT_NAME = "run.json"


def open_unfinished(folder: Path, run: dict[str, Any]) -> tuple[Path, bool]:
    """Find or make the folder of a run.

    Parameters
    ----------
    folder : Path
        The approach's result folder.
    run : dict
        All that decides what comes out. What another run left is deleted.

    Returns
    -------
    tuple of (Path, bool)
        The folder, and whether this very run has been there before.
    """
    path = folder / FOLDER_NAME
    fingerprint = {"sha256": sha256_of_json(run)}
    try:
        if read_json(path / FINGERPRINT_NAME, made_by="") == fingerprint:
            return path, True
    except DataError:
        pass  # there is none, or it was interrupted while it was made
    shutil.rmtree(path, ignore_errors=True)
    write_json(path / FINGERPRINT_NAME, fingerprint)
    return path, False
