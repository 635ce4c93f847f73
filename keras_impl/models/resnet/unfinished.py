"""Where a run that takes hours keeps what it needs to go on after it was interrupted."""

import shutil
from pathlib import Path

FOLDER_NAME = "unfinished"

HASH_DIGITS = 12


def unfinished_folder(results: Path, inputs: str) -> Path:
    """Name the folder of a run, so that the same run finds it again, and no other one does.

    Parameters
    ----------
    results : Path
        The approach's result folder.
    inputs : str
        As `keras_impl.models.finished.inputs_of` gives it.
    """
    return results / FOLDER_NAME / inputs[:HASH_DIGITS]


def remove_unfinished(folder: Path) -> None:
    """Remove the folder of a run that has come to its end; those of others stay."""
    shutil.rmtree(folder)
    if not any(folder.parent.iterdir()):
        folder.parent.rmdir()
