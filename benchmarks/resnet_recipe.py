"""What each part of ResNet50's recipe is good for, on people held out of training.

``python benchmarks/resnet_recipe.py FACES EMBEDDINGS BACKBONE`` trains on the training part of the
split in EMBEDDINGS, once as the recipe says and once for each change to it, and prints AUC on the
held-out faces; the validation part plays no role. Each run sees the same `REALS` real faces, each
beside one fake, for one epoch. One that was printed before (in FILE of ``--log``) isn't run again.

``--frozen`` prints what the head alone reaches on features of ImageNet's network, by stage and by what
the network looks at.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from unittest.mock import patch

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from keras_impl.approaches import augmentation, face_view, resnet, training
from keras_impl.approaches.feeding import Faces, feed_rows
from keras_impl.approaches.landmarks import find_landmarks, indexed_landmarks
from keras_impl.approaches.pairs import draw_pairs
from keras_impl.approaches.roles import divide_roles
from keras_impl.approaches.run import load_run
from keras_impl.approaches.store import FORMS, STORE_NAME, StoreWriter, open_store
from keras_impl.backend import keras

REALS = 3840
WARM_UP = 0.1
"""A tenth of a run this short is as many steps as the recipe's share of a whole one."""

MOMENTUM = 0.99
"""Of averaged weights: over about a hundred steps, as a run of 240 allows."""

VIEWS: dict[str, tuple[int, Callable[..., keras.layers.Layer]]] = {
    "middle of the crop, 160 px": (160, keras.layers.CenterCrop),
    "whole crop, shrunk to 160 px": (160, partial(keras.layers.Resizing, antialias=True)),
    "whole crop, 224 px": (224, keras.layers.CenterCrop),
}

PLAIN = {name: 0.0 for name in ("LIGHT_SHARE", "JPEG_SHARE", "BLUR_SHARE", "NOISE_SHARE")}


@contextmanager
def constants(module: object, **values: object) -> Iterator[None]:
    """Give constants of a module other values for a while."""
    with ExitStack() as stack:
        for name, value in values.items():
            stack.enter_context(patch.object(module, name, value))
        yield


CHANGES: dict[str, Callable[[], object]] = {
    "the recipe": lambda: constants(training),
    "learning rate doubled": lambda: constants(training, LEARNING_RATE=2 * training.LEARNING_RATE),
    "moved and flipped only": lambda: constants(augmentation, **PLAIN),
    "any fake beside a real face": lambda: constants(training),
    "self-blended: .25 of fakes": lambda: constants(training),
    "whole crop, shrunk": lambda: constants(keras.layers, CenterCrop=VIEWS["whole crop, shrunk to 160 px"][1]),
    "labels smoothed by .1": lambda: constants(
        training.keras.losses,
        BinaryCrossentropy=partial(keras.losses.BinaryCrossentropy, label_smoothing=0.1),
    ),
    "learning rate halved": lambda: constants(training, LEARNING_RATE=training.LEARNING_RATE / 2),
    "no weight decay": lambda: constants(training, WEIGHT_DECAY=0.0),
}


