"""Which training faces ResNet50 has not learnt from, for whoever needs such faces after it."""

from collections.abc import Sequence
from pathlib import Path

from keras_impl.core.storage import read_json, write_json
from keras_impl.errors import DataError
from keras_impl.splits.split import Split

HELD_OUT_NAME = "held_out.json"


def write_held_out(folder: Path, split: Split, folds: Sequence[Sequence[str]]) -> None:
    """Write the held-out samples of each fold into the approach's result folder."""
    write_json(folder / HELD_OUT_NAME, {"split": split.content_hash, "folds": [list(samples) for samples in folds]})


def read_held_out(folder: Path, split: Split) -> list[list[str]]:
    """Read the held-out samples of each fold.

    Raises
    ------
    DataError
        If the file is missing, damaged, or of another split.
    """
    again = "run python -m keras_impl.train_resnet first"
    content = read_json(folder / HELD_OUT_NAME, made_by=again)
    if not isinstance(content, dict) or content.get("split") != split.content_hash or not content.get("folds"):
        raise DataError(f"{folder / HELD_OUT_NAME} is not of this split: {again}, with the same --split")
    return content["folds"]
