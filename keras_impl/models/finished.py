"""Whether an approach was trained already, from the same inputs by the same settings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from keras_impl.core.configs import as_json
from keras_impl.core.storage import LARGEST_CARD, read_json, sha256_of_file, sha256_of_json
from keras_impl.core.versions import __version__
from keras_impl.errors import DataError
from keras_impl.evaluation.scores import SCORES_NAME
from keras_impl.models.card import CARD_NAME
from keras_impl.models.run import Run

INPUTS_KEY = "inputs_sha256"
"""In an approach's card."""


def inputs_of(run: Run, settings: Mapping[str, Any]) -> str:
    """SHA-256 of all that decides what comes out of a training: samples, split, settings, this package's version.

    Parameters
    ----------
    run : Run
    settings : mapping
        What the approach was asked for; JSON.
    """
    of_run = {
        "version": __version__,
        "modality": run.modality.name,
        "sample": as_json(run.config),
        "split": run.split.content_hash,
        "index": run.made_from["index_sha256"],
    }
    return sha256_of_json(of_run | dict(settings))


def is_finished(folder: Path, inputs: str) -> bool:
    """Whether an approach's result folder holds, whole, what a training with these inputs wrote."""
    try:
        card = read_json(folder / CARD_NAME, "", LARGEST_CARD)
        files = card["files"]
        return (
            card[INPUTS_KEY] == inputs
            and (folder / SCORES_NAME).is_file()
            and all(sha256_of_file(folder / name) == files[name] for name in files)
        )
    except (DataError, OSError, KeyError, TypeError, AttributeError):  # none, damaged, or somebody changed it
        return False
