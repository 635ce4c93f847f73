"""What the short cuts of extraction cost in faces: ``python benchmarks/short_cuts.py VIDEO_FOLDER... --frames 21``.

Each folder is extracted as it is done by default, and again with each short cut. Of the faces that the short
cut looked for only where they were expected, the table tells how many the default has too, in how many of
them it is another face (intersection over union below 0.5), and the mean overlap with the default's box; and
how many frames had to be searched after all, and how many faces were not found. With ``--embeddings`` it
compares the embeddings of the default's faces in bfloat16 with those in float32 as well.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import pandas as pd
import typer

from keras_impl import cli
from keras_impl.faces.boxes import overlap
from keras_impl.faces.detection import SAME_FACE
from keras_impl.faces.index import FACES
from keras_impl.index import read_index

SHORT_CUTS = {"--reuse-boxes": "original", "--detect-every 4": "tracking"}
"""Each, and how the index calls a face that it found."""


def run(step: str, *arguments: object) -> None:
    """Run a step, silently unless it fails."""
    command = [sys.executable, "-m", f"keras_impl.{step}", *map(str, arguments)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def extract(folders: list[Path], frames: int, out: Path, options: str) -> pd.DataFrame:
    """The faces of all folders: an index, by the samples' names."""
    found = []
    for number, folder in enumerate(folders):
        into = out / str(number)
        run("extract_faces", "--data", folder, "--out", into, "--frames-per-video", frames, *options.split())
        found.append(read_index(into, FACES))
    return pd.concat(found).set_index("sample")


def corners(index: pd.DataFrame) -> np.ndarray:
    """Boxes of an index: (n, 4), x1, y1, x2, y2."""
    boxes = index[["x", "y", "width", "height"]].to_numpy(float)
    boxes[:, 2:] += boxes[:, :2]
    return boxes


def as_row(name: str, found: pd.DataFrame, default: pd.DataFrame, how: str) -> list[str]:
    """A row of the table."""
    if how == "original":  # originals themselves are searched in any case
        default, found = (index[index["label"] == 1] for index in (default, found))
    short = found[found["found_by"] == how]
    shared = short.index.intersection(default.index)
    same = np.diagonal(overlap(corners(short.loc[shared]), corners(default.loc[shared])))
    searched, lost = len(found) - len(short), len(default.index.difference(found.index))
    mean = f"{same[same >= SAME_FACE].mean():.3f}"
    return [name, *map(str, (len(default), len(short), searched, lost, (same < SAME_FACE).sum())), mean]


def main(
    folders: Annotated[list[Path], typer.Argument(help="Data sets that extract_faces accepts.")],
    frames: Annotated[int, typer.Option(help="Per video.")] = 21,
) -> None:
    """Count what the short cuts lose."""
    headings = ("short cut", "faces by default", "found where expected", "searched", "lost", "another face", "overlap")
    with TemporaryDirectory() as name:
        default = extract(folders, frames, Path(name, "default"), "")
        rows = [
            as_row(options, extract(folders, frames, Path(name, how), options), default, how)
            for options, how in SHORT_CUTS.items()
        ]
        cli.show_table(headings, rows)


if __name__ == "__main__":
    typer.run(main)
