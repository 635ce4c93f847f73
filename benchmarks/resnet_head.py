"""How much faster ResNet50's head is fitted on features computed once than by training the network.

``python benchmarks/resnet_head.py EMBEDDINGS BACKBONE`` takes faces of the training part of a real
split, a fifth of them held out. Plain: Keras's ``fit`` of the whole network in float32, all but the
head frozen. Recipe: what `train_resnet` does. The aim is a third of the time an epoch, with the same
AUC on held-out faces within .01.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from keras_impl.approaches import resnet, training
from keras_impl.approaches.feeding import Faces
from keras_impl.approaches.landmarks import indexed_landmarks
from keras_impl.approaches.run import load_run
from keras_impl.approaches.store import FORMS, STORE_NAME, StoreWriter, open_store
from keras_impl.backend import keras
from keras_impl.splits.rules import draw_groups, hold_out

FACES, EPOCHS = 600, 8
LEARNING_RATE = 1e-4
"""Of the plain head, from zero weights, on standardised features."""


def main() -> None:
    """Time both ways on the same faces."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("embeddings", type=Path, help="folder that extract_embeddings wrote")
    parser.add_argument("backbone", help="ImageNet weights, .h5")
    arguments = parser.parse_args()
    run = load_run(arguments.embeddings, None)
    parts = next(run.split.parts(run.index)).to_numpy()
    index = run.index[(parts == "train") & run.index["crop"].notna()]
    group = run.split.inner_group
    index = index[draw_groups(index[group].to_numpy(str), FACES, seed=0)]
    held_out = hold_out(index, group, seed=0)
    learnt, held_out = np.flatnonzero(~held_out), np.flatnonzero(held_out)
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder, STORE_NAME)
        list(StoreWriter(store, [Path(crop) for crop in index["crop"]], FORMS["image"]))
        faces = Faces(
            open_store(store), index["label"].to_numpy(), index["source"].to_numpy(str), indexed_landmarks(index)
        )
        compare(faces, learnt, held_out, resnet.load_backbone(arguments.backbone))


def compare(faces: Faces, learnt: np.ndarray, held_out: np.ndarray, backbone: keras.Model) -> None:
    """Print seconds and AUC of both ways."""

    def auc(model: keras.Model) -> float:
        return roc_auc_score(faces.labels[held_out], training.compute_logits(model, faces, held_out))

    model = resnet.build_model(backbone, training.compute_dtype())
    start = time.perf_counter()
    training.fit_head(model, faces, learnt, seed=0)
    recipe = (time.perf_counter() - start) / EPOCHS
    print(f"{len(learnt)} faces, {EPOCHS} epochs; recipe: {recipe:.1f} s an epoch, AUC {auc(model):.3f}", flush=True)

    plain = resnet.build_model(backbone)
    plain.get_layer("standardised").set_weights(model.get_layer("standardised").get_weights())
    for layer in plain.layers:
        layer.trainable = layer.name == "margin"
    plain.get_layer("margin").set_weights([np.zeros((3584, 1)), np.zeros(1)])
    plain.compile(keras.optimizers.Adam(LEARNING_RATE), keras.losses.BinaryCrossentropy(from_logits=True))
    start = time.perf_counter()
    plain.fit(faces.inputs[learnt], faces.labels[learnt], batch_size=resnet.BATCH_SIZE, epochs=EPOCHS, verbose=0)
    seconds = (time.perf_counter() - start) / EPOCHS
    print(f"plain fit: {seconds:.1f} s an epoch, AUC {auc(plain):.3f}; {seconds / recipe:.1f} times as long")


if __name__ == "__main__":
    main()
