"""A trained ResNet50 on whole videos, from other sources than it was trained on: a sanity check.

``python benchmarks/whole_videos.py MODEL FACES...`` prints P(fake) of each video, the mean over its
faces in logits, and how many are on the right side of 0.5. FACES are folders of extract_faces. A
handful of videos gives no accuracy: it shows whether the way from video to verdict is intact.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from keras_impl.approaches import resnet
from keras_impl.faces.index import FACES
from keras_impl.index import read_index
from keras_impl.media.image import read_image


def main() -> None:
    """Score all videos of the folders."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="model.keras of train_resnet")
    parser.add_argument("faces", type=Path, nargs="+", help="folders that extract_faces wrote")
    arguments = parser.parse_args()
    model = resnet.load_model(arguments.model)
    tables = []
    for folder in arguments.faces:
        index = read_index(folder, FACES)
        crops = np.stack([read_image(folder / crop) for crop in index["crop"].dropna()])
        found = index.dropna(subset="crop")[["video", "label"]].assign(logit=logit(resnet.predict(model, crops)))
        columns = {"label": ("label", "first"), "faces": ("logit", "size"), "logit": ("logit", "mean")}
        tables.append(found.groupby("video").agg(**columns))
    videos = pd.concat(tables)
    for name, video in videos.iterrows():
        truth = "fake" if video["label"] else "real"
        print(f"{name:60} {truth}  {int(video['faces']):3} faces  P(fake) {expit(video['logit']):.2f}")
    for label, truth in enumerate(("real", "fake")):
        logits = videos["logit"][videos["label"] == label]
        print(f"{truth}: {((logits > 0) == label).sum()} of {len(logits)} on the right side of 0.5")


if __name__ == "__main__":
    main()
