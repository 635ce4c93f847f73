"""How much faster an epoch of all convolutions is than a plain Keras ``fit``, and whether it learns as much.

``python benchmarks/resnet_epoch.py EMBEDDINGS BACKBONE`` takes faces of the training part of a real split, some of
them held out. Recipe: `training.fine_tune`, with batch normalisation multiplied into the convolutions and in
bfloat16 where the processor has it. Plain: ``fit`` of Keras's own ResNet50 up to stage 4 in float32, with its batch
normalisation frozen. Both get the same head at first, the same pairs, changed in the same way, and the same
optimiser. They take turns, an epoch each. The time for building and compiling is left out, and so is the time for
judging the held-out faces. Processor seconds, of all threads, depend less on other work than the clock does.
The aim is a third of the time, with the same AUC within .01.
"""

import argparse
import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from resnet_head import NETWORK, RECIPE, real_faces
from sklearn.metrics import roc_auc_score

from keras_impl.core.tensorflow import keras
from keras_impl.models.resnet import network as resnet
from keras_impl.models.resnet import precision, training
from keras_impl.models.resnet.feeding import Faces, feed_pairs, steps_of

ONE_EPOCH = replace(RECIPE, epochs=1)


class Clock:
    """Notes when a step is over."""

    def __init__(self) -> None:
        self._times: list[tuple[float, float]] = []

    def tick(self, *_: object, **__: object) -> None:
        """Call it after each step."""
        self._times.append((time.perf_counter(), time.process_time()))

    def epoch(self) -> np.ndarray:
        """Seconds by the clock and of processors for as many steps, by all but the first, which compiles."""
        return (np.array(self._times[-1]) - self._times[0]) * len(self._times) / (len(self._times) - 1)


def main() -> None:
    """Print seconds and AUC of both ways, round by round."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("embeddings", type=Path, help="folder that extract_embeddings wrote")
    parser.add_argument("backbone", help="ImageNet weights, .h5")
    parser.add_argument("--pairs", type=int, default=320, help="how many pairs of faces an epoch has, about")
    parser.add_argument("--rounds", type=int, default=1, help="how often each takes its turn, from the start again")
    arguments = parser.parse_args()
    taken: list[tuple[np.ndarray, np.ndarray]] = []
    print(f"other work: load of {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    with real_faces(arguments.embeddings, 2 * arguments.pairs) as (faces, learnt, held_out):
        print(
            f"{steps_of(learnt, faces.labels, RECIPE.pairs_per_batch)} steps an epoch, {len(held_out)} faces held out",
            flush=True,
        )
        for seed in range(arguments.rounds):
            backbone = resnet.load_backbone(arguments.backbone, NETWORK)
            model = resnet.build_model(backbone, NETWORK, precision.compute_dtype())
            training.fit_head(model, faces, learnt, seed, RECIPE)
            plain = build_plain(backbone, model)
            head = training.compute_logits(model, faces, held_out)
            print(f"head alone: AUC {roc_auc_score(faces.labels[held_out], head):.3f}", flush=True)
            given = (faces, learnt, held_out, seed)
            taken.append((train_recipe(model, *given), train_plain(plain, *given)))
    for name, recipe, slow in zip(("by the clock", "of processors"), *np.mean(taken, axis=0), strict=True):
        print(f"seconds {name}: recipe {recipe:.0f} an epoch, plain {slow:.0f}, {slow / recipe:.2f} times as long")


def train_recipe(model: keras.Model, faces: Faces, learnt: np.ndarray, held_out: np.ndarray, seed: int) -> np.ndarray:
    """Train as `train_resnet` does; print the AUC, return the seconds."""
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        course = training.fine_tune(model, faces, learnt, held_out, seed, ONE_EPOCH, Path(folder), clock.tick)
    print(f"recipe: {clock.epoch()[0]:.0f} s, AUC {course.history['held_out_auc'].iloc[-1]:.3f}", flush=True)
    return clock.epoch()


def train_plain(model: keras.Model, faces: Faces, learnt: np.ndarray, held_out: np.ndarray, seed: int) -> np.ndarray:
    """Train as anyone would; print the AUC, return the seconds."""
    steps, clock = steps_of(learnt, faces.labels, RECIPE.pairs_per_batch), Clock()
    warm_up = round(RECIPE.warm_up * steps)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, steps - warm_up, warmup_target=RECIPE.learning_rate, warmup_steps=warm_up
    )
    model.compile(
        keras.optimizers.AdamW(rate, weight_decay=RECIPE.weight_decay),
        keras.losses.BinaryCrossentropy(from_logits=True),
    )
    model.fit(
        feed_pairs(faces, learnt, seed, range(1), RECIPE.pairs_per_batch),
        steps_per_epoch=steps,
        shuffle=False,
        callbacks=[keras.callbacks.LambdaCallback(on_train_batch_end=clock.tick)],
        verbose=0,
    )
    auc = roc_auc_score(faces.labels[held_out], training.compute_logits(model, faces, held_out))
    print(f"plain: {clock.epoch()[0]:.0f} s, AUC {auc:.3f}", flush=True)
    return clock.epoch()


def build_plain(backbone: keras.Model, start: keras.Model) -> keras.Model:
    """Keras's ResNet50 in float32, with the same features and head as the model that the recipe starts from."""
    for layer in backbone.layers:
        layer.trainable = not isinstance(layer, keras.layers.BatchNormalization)
    names = [f"conv{stage.number}_block{stage.blocks}_out" for stage in NETWORK.stages]
    view = resnet.build_front(NETWORK)
    maps = keras.Model(backbone.input, [backbone.get_layer(name).output for name in names])(view.output)
    pool, features = keras.layers.GlobalAveragePooling2D(), []
    for values in maps:
        features += [pool(values), keras.ops.sqrt(pool(keras.ops.square(values)) + keras.config.epsilon())]
    x = keras.layers.Concatenate()(features)
    for name in ("standardised", "margin"):
        theirs = start.get_layer(name)
        layer = theirs.__class__.from_config(theirs.get_config())
        x = layer(x)
        layer.set_weights(theirs.get_weights())
    return keras.Model(view.input, x)


if __name__ == "__main__":
    main()
