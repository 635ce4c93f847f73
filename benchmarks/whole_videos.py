"""A trained ResNet50 on whole videos, from other sources than it was trained on: a sanity check.

``python benchmarks/whole_videos.py MODEL FACES...`` prints P(fake) of each video, the mean over its
faces in logits, and how many are on the right side of 0.5. FACES are folders of extract_faces. A
handful of videos gives no accuracy: it shows whether the way from video to verdict is intact.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from keras_impl.core.configs import from_json
from keras_impl.faces.config import FaceConfig
from keras_impl.faces.crop_files import landmarks_of, read_crop
from keras_impl.faces.cropping import cut_window
from keras_impl.faces.modality import FACES
from keras_impl.models.card import CARD_NAME
from keras_impl.models.resnet import network as resnet
from keras_impl.models.resnet.config import NetworkConfig
from keras_impl.samples.index import read_index


def main() -> None:
    """Score all videos of the folders."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="model.keras of train_resnet")
    parser.add_argument("faces", type=Path, nargs="+", help="folders that extract_faces wrote")
    arguments = parser.parse_args()
    card = json.loads((arguments.model.parent / CARD_NAME).read_text())
    where = str(arguments.model.parent)
    framing = from_json(FaceConfig, card["sample"], where, "").framing
    model = resnet.load_model(arguments.model, from_json(NetworkConfig, card["network"], where, ""))
    tables = []
    for folder in arguments.faces:
        index = read_index(folder, FACES)
        places = zip(index["crop"], landmarks_of(index), strict=True)
        views = [cut_window(read_crop(folder / crop, points, framing), framing.resnet) for crop, points in places]
        found = index[["video", "label"]].assign(logit=logit(resnet.predict(model, np.stack(views))))
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
