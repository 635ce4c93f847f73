"""How long ``compare`` takes on 100,000 score rows of each of two approaches.

``python benchmarks/compare_100k.py`` prints the seconds of the whole step, with the start of Python,
for 1,000 known people with 10 faces a video, and for unknown people with one face a video, where
50,000 sources are redrawn. The aim is 30 seconds on two cores.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from keras_impl.evaluation.scores import write_scores

ROWS = 100_000


def make_scores(skill: float, seed: int, people: int, faces: int) -> pd.DataFrame:
    """Make `ROWS` scores, two videos a source; ``people`` 0 means that they are unknown."""
    generator = np.random.default_rng(seed)
    videos = np.arange(ROWS) // faces
    labels = videos % 2
    return pd.DataFrame(
        {
            "sample": [f"v{video}#{row}" for row, video in enumerate(videos)],
            "video": [f"v{video}" for video in videos],
            "source": [f"v{video // 2 * 2}" for video in videos],
            "person": [f"p{video // 2 % people}" for video in videos] if people else "",
            "fold": 0,
            "split": "validation",
            "label": labels,
            "p_fake": 1 / (1 + np.exp(-skill * (2 * labels - 1) - generator.normal(size=ROWS))),
            "status": "ok",
        }
    )


def main() -> None:
    """Time both cases."""
    for people, faces in ((1000, 10), (0, 1)):
        with tempfile.TemporaryDirectory() as folder:
            for name, skill in (("svm", 0.5), ("resnet", 0.52)):
                write_scores(Path(folder) / name, make_scores(skill, len(name), people, faces))
            begin = time.perf_counter()
            command = [sys.executable, "-m", "keras_impl.compare", "--results", folder]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            seconds = time.perf_counter() - begin
            print(f"{people or 'unknown'} people, {faces} faces a video: {seconds:.1f} s")


if __name__ == "__main__":
    main()
