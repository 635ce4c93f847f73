"""Approach 2: ResNet50 (He et al. 2016, arXiv 1512.03385) on the face crops themselves.

The model takes RGB pixels in 0..255 and gives one logit; the preprocessing that its weights were
trained with is part of it, so that nobody who loads the file can forget it. It is trained in two
phases: the head on the frozen network's pooled features, then head and top stage together. Batch
normalisation stays frozen throughout: on small batches its own statistics ruin the network.
"""

from keras_impl.backend import keras, tf  # isort: skip

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from keras_impl.errors import DataError, TrainingError, WeightsError
from keras_impl.storage import atomic_path

MODEL_NAME = "model.keras"

INPUT_SIZE = 160
DROPOUT = 0.3
BATCH_SIZE = 32

TOP_STAGE = "conv5"


@dataclass(frozen=True)
class Phase:
    """One phase of training: it ends after ``epochs``, or ``patience`` epochs without progress."""

    name: str
    epochs: int
    patience: int
    learning_rate: float


HEAD = Phase("head", epochs=100, patience=10, learning_rate=1e-3)
TOP = Phase("top stage", epochs=8, patience=2, learning_rate=1e-4)

ADAPTATION_FACES = 128
"""How many faces the batch statistics of a network without weights are taken from."""

OFFLINE_SECONDS = 20
"""How long a silent server is waited for before it counts as out of reach."""


def build_model(backbone_weights: str) -> keras.Model:
    """Build the classifier: preprocessing, ResNet50, mean over the map, dropout, one logit.

    Parameters
    ----------
    backbone_weights : str
        ``"imagenet"`` (Keras's own, downloaded), ``"none"`` (random), or the path of a weights
        file for ``keras.applications.ResNet50(include_top=False)``.

    Returns
    -------
    keras.Model
        Input (n, 160, 160, 3), RGB, 0..255; output (n, 1), the logit of P(fake).

    Raises
    ------
    WeightsError
        If the weights can't be had or don't fit.
    """
    faces = keras.Input((INPUT_SIZE, INPUT_SIZE, 3), name="faces")
    backbone = load_backbone(backbone_weights)
    backbone.trainable = False
    features = backbone(keras.applications.resnet50.preprocess_input(faces))
    pooled = keras.layers.GlobalAveragePooling2D(name="pooled")(features)
    dropped = keras.layers.Dropout(DROPOUT, name="dropout")(pooled)
    return keras.Model(faces, keras.layers.Dense(1, name="logit")(dropped), name="deepfake_resnet50")


def load_backbone(weights: str) -> keras.Model:
    """ResNet50 without its top, with the weights named as in `build_model`."""
    if weights == "imagenet":
        try:
            with _impatient():
                return keras.applications.ResNet50(include_top=False, weights="imagenet")
        except Exception as error:  # Keras raises a bare Exception when its download fails
            raise WeightsError(
                f"Keras's ImageNet weights can't be downloaded ({_first_line(error)}): give a weights file with "
                "--backbone-weights FILE, or start from random weights with --backbone-weights none"
            ) from None
    backbone = keras.applications.ResNet50(include_top=False, weights=None)
    if weights != "none":
        if not Path(weights).is_file() or not weights.endswith(".h5"):
            raise WeightsError(f"{weights} is not a .h5 file: --backbone-weights takes imagenet, none or such a file")
        try:
            backbone.load_weights(weights)
        except (OSError, ValueError, KeyError) as error:
            raise WeightsError(f"{weights} doesn't fit ResNet50 without top ({_first_line(error)})") from None
    return backbone


def adapt_batch_statistics(model: keras.Model, faces: np.ndarray) -> None:
    """Give a network with random weights the batch statistics of real faces.

    With the initial ones (mean 0, variance 1) frozen, activations would grow from block to block.
    One pass over up to `ADAPTATION_FACES` faces in training mode, with no memory of what was there
    before, sets each layer's statistics to those that it meets.
    """
    layers = [layer for layer in _backbone_of(model).layers if isinstance(layer, keras.layers.BatchNormalization)]
    momenta = [layer.momentum for layer in layers]
    for layer in layers:
        layer.momentum, layer.trainable = 0.0, True
    _backbone_of(model).trainable = True
    model(tf.constant(faces[:ADAPTATION_FACES], tf.float32), training=True)
    for layer, momentum in zip(layers, momenta, strict=True):
        layer.momentum = momentum
    _backbone_of(model).trainable = False


def train(
    model: keras.Model,
    faces: np.ndarray,
    labels: np.ndarray,
    held_out: np.ndarray,
    seed: int = 0,
    report: Callable[[str], object] = lambda _: None,
) -> pd.DataFrame:
    """Train the head, then head and top stage, in place.

    Parameters
    ----------
    model : keras.Model
        From `build_model`.
    faces : ndarray of uint8, shape (n, 160, 160, 3)
        Training faces, RGB.
    labels : ndarray of int, shape (n,)
        1 = fake.
    held_out : ndarray of bool, shape (n,)
        Faces that are not learnt from: they say when to stop. They come out of the training part,
        so that the validation part stays untouched. If none, each phase runs all its epochs.
    seed : int, default 0
    report : callable, optional
        Called after each epoch with a line that says how far training is.

    Returns
    -------
    DataFrame
        One row per epoch: ``phase``, ``epoch``, ``loss``, and ``held_out_loss`` where there is one.

    Raises
    ------
    TrainingError
        If a class is missing from what is learnt from.
    """
    if set(labels[~held_out]) != {0, 1}:
        raise TrainingError("the training part has only one class: add real and fake videos and extract again")
    keras.utils.set_random_seed(seed)
    head = _train_head(model, faces, labels, held_out, report)
    top = _train_top(model, faces, labels, held_out, report)
    return pd.concat([head, top], ignore_index=True)


