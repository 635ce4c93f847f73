"""Files to try the page with: a genuine photo that is always there, and the demo's clips, if these have been made.

The photo is the portrait of Grace Hopper that the United States Navy published, which is in the public domain. It is
among matplotlib's sample data, so it is on every machine that this package is on, and needs no network. It is judged
at the size of a portrait on a page: at its full one it is sharper than all that the package's detector knows.
"""

import shutil
from collections.abc import Collection
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from PIL import Image

from keras_impl.core.storage import read_json, sha256_of_file
from keras_impl.datasets.dfdc import METADATA_NAME
from keras_impl.errors import DataError

FOLDER = Path("data/demo/videos")

CLIP_KINDS = {"real": "example_real", "madeup_selfblended": "example_blended", "madeup_swapped": "example_swapped"}
"""Endings of the demo's clips, and the text that names them."""

PORTRAIT, PORTRAIT_KIND = "mpl-data/sample_data/grace_hopper.jpg", "example_portrait"
PORTRAIT_SHA256 = "a8ca6d734765703b09728ab47fe59f473d93ae3967fc24c7c0288c3c7adb7130"
PORTRAIT_WIDTH = 240


@dataclass(frozen=True)
class Example:
    """A file to try.

    Attributes
    ----------
    kind : str
        Name of the text that says what it is.
    path : Path
    width : int or None
        Pixels that a picture is made smaller to; None leaves it as it is.
    """

    kind: str
    path: Path
    width: int | None = None

    def copy_to(self, out: Path) -> None:
        """Write what is judged."""
        if self.width is None:
            shutil.copyfile(self.path, out)
            return
        with Image.open(self.path) as picture:
            size = self.width, round(picture.height * self.width / picture.width)
            picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3).save(out, quality=90)


def find_examples(suffixes: Collection[str], folder: Path = FOLDER) -> tuple[Example, ...]:
    """The photo and one clip of each kind, as far as they are there.

    Parameters
    ----------
    suffixes : collection of str
        Endings of the files that can be judged.
    folder : Path
        The demo's clips.
    """
    return tuple(example for example in (*_portrait(), *_clips(folder)) if example.path.suffix in suffixes)


def _portrait() -> list[Example]:
    spec = find_spec("matplotlib")
    path = Path(spec.origin).parent / PORTRAIT if spec and spec.origin else Path(PORTRAIT)
    is_known = path.is_file() and sha256_of_file(path) == PORTRAIT_SHA256
    return [Example(PORTRAIT_KIND, path, PORTRAIT_WIDTH)] if is_known else []


def _clips(folder: Path) -> list[Example]:
    try:
        names = sorted(read_json(folder / METADATA_NAME, made_by="make demo"))
    except (DataError, TypeError):
        return []
    found = []
    for ending, kind in CLIP_KINDS.items():
        paths = [folder / name for name in names if name.endswith(f"_{ending}.mp4") and (folder / name).is_file()]
        found += [Example(kind, path) for path in paths[:1]]
    return found
