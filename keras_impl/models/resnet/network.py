"""Approach 2: ResNet50 (He et al. 2016, arXiv 1512.03385) on face crops, or spectrograms, themselves: the network.

What a forgery leaves behind is small: edges, blur, noise that doesn't match. Stages 2 to 4 see it,
each at its own scale, so the mean and the root mean square over each one's map are the features, and
stage 5, which knows about whole objects, is left out.

The model takes windows of faces or segments of sound as they are and gives one calibrated logit; all that it
needs is part of it, so that nobody who loads the file can forget a step. Batch normalisation stays as ImageNet
left it, so it is a constant factor, and is multiplied into the convolutions: exactly the same network, a third
faster.
"""

from keras_impl.core.tensorflow import keras, tf  # isort: skip

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from scipy.special import expit

from keras_impl.core.storage import atomic_path
from keras_impl.errors import DataError, WeightsError, first_line
from keras_impl.models.resnet.config import FacePicture, NetworkConfig
from keras_impl.models.resnet.face_view import build_view
from keras_impl.models.resnet.spectrogram import build_spectrogram

MODEL_NAME = "model.keras"

BATCH_SIZE = 32

OFFLINE_SECONDS = 20
"""How long a silent server is waited for before it counts as out of reach."""


def build_front(config: NetworkConfig) -> keras.Model:
    """The network from samples to pictures, in the range that ImageNet's ResNet50 takes."""
    picture = config.picture
    return build_view(picture) if isinstance(picture, FacePicture) else build_spectrogram(picture)


def load_backbone(weights: str, config: NetworkConfig) -> keras.Model:
    """Load Keras's ResNet50 without its top.

    Parameters
    ----------
    weights : str
        ``"imagenet"`` (Keras's own, downloaded), ``"none"`` (random), or the path of a weights
        file for ``keras.applications.ResNet50(include_top=False)``.
    config : NetworkConfig

    Raises
    ------
    WeightsError
        If the weights can't be had or don't fit.
    """
    shape = build_front(config).output_shape[1:]
    if weights == "imagenet":
        try:
            with _impatient():
                return keras.applications.ResNet50(include_top=False, weights="imagenet", input_shape=shape)
        except Exception as error:  # Keras raises a bare Exception when its download fails
            raise WeightsError(
                f"Keras's ImageNet weights can't be downloaded ({first_line(error)}): give a weights file with "
                "--backbone-weights FILE, or start from random weights with --backbone-weights none"
            ) from None
    backbone = keras.applications.ResNet50(include_top=False, weights=None, input_shape=shape)
    if weights != "none":
        if not Path(weights).is_file() or not weights.endswith(".h5"):
            raise WeightsError(f"{weights} is not a .h5 file: --backbone-weights takes imagenet, none or such a file")
        try:
            backbone.load_weights(weights)
        except (OSError, ValueError, KeyError) as error:
            raise WeightsError(f"{weights} doesn't fit ResNet50 without top ({first_line(error)})") from None
    return backbone


def adapt_batch_statistics(backbone: keras.Model, inputs: np.ndarray, config: NetworkConfig) -> None:
    """Give a backbone with random weights the batch statistics of real samples.

    With the initial ones (mean 0, variance 1), batch normalisation would do nothing. One pass over
    samples in training mode, with no memory of what was there before, sets each layer's statistics to
    those that it meets.

    Parameters
    ----------
    backbone : keras.Model
        From `load_backbone`, with the same config.
    inputs : ndarray, shape (n, ...)
        Samples as the model takes them; a hundred are enough.
    config : NetworkConfig
    """
    for layer in backbone.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.0
    pictures = build_front(config)(tf.constant(inputs, tf.float32))
    backbone(pictures, training=True)


def build_model(backbone: keras.Model, config: NetworkConfig, dtype: str = "float32") -> keras.Model:
    """Build the classifier on a backbone's weights, with a head that is still to be fitted.

    Parameters
    ----------
    backbone : keras.Model
        From `load_backbone`, with the same config.
    config : NetworkConfig
    dtype : {"float32", "mixed_bfloat16"}, default "float32"
        What the convolutions compute in; weights and features are float32 in any case.

    Returns
    -------
    keras.Model
        Input: faces (n, size, size, 3), RGB, 0..255, or sounds (n, samples), 16 bits; output (n, 1), the
        logit of P(fake). Layers to know:
        ``features``, ``standardised``, ``margin`` (the head) and ``logit`` (the calibration, at
        first the margin itself).
    """
    model = _network(config, dtype)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D):
            norm = backbone.get_layer(layer.name.removesuffix("conv") + "bn")
            kernel, bias = backbone.get_layer(layer.name).get_weights()
            factor, shift, mean, variance = norm.get_weights()
            factor = factor / np.sqrt(variance + norm.epsilon)
            scale = config.input_scale if layer.name == "conv1_conv" else 1
            layer.set_weights([kernel * factor / scale, (bias - mean) * factor + shift])
    return model


