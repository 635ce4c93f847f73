"""Approach 2: ResNet50 (He et al. 2016, arXiv 1512.03385) on the face crops themselves.

The model takes RGB pixels in 0..255 and gives one logit; the preprocessing that its weights were
trained with is part of it, so that nobody who loads the file can forget it. The stages below the
top one stay frozen, so what they make of each face is computed once and trained on from there, in
two phases: the head on the frozen network's pooled features, then head and top stage together.
Batch normalisation stays frozen throughout: on small batches its own statistics ruin the network.
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
PREPROCESSING = f"RGB crop at {INPUT_SIZE} px; channel order and means are handled inside the model"
DROPOUT = 0.3
BATCH_SIZE = 32

TRUNK_END = "conv4_block6_out"
"""Last layer of the stages that stay frozen."""


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
    for layer in backbone.layers:
        layer.trainable = layer.name.startswith("conv5") and not _is_norm(layer)
    features = backbone(keras.applications.resnet50.preprocess_input(faces))
    pooled = keras.layers.GlobalAveragePooling2D(name="pooled")(features)
    dropped = keras.layers.Dropout(DROPOUT, name="dropout")(pooled)
    return keras.Model(faces, keras.layers.Dense(1, name="logit")(dropped), name="deepfake_resnet50")


def load_backbone(weights: str) -> keras.Model:
    """ResNet50 without its top, with the weights named as in `build_model`."""
    shape = (INPUT_SIZE, INPUT_SIZE, 3)
    if weights == "imagenet":
        try:
            with _impatient():
                return keras.applications.ResNet50(include_top=False, weights="imagenet", input_shape=shape)
        except Exception as error:  # Keras raises a bare Exception when its download fails
            raise WeightsError(
                f"Keras's ImageNet weights can't be downloaded ({_first_line(error)}): give a weights file with "
                "--backbone-weights FILE, or start from random weights with --backbone-weights none"
            ) from None
    backbone = keras.applications.ResNet50(include_top=False, weights=None, input_shape=shape)
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

    With the initial ones (mean 0, variance 1) frozen, batch normalisation would do nothing. One
    pass over up to `ADAPTATION_FACES` faces in training mode, with no memory of what was there
    before, sets each layer's statistics to those that it meets.
    """
    norms = [layer for layer in _backbone_of(model).layers if _is_norm(layer)]
    momenta = [layer.momentum for layer in norms]
    for layer in norms:
        layer.momentum, layer.trainable = 0.0, True
    model(tf.constant(faces[:ADAPTATION_FACES], tf.float32), training=True)
    for layer, momentum in zip(norms, momenta, strict=True):
        layer.momentum, layer.trainable = momentum, False


def trunk_of(model: keras.Model) -> keras.Model:
    """The frozen part: from (n, 160, 160, 3), RGB, 0..255, to maps (n, 10, 10, 1024)."""
    backbone = _backbone_of(model)
    faces = keras.Input((INPUT_SIZE, INPUT_SIZE, 3))
    lower = keras.Model(backbone.input, backbone.get_layer(TRUNK_END).output)
    return keras.Model(faces, lower(keras.applications.resnet50.preprocess_input(faces)))


def top_of(model: keras.Model) -> keras.Model:
    """The part that learns, sharing its layers with ``model``: from the trunk's maps to the logit."""
    pooling = _pooling_of(model)
    return keras.Model(pooling.input, _head_on(model, pooling.output))


def seed_everything(seed: int) -> None:
    """Seed all that Keras, TensorFlow and numpy draw: equal seeds give equal models on one machine."""
    keras.utils.set_random_seed(seed)


