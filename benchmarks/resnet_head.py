"""How much faster ResNet50's head is fitted on features computed once than by training the network.

``python benchmarks/resnet_head.py EMBEDDINGS BACKBONE`` takes faces of the training part of a real
split, some of them held out. Plain: Keras's ``fit`` of the whole network in float32, all but the
head frozen, on the same pairs and with the same regularisation. Recipe: what `train_resnet` does. The aim is a
third of the time an epoch, with the same AUC on held-out faces within .01.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from keras_impl.core.tensorflow import keras
from keras_impl.faces.crop_files import landmarks_of
from keras_impl.faces.cropping import Framing
from keras_impl.faces.modality import FACES
from keras_impl.models.resnet import network as resnet
from keras_impl.models.resnet import precision, training
from keras_impl.models.resnet.config import FacePicture, NetworkConfig
from keras_impl.models.resnet.feeding import Faces
from keras_impl.models.resnet.inputs import INPUTS
from keras_impl.models.resnet.pairs import draw_pairs
from keras_impl.models.resnet.store import STORE_NAME, StoreWriter, reach_of, read_face
from keras_impl.models.run import load_run
from keras_impl.splits.protocols import draw_groups, hold_out

NETWORK, RECIPE = NetworkConfig(FacePicture()), INPUTS["image"].recipe()

HELD_OUT = 300
"""About how many faces the AUC is taken of."""

EPOCHS = 10
LEARNING_RATE = 2e-3
"""Of the plain head, from zero weights, on standardised features; it falls to 0 as a cosine does."""


def main() -> None:
    """Time both ways on the same faces."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("embeddings", type=Path, help="folder that extract_embeddings wrote")
    parser.add_argument("backbone", help="ImageNet weights, .h5")
    parser.add_argument("--faces", type=int, default=400, help="how many to learn from, about")
    arguments = parser.parse_args()
    with real_faces(arguments.embeddings, arguments.faces) as drawn:
        compare(*drawn, resnet.load_backbone(arguments.backbone, NETWORK))


@contextmanager
def real_faces(embeddings: Path, count: int) -> Iterator[tuple[Faces, np.ndarray, np.ndarray]]:
    """Faces of the training part: those to learn from, about so many, and `HELD_OUT` of other groups."""
    run = load_run(embeddings, None, FACES)
    parts = next(run.split.parts(run.index)).to_numpy()
    index = run.index[(parts == "train") & run.index["crop"].notna()]
    held_out = hold_out(index, run.inner_group, seed=0)
    sources = index["source"].to_numpy(str)
    drawn = np.zeros(len(index), bool)
    for part, limit in ((~held_out, count), (held_out, HELD_OUT)):
        drawn[part] = draw_groups(sources[part], limit, seed=0)
    index, held_out = index[drawn], held_out[drawn]
    with tempfile.TemporaryDirectory() as folder:
        faces = stored_faces(index, Path(), run.config.framing, Path(folder))
        yield faces, np.flatnonzero(~held_out), np.flatnonzero(held_out)


def stored_faces(index: pd.DataFrame, root: Path, framing: Framing, folder: Path) -> Faces:
    """The faces of an index whose crops are below ``root``, decoded into ``folder``."""
    items = list(zip([root / crop for crop in index["crop"]], landmarks_of(index), strict=True))
    reach = reach_of(RECIPE.augmentation.scale, RECIPE.augmentation.place)
    writer = StoreWriter(folder / STORE_NAME, items, lambda item: read_face(*item, framing, framing.resnet, reach))
    list(writer)
    store = writer.open()
    labels, sources = index["label"].to_numpy(), index["source"].to_numpy(str)
    return Faces(store, labels, sources, store.landmarks, framing.resnet, RECIPE.augmentation, origins=store.origins)


def compare(faces: Faces, learnt: np.ndarray, held_out: np.ndarray, backbone: keras.Model) -> None:
    """Print seconds and AUC of both ways."""

    def auc(model: keras.Model) -> float:
        return roc_auc_score(faces.labels[held_out], training.compute_logits(model, faces, held_out))

    model = resnet.build_model(backbone, NETWORK, precision.compute_dtype())
    start = time.perf_counter()
    training.fit_head(model, faces, learnt, 0, RECIPE)
    recipe = (time.perf_counter() - start) / EPOCHS
    print(f"{len(learnt)} faces, {len(held_out)} held out, {EPOCHS} epochs")
    print(f"recipe: {recipe:.1f} s an epoch, AUC {auc(model):.3f}", flush=True)

    rows = draw_pairs(learnt, faces.labels, faces.sources, 0, epoch=0).ravel()
    plain = resnet.build_model(backbone, NETWORK)
    plain.get_layer("standardised").set_weights(model.get_layer("standardised").get_weights())
    for layer in plain.layers:
        layer.trainable = layer.name == "margin"
    head = plain.get_layer("margin")
    head.set_weights([np.zeros_like(values) for values in head.get_weights()])
    # The logistic regression's loss is a sum over the faces, Keras's is a mean.
    head.kernel.regularizer = keras.regularizers.L2(1 / (2 * RECIPE.head_c * len(rows)))
    steps = -(-len(rows) // resnet.BATCH_SIZE)
    rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, EPOCHS * steps)
    plain.compile(keras.optimizers.Adam(rate), keras.losses.BinaryCrossentropy(from_logits=True))
    start = time.perf_counter()
    plain.fit(faces.take(rows), faces.labels[rows], batch_size=resnet.BATCH_SIZE, epochs=EPOCHS, verbose=0)
    seconds = (time.perf_counter() - start) / EPOCHS
    print(f"plain fit: {seconds:.1f} s an epoch, AUC {auc(plain):.3f}; {seconds / recipe:.1f} times as long")


if __name__ == "__main__":
    main()