def main() -> None:
    """Train once for each change."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faces", type=Path, help="folder that extract_faces wrote")
    parser.add_argument("embeddings", type=Path, help="folder that extract_embeddings wrote")
    parser.add_argument("backbone", help="ImageNet weights, .h5")
    parser.add_argument("--frozen", action="store_true", help="only features of frozen networks")
    parser.add_argument("--log", type=Path, default=Path("data/resnet_recipe.txt"), help="what is printed, appended")
    arguments = parser.parse_args()
    done = arguments.log.read_text() if arguments.log.is_file() else ""
    run = load_run(arguments.embeddings, None)
    role = divide_roles(run.index, next(run.split.parts(run.index)), run.inner_group, 0, None)
    learnt = first_sources(run.index["label"].to_numpy(), run.index["source"].to_numpy(str), role.learnt)
    index = run.index[learnt | role.held_out]
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder, STORE_NAME)
        list(StoreWriter(store, [arguments.faces / crop for crop in index["crop"]], FORMS["image"]))
        faces = Faces(
            open_store(store), index["label"].to_numpy(), index["source"].to_numpy(str), indexed_landmarks(index)
        )
        rows = [np.flatnonzero(mask[learnt | role.held_out]) for mask in (learnt, role.held_out)]
        if arguments.frozen:
            compare_frozen(faces, *rows, resnet.load_backbone(arguments.backbone))
            return
        for name in CHANGES:
            if f"{name}:" not in done:
                figures = train(name, faces, *rows, resnet.load_backbone(arguments.backbone))
                with arguments.log.open("a") as log:
                    print(f"{name}: {figures}", file=log)
                print(f"{name}: {figures}", flush=True)


def compare_frozen(faces: Faces, learnt: np.ndarray, held_out: np.ndarray, backbone: keras.Model) -> None:
    """Print the head's AUC on the held-out faces for each view, with single stages and with all."""
    ends = np.cumsum([2 * 4 * filters for filters, _ in resnet.STAGES.values()])
    for name, (size, layer) in VIEWS.items():
        with constants(face_view, VIEW_SIZE=size), constants(keras.layers, CenterCrop=layer):
            model = resnet.build_model(backbone, training.compute_dtype())
        training.fit_head(model, faces, learnt, seed=0)
        standardised = keras.Model(model.input, model.get_layer("standardised").output)
        pairs = draw_pairs(learnt, faces.labels, faces.sources, 0, epoch=0)[: training.HEAD_SAMPLES // 2].ravel()
        known, judged = (
            standardised.predict(feed_rows(faces, rows, resnet.BATCH_SIZE), verbose=0) for rows in (pairs, held_out)
        )
        figures = []
        for stage, columns in zip(("2", "3", "4"), np.split(np.arange(ends[-1]), ends[:-1]), strict=True):
            head = LogisticRegression(C=training.HEAD_C, max_iter=1000).fit(known[:, columns], faces.labels[pairs])
            auc = roc_auc_score(faces.labels[held_out], head.decision_function(judged[:, columns]))
            figures.append(f"stage {stage} {auc:.3f}")
        auc = roc_auc_score(faces.labels[held_out], training.compute_logits(model, faces, held_out))
        print(f"{name}: {', '.join(figures)}, all {auc:.3f}", flush=True)


def first_sources(labels: np.ndarray, sources: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Mask `REALS` of the allowed real faces, drawn at random, and all allowed fakes made from them."""
    reals = np.random.default_rng(0).permutation(np.flatnonzero(allowed & (labels == 0)))[:REALS]
    return allowed & np.isin(sources, sources[reals])


def train(change: str, faces: Faces, learnt: np.ndarray, held_out: np.ndarray, backbone: keras.Model) -> str:
    """Train with one change; return the figures."""
    keras.utils.set_random_seed(0)
    if change.startswith("self-blended"):
        landmarks = faces.notes.copy()
        reals = learnt[faces.labels[learnt] == 0]
        landmarks[reals] = list(find_landmarks(faces.inputs[row] for row in reals))
        faces = replace(faces, notes=landmarks, self_blended=0.25)
    if change.startswith("any fake"):
        faces = replace(faces, sources=np.arange(len(faces.labels)).astype(str))
    averaging = partial(keras.optimizers.AdamW, use_ema=True, ema_momentum=MOMENTUM)
    with (
        tempfile.TemporaryDirectory() as folder,
        constants(training, EPOCHS=1, WARM_UP=WARM_UP),
        constants(training.keras.optimizers, AdamW=averaging),
        CHANGES[change](),
    ):
        model = resnet.build_model(backbone, training.compute_dtype())
        course = training.fine_tune(model, faces, learnt, held_out, 0, Path(folder), print_now_and_then)

    def logits(pixels: np.ndarray = faces.inputs) -> np.ndarray:
        return training.compute_logits(model, replace(faces, inputs=pixels), held_out)

    labels = faces.labels[held_out]
    head, trained = course.history["held_out_auc"]
    figures = [f"head {head:.4f}", f"trained {trained:.4f}"]
    if change == "the recipe":
        both = logits() + logits(faces.inputs[:, :, ::-1])
        figures.append(f"with flips {roc_auc_score(labels, both):.4f}")
        model.optimizer.finalize_variable_values(model.trainable_variables)
        figures.append(f"weights averaged {roc_auc_score(labels, logits()):.4f}")
    return ", ".join(figures)


def print_now_and_then(line: str) -> None:
    """Show where it is, every sixtieth step."""
    if "step" in line and int(line.split("step ")[1].split()[0]) % 60 == 0:
        print(line, flush=True)


if __name__ == "__main__":
    main()