def train(
    model: keras.Model,
    maps: np.ndarray,
    rows: np.ndarray,
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
    maps : array of float, shape (n, 10, 10, 1024)
        What `trunk_of` makes of the faces; may be a memory map.
    rows : ndarray of int, shape (m,)
        Which of them are training faces.
    labels : ndarray of int, shape (n,)
        1 = fake.
    held_out : ndarray of bool, shape (m,)
        Training faces that are not learnt from: they say when to stop. They come out of the training part,
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
    if set(labels[rows[~held_out]]) != {0, 1}:
        raise TrainingError("the training part has only one class: add real and fake videos and extract again")
    seed_everything(seed)
    learnt, watched = rows[~held_out], rows[held_out]
    features = np.zeros((len(maps), model.get_layer("pooled").output.shape[-1]), np.float32)
    features[rows] = _pooling_of(model).predict(_Batches(maps, rows), verbose=0)
    entry = keras.Input(features.shape[1:])
    head = keras.Model(entry, _head_on(model, entry))
    head_losses = _fit(head, features, labels, learnt, watched, HEAD, seed, report)
    top_losses = _fit(top_of(model), maps, labels, learnt, watched, TOP, seed, report)
    return pd.concat([head_losses, top_losses], ignore_index=True)


def predict_from_maps(model: keras.Model, maps: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """P(fake) of the given rows of the trunk's maps, (n, 10, 10, 1024), to float64 (len(rows),)."""
    if not len(rows):
        return np.empty(0)
    return _sigmoid(top_of(model).predict(_Batches(maps, rows), verbose=0)[:, 0])


def predict(model: keras.Model, faces: np.ndarray) -> np.ndarray:
    """P(fake) of faces: uint8 (n, 160, 160, 3), RGB, to float64 (n,)."""
    if not len(faces):
        return np.empty(0)
    return _sigmoid(model.predict(faces, batch_size=BATCH_SIZE, verbose=0)[:, 0])


def save_model(path: Path, model: keras.Model) -> None:
    """Save the model, weights and preprocessing together, in Keras's own format."""
    with atomic_path(path) as temporary:
        model.save(temporary, include_optimizer=False)


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


class _Batches(keras.utils.PyDataset):
    """Batches of rows of an array that may be too large for memory, shuffled if there are labels."""

    def __init__(self, inputs: np.ndarray, rows: np.ndarray, labels: np.ndarray | None = None, seed: int = 0) -> None:
        super().__init__()
        self._inputs, self._labels, self._rows = inputs, labels, rows.copy()
        self._generator = np.random.default_rng(seed)
        self.on_epoch_end()

    def __len__(self) -> int:
        return -(-len(self._rows) // BATCH_SIZE)

    def __getitem__(self, place: int) -> np.ndarray | tuple[np.ndarray, np.ndarray]:
        rows = self._rows[place * BATCH_SIZE : (place + 1) * BATCH_SIZE]
        inputs = np.asarray(self._inputs[rows], np.float32)
        return inputs if self._labels is None else (inputs, self._labels[rows])

    def on_epoch_end(self) -> None:
        if self._labels is not None:
            self._generator.shuffle(self._rows)


def _fit(
    model: keras.Model,
    inputs: np.ndarray,
    labels: np.ndarray,
    learnt: np.ndarray,
    watched: np.ndarray,
    phase: Phase,
    seed: int,
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
    if len(watched):
        held_out_data = _Batches(inputs, watched, labels)
        weights_before, loss_before = model.get_weights(), model.evaluate(held_out_data, verbose=0)
        callbacks.append(keras.callbacks.EarlyStopping(patience=phase.patience, restore_best_weights=True))
    history = model.fit(
        _Batches(inputs, learnt, labels, seed),
        validation_data=held_out_data,
        epochs=phase.epochs,
        callbacks=callbacks,
        shuffle=False,  # the batches shuffle themselves
        verbose=0,
    ).history
    if len(watched) and not min(history["val_loss"]) < loss_before:
        model.set_weights(weights_before)
    losses = {"phase": phase.name, "epoch": range(1, len(history["loss"]) + 1), "loss": history["loss"]}
    return pd.DataFrame(losses | {"held_out_loss": history.get("val_loss")})


def _pooling_of(model: keras.Model) -> keras.Model:
    """The top stage with the mean over its map: from the trunk's maps to 2048 features."""
    backbone = _backbone_of(model)
    trunk_end = backbone.get_layer(TRUNK_END).output
    maps = keras.Input(trunk_end.shape[1:])
    return keras.Model(maps, model.get_layer("pooled")(keras.Model(trunk_end, backbone.output)(maps)))


def _head_on(model: keras.Model, features: keras.KerasTensor) -> keras.KerasTensor:
    return model.get_layer("logit")(model.get_layer("dropout")(features))


def _backbone_of(model: keras.Model) -> keras.Model:
    return model.get_layer("resnet50")


def _is_norm(layer: keras.layers.Layer) -> bool:
    return isinstance(layer, keras.layers.BatchNormalization)


def _sigmoid(logits: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logits.astype(np.float64)))


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