def in_float32(model: keras.Model, config: NetworkConfig) -> keras.Model:
    """The same model computing in float32, for machines that know nothing else."""
    converted = _network(config, "float32")
    converted.set_weights(model.get_weights())
    return converted


def predict(model: keras.Model, inputs: np.ndarray) -> np.ndarray:
    """P(fake) of samples as the model takes them, (n, ...): float64 (n,)."""
    if not len(inputs):
        return np.empty(0)
    return expit(model.predict(inputs, batch_size=BATCH_SIZE, verbose=0)[:, 0].astype(np.float64))


def save_model(path: Path, model: keras.Model) -> None:
    """Save the model, weights and preprocessing together, in Keras's own format."""
    with atomic_path(path) as temporary:
        model.save(temporary, include_optimizer=False)


def load_model(path: Path, config: NetworkConfig) -> keras.Model:
    """Load a model saved by `save_model`: its numbers only, into the network that its card's config describes.

    So whatever else the file says it is, or wants to have run, is never looked at.

    Parameters
    ----------
    path : Path
    config : NetworkConfig
        That of its card.

    Raises
    ------
    DataError
        If the file is missing, damaged, or not such a model.
    """
    advice = "run python -m keras_impl.train_resnet to make it"
    if not path.is_file():
        raise DataError(f"{path} is missing: {advice}")
    try:
        model = _network(config, "float32")
        model.load_weights(path)
        return model
    except Exception as error:  # Keras passes on whatever its zip and HDF5 readers raise
        raise DataError(f"{path} can't be loaded ({first_line(error)}): {advice}") from None


def _network(config: NetworkConfig, dtype: str) -> keras.Model:
    """The classifier with random weights; convolutions are named as in Keras's ResNet50."""
    layers = keras.layers
    front = build_front(config)
    x = layers.Rescaling(config.input_scale)(front.output)
    x = layers.ZeroPadding2D(3, dtype=dtype)(x)
    x = layers.Conv2D(64, 7, strides=2, activation="relu", dtype=dtype, name="conv1_conv")(x)
    x = layers.ZeroPadding2D(1, dtype=dtype)(x)
    x = layers.MaxPooling2D(3, strides=2, dtype=dtype)(x)
    features = []
    for stage in config.stages:
        for block in range(1, stage.blocks + 1):
            out = stage.name if block == stage.blocks else None
            x = _block(
                x, stage.filters, f"conv{stage.number}_block{block}", out, stage.number > 2 and block == 1, dtype
            )
        features += [_mean(x), keras.ops.sqrt(_mean(keras.ops.square(x)) + keras.config.epsilon())]
    joined = layers.Concatenate(dtype="float32", name="features")(features)
    # Frozen, with the training faces' mean and variance, this is a plain standardisation.
    standardise = layers.BatchNormalization(
        center=False, scale=False, epsilon=1e-12, trainable=False, dtype="float32", name="standardised"
    )
    margin = layers.Dense(1, dtype="float32", name="margin")(standardise(joined))
    calibrate = layers.Dense(1, kernel_initializer="ones", trainable=False, dtype="float32", name="logit")
    return keras.Model(front.input, calibrate(margin), name="deepfake_resnet50")


def _block(
    x: keras.KerasTensor, filters: int, name: str, out: str | None, halves: bool, dtype: str
) -> keras.KerasTensor:
    """One residual block; a stage's first one brings its input to the right form too, its last one bears its name."""

    def convolve(x: keras.KerasTensor, filters: int, size: int, part: int, **options: object) -> keras.KerasTensor:
        return keras.layers.Conv2D(filters, size, padding="same", name=f"{name}_{part}_conv", dtype=dtype, **options)(x)

    strides = 2 if halves else 1
    shortcut = convolve(x, 4 * filters, 1, 0, strides=strides) if name.endswith("block1") else x
    x = convolve(x, filters, 1, 1, strides=strides, activation="relu")
    x = convolve(x, filters, 3, 2, activation="relu")
    x = convolve(x, 4 * filters, 1, 3)
    return keras.layers.ReLU(name=out or f"{name}_out", dtype=dtype)(keras.layers.Add(dtype=dtype)([shortcut, x]))


def _mean(maps: keras.KerasTensor) -> keras.KerasTensor:
    return keras.layers.GlobalAveragePooling2D(dtype="float32")(maps)


@contextmanager
def _impatient() -> Iterator[None]:
    """Let connections that Keras opens give up after `OFFLINE_SECONDS`."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(OFFLINE_SECONDS)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