def predict(model: keras.Model, faces: np.ndarray) -> np.ndarray:
    """P(fake) of faces: uint8 (n, 160, 160, 3), RGB, to float64 (n,)."""
    if not len(faces):
        return np.empty(0)
    logits = model.predict(faces, batch_size=BATCH_SIZE, verbose=0)[:, 0]
    return 1 / (1 + np.exp(-logits.astype(np.float64)))


def save_model(path: Path, model: keras.Model) -> None:
    """Save the model, weights and preprocessing together, in Keras's own format."""
    with atomic_path(path) as temporary:
        model.save(temporary)


def load_model(path: Path) -> keras.Model:
    """Load a model saved by `save_model`; code in the file is refused, not run.

    Raises
    ------
    DataError
        If the file is missing, damaged, or not such a model.
    """
    advice = "run python -m keras_impl.train_resnet to make it"
    if not path.is_file():
        raise DataError(f"{path} is missing: {advice}")
    try:
        return keras.models.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras passes on whatever its zip, JSON and HDF5 readers raise
        raise DataError(f"{path} can't be loaded ({_first_line(error)}): {advice}") from None


def _train_head(
    model: keras.Model, faces: np.ndarray, labels: np.ndarray, held_out: np.ndarray, report: Callable[[str], object]
) -> pd.DataFrame:
    """Fit dropout and logit on pooled features that are computed once."""
    pooled = keras.Model(model.input, model.get_layer("pooled").output)
    features = pooled.predict(faces, batch_size=BATCH_SIZE, verbose=0)
    entry = keras.Input(features.shape[1:])
    head = keras.Model(entry, model.get_layer("logit")(model.get_layer("dropout")(entry)))
    return _fit(head, features, labels, held_out, HEAD, report)


def _train_top(
    model: keras.Model, faces: np.ndarray, labels: np.ndarray, held_out: np.ndarray, report: Callable[[str], object]
) -> pd.DataFrame:
    """Fit the head and the convolutions of the top stage."""
    for layer in _backbone_of(model).layers:
        is_norm = isinstance(layer, keras.layers.BatchNormalization)
        layer.trainable = layer.name.startswith(TOP_STAGE) and not is_norm
    return _fit(model, faces, labels, held_out, TOP, report)


def _fit(
    model: keras.Model,
    inputs: np.ndarray,
    labels: np.ndarray,
    held_out: np.ndarray,
    phase: Phase,
    report: Callable[[str], object],
) -> pd.DataFrame:
    """Fit until the held-out loss no longer falls, and keep the weights of the best epoch.

    A phase that makes the held-out loss no better leaves the weights as they were.
    """

    def describe(epoch: int, logs: dict[str, float]) -> None:
        losses = ", ".join(f"{name.replace('val_', 'held-out ')} {value:.3f}" for name, value in logs.items())
        report(f"ResNet50, {phase.name}: epoch {epoch + 1} of at most {phase.epochs}, {losses}")

    callbacks = [keras.callbacks.LambdaCallback(on_epoch_end=describe)]
    held_out_data = None
    model.compile(keras.optimizers.Adam(phase.learning_rate), keras.losses.BinaryCrossentropy(from_logits=True))
    if held_out.any():
        held_out_data = (inputs[held_out], labels[held_out])
        weights_before, loss_before = model.get_weights(), model.evaluate(*held_out_data, verbose=0)
        callbacks.append(keras.callbacks.EarlyStopping(patience=phase.patience, restore_best_weights=True))
    history = model.fit(
        _batches(inputs[~held_out], labels[~held_out], flip=inputs.ndim == 4),
        validation_data=held_out_data,
        epochs=phase.epochs,
        callbacks=callbacks,
        shuffle=False,  # the batches are shuffled already
        verbose=0,
    ).history
    if held_out.any() and not min(history["val_loss"]) < loss_before:
        model.set_weights(weights_before)
    losses = {"phase": phase.name, "epoch": range(1, len(history["loss"]) + 1), "loss": history["loss"]}
    return pd.DataFrame(losses | {"held_out_loss": history.get("val_loss")})


def _batches(inputs: np.ndarray, labels: np.ndarray, flip: bool) -> tf.data.Dataset:
    """Shuffled batches; images are mirrored at random, as a face has no preferred side."""
    data = tf.data.Dataset.from_tensor_slices((inputs, labels)).shuffle(len(labels))
    if flip:
        data = data.map(lambda face, label: (tf.image.random_flip_left_right(face), label))
    return data.batch(BATCH_SIZE).prefetch(tf.data.AUTOTUNE)


def _backbone_of(model: keras.Model) -> keras.Model:
    return model.get_layer("resnet50")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


@contextmanager
def _impatient() -> Iterator[None]:
    """Let connections that Keras opens give up after `OFFLINE_SECONDS`."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(OFFLINE_SECONDS)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
