"""What each part of ResNet50's recipe is good for, on people held out of training.

``python benchmarks/resnet_recipe.py FACES EMBEDDINGS BACKBONE`` trains on the training part of the
split in EMBEDDINGS, once as the recipe says and once for each change to it, and prints AUC on the
held-out faces; the validation part plays no role. Each run sees the same `REALS` real faces, each
beside one fake, for one epoch. One that was printed before (in FILE of ``--log``) isn't run again.

``--frozen`` prints what the head alone reaches on features of ImageNet's network, by stage and by the window
that the network looks at.
"""

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from resnet_head import NETWORK, RECIPE, stored_faces
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from keras_impl.core.tensorflow import keras
from keras_impl.faces.cropping import Window
from keras_impl.faces.modality import FACES
from keras_impl.models.resnet import network as resnet
from keras_impl.models.resnet import precision, training
from keras_impl.models.resnet.config import FacePicture
from keras_impl.models.resnet.feeding import Faces, feed_rows
from keras_impl.models.resnet.pairs import draw_pairs
from keras_impl.models.resnet.recipe import SelfBlending, TrainingConfig
from keras_impl.models.run import load_run
from keras_impl.splits.roles import divide_roles

REALS = 3840

ONE_EPOCH = replace(RECIPE, epochs=1, warm_up=0.1)
"""A tenth of a run this short is as many steps as the recipe's share of a whole one."""

MOMENTUM = 0.99
"""Of averaged weights: over about a hundred steps, as a run of 240 allows."""

WINDOWS = {
    "the window": Window(0.625, 160),
    "a wider one": Window(0.447, 160),
    "a wider one, 224 px": Window(0.447, 224),
}


def augmented(**changes: Any) -> Callable[[TrainingConfig], TrainingConfig]:
    """A recipe with another augmentation."""
    return lambda recipe: replace(recipe, augmentation=replace(recipe.augmentation, **changes))


# what was there before pairs were degraded: lighter, and after windows are cut
LIGHTER = {"jpeg_share": 0.2, "blur_share": 0.15, "noise_share": 0.15}

