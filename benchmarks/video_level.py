"""How a video's score is best taken from its frames: by which mean, of how many of them, and what that takes.

``python benchmarks/video_level.py FACES... [--model RESULTS] [--time VIDEO]`` scores the faces of folders of
extract_faces (``--frames-per-video 32``, or fewer), and prints, for each number of frames and each way to sum them up,
the AUC over videos and the mean distance between a video's score and the one of all its frames. ``--time`` prints the
seconds that judging a video takes, the median of five, models loaded.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd
from scipy.stats import trim_mean
from sklearn.metrics import roc_auc_score

from keras_impl.faces.crop_files import landmarks_of, read_crop
from keras_impl.faces.modality import FACES
from keras_impl.prediction import faces as looking
from keras_impl.prediction.detector import Detector
from keras_impl.prediction.scoring import FaceSamples, Scorers, load_embedder
from keras_impl.prediction.trained import Models, find_models
from keras_impl.samples.index import read_index

FRAMES = (1, 2, 4, 8, 16, 32)

WAYS: dict[str, Callable[[np.ndarray], float]] = {
    "mean": lambda logits: float(logits.mean()),
    "median": lambda logits: float(np.median(logits)),
    "mean of the middle half": lambda logits: float(trim_mean(logits, 0.25)),
    "mean of the most certain half": lambda logits: float(
        logits[np.argsort(-np.abs(logits))[: -(-len(logits) // 2)]].mean()
    ),
}


def main() -> None:
    """Compare, and time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faces", type=Path, nargs="+", help="folders that extract_faces wrote")
    parser.add_argument("--model", type=Path, help="a results folder; by default what comes with the package")
    parser.add_argument("--time", type=Path, help="a video")
    arguments = parser.parse_args()
    models = find_models(arguments.model).image
    assert models is not None
    videos = pd.concat([logits_of_faces(models, folder) for folder in arguments.faces])
    labels = videos.groupby("video")["label"].first().to_numpy()
    print(f"{(labels == 0).sum()} real and {(labels == 1).sum()} fake videos")
    of_all = videos.groupby("video")["logit"].mean()
    for frames in FRAMES:
        chosen = videos.groupby("video")["logit"].apply(lambda logits, most=frames: spread(logits.to_numpy(), most))
        for name, way in WAYS.items():
            scores = chosen.map(way)
            apart = np.abs(scores - of_all).mean()
            print(
                f"{frames:2} frames, {name}: AUC {roc_auc_score(labels, scores):.3f}, {apart:.2f} from all frames' mean"
            )
    if arguments.time:
        for frames in FRAMES:
            print(f"{frames:2} frames: {seconds_of(arguments.time, arguments.model, frames):.2f} s")


def logits_of_faces(models: Models, folder: Path) -> pd.DataFrame:
    """The decisive approach's logit of each face."""
    index = read_index(folder, FACES)
    index = index[index["crop"].notna()]
    framing = models.sample.framing
    crops = [read_crop(folder / crop, at, framing) for crop, at in zip(index["crop"], landmarks_of(index), strict=True)]
    logits, _ = Scorers(models, None).score(FaceSamples(crops, framing, load_embedder(models.trained, None)))
    return index[["video", "label"]].assign(logit=logits[models.decisive.approach])


def spread(values: np.ndarray, most: int) -> np.ndarray:
    """So many values at most, evenly spread."""
    return values[np.linspace(0, len(values) - 1, min(most, len(values))).round().astype(int)]


def seconds_of(video: Path, model: Path | None, frames: int) -> float:
    """Seconds to judge a video by so many frames."""
    taken = []
    with patch.object(looking, "FRAMES", frames):
        detector = Detector.load(model)
        detector.predict(video)
        for _ in range(5):
            start = time.perf_counter()
            detector.predict(video)
            taken.append(time.perf_counter() - start)
    return float(np.median(taken))


if __name__ == "__main__":
    main()
