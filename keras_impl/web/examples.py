"""Clips to try the page with: those of the demo, if they are there."""

from dataclasses import dataclass
from pathlib import Path

from keras_impl.core.storage import read_json
from keras_impl.datasets.dfdc import METADATA_NAME
from keras_impl.errors import DataError

FOLDER = Path("data/demo/videos")

KINDS = {"real": "example_real", "madeup_selfblended": "example_blended", "madeup_swapped": "example_swapped"}
"""Endings of the demo's clips, and the text that names them."""


@dataclass(frozen=True)
class Example:
    """A clip.

    Attributes
    ----------
    kind : str
        Name of the text that says what it is.
    path : Path
    """

    kind: str
    path: Path


def find_examples(folder: Path = FOLDER) -> tuple[Example, ...]:
    """One clip of each kind; none without a demo."""
    try:
        names = sorted(read_json(folder / METADATA_NAME, made_by="make demo"))
    except (DataError, TypeError):
        return ()
    found = []
    for ending, kind in KINDS.items():
        paths = [folder / name for name in names if name.endswith(f"_{ending}.mp4") and (folder / name).is_file()]
        found += [Example(kind, path) for path in paths[:1]]
    return tuple(found)