CHANGES: dict[str, Callable[[TrainingConfig], TrainingConfig]] = {
    "the recipe": lambda recipe: recipe,
    "learning rate doubled": lambda recipe: replace(recipe, learning_rate=2 * recipe.learning_rate),
    "nothing mixed": augmented(mixing=None),
    "nothing hidden": augmented(hiding=None),
    "nothing degraded": augmented(degradations=None),
    "compressed, blurred and noisy a little, instead of degraded": augmented(degradations=None, **LIGHTER),
    "as before: none of the three": augmented(degradations=None, mixing=None, hiding=None, **LIGHTER),
    "windows not jittered": augmented(scale=0.0, place=0.0),
    "any fake beside a real face": lambda recipe: recipe,
    "self-blended: .25 of fakes": lambda recipe: replace(recipe, self_blending=SelfBlending(0.25)),
    "learning rate halved": lambda recipe: replace(recipe, learning_rate=recipe.learning_rate / 2),
    "no weight decay": lambda recipe: replace(recipe, weight_decay=0.0),
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
    run = load_run(arguments.embeddings, None, FACES)
    role = divide_roles(run.index, next(run.split.parts(run.index)), run.inner_group, 0, None)
    learnt = first_sources(run.index["label"].to_numpy(), run.index["source"].to_numpy(str), role.learnt)
    index = run.index[learnt | role.held_out]
    with tempfile.TemporaryDirectory() as folder:
        faces = stored_faces(index, arguments.faces, run.config.framing, Path(folder))
        rows = [np.flatnonzero(mask[learnt | role.held_out]) for mask in (learnt, role.held_out)]
        if arguments.frozen:
            compare_frozen(faces, *rows, resnet.load_backbone(arguments.backbone, NETWORK))
            return
        for name in CHANGES:
            if f"{name}:" not in done:
                figures = train(name, faces, *rows, resnet.load_backbone(arguments.backbone, NETWORK))
                with arguments.log.open("a") as log:
                    print(f"{name}: {figures}", file=log)
                print(f"{name}: {figures}", flush=True)


def compare_frozen(faces: Faces, learnt: np.ndarray, held_out: np.ndarray, backbone: keras.Model) -> None:
    """Print the head's AUC on the held-out faces for each window, with single stages and with all."""
    ends = np.cumsum([2 * 4 * stage.filters for stage in NETWORK.stages])
    for name, window in WINDOWS.items():
        seen, network = replace(faces, window=window), replace(NETWORK, picture=FacePicture(window.size))
        model = resnet.build_model(backbone, network, precision.compute_dtype())
        training.fit_head(model, seen, learnt, 0, RECIPE)
        standardised = keras.Model(model.input, model.get_layer("standardised").output)
        pairs = draw_pairs(learnt, faces.labels, faces.sources, 0, epoch=0)[: RECIPE.head_samples // 2].ravel()
        known, judged = (
            standardised.predict(feed_rows(seen, rows, resnet.BATCH_SIZE), verbose=0) for rows in (pairs, held_out)
        )
        figures = []
        for stage, columns in zip(NETWORK.stages, np.split(np.arange(ends[-1]), ends[:-1]), strict=True):
            head = LogisticRegression(C=RECIPE.head_c, max_iter=1000).fit(known[:, columns], faces.labels[pairs])
            auc = roc_auc_score(faces.labels[held_out], head.decision_function(judged[:, columns]))
            figures.append(f"stage {stage.number} {auc:.3f}")
        auc = roc_auc_score(faces.labels[held_out], training.compute_logits(model, seen, held_out))
        print(f"{name}: {', '.join(figures)}, all {auc:.3f}", flush=True)


def first_sources(labels: np.ndarray, sources: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Mask `REALS` of the allowed real faces, drawn at random, and all allowed fakes made from them."""
    reals = np.random.default_rng(0).permutation(np.flatnonzero(allowed & (labels == 0)))[:REALS]
    return allowed & np.isin(sources, sources[reals])


def train(change: str, faces: Faces, learnt: np.ndarray, held_out: np.ndarray, backbone: keras.Model) -> str:
    """Train with one change; return the figures."""
    keras.utils.set_random_seed(0)
    recipe = CHANGES[change](ONE_EPOCH)
    faces = replace(faces, augmentation=recipe.augmentation, self_blending=recipe.self_blending)
    if change.startswith("any fake"):
        faces = replace(faces, sources=np.arange(len(faces.labels)).astype(str))
    averaging = partial(keras.optimizers.AdamW, use_ema=True, ema_momentum=MOMENTUM)
    with tempfile.TemporaryDirectory() as folder, patch.object(training.keras.optimizers, "AdamW", averaging):
        model = resnet.build_model(backbone, NETWORK, precision.compute_dtype())
        course = training.fine_tune(model, faces, learnt, held_out, 0, recipe, Path(folder), print_now_and_then)

    def logits() -> np.ndarray:
        return training.compute_logits(model, faces, held_out)

    labels = faces.labels[held_out]
    worse = replace(faces, augmentation=ONE_EPOCH.augmentation)
    degraded = roc_auc_score(labels, training.compute_logits(model, worse, held_out, worse=True))
    head, trained = course.history["held_out_auc"]
    figures = [f"head {head:.4f}", f"trained {trained:.4f}", f"degraded faces {degraded:.4f}"]
    if change == "the recipe":
        model.optimizer.finalize_variable_values(model.trainable_variables)
        figures.append(f"weights averaged {roc_auc_score(labels, logits()):.4f}")
    return ", ".join(figures)


def print_now_and_then(line: str) -> None:
    """Show where it is, every sixtieth step."""
    if "step" in line and int(line.split("step ")[1].split()[0]) % 60 == 0:
        print(line, flush=True)


if __name__ == "__main__":
    main()
