"""ResNet50 (He et al. 2016, arXiv 1512.03385), as Keras's applications have it, without its normalisation layers.

Batch normalisation stays as ImageNet left it, so it is a constant factor, and is multiplied into the convolutions:
exactly the same network, a third faster.
"""

from keras_impl.core.tensorflow import keras  # isort: skip

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from keras_impl.errors import WeightsError, first_line
from keras_impl.models import shipped
from keras_impl.models.resnet import NAME
from keras_impl.models.resnet.config import NetworkConfig
from keras_impl.models.trained import read_trained

SHIPPED = shipped.FOLDER / NAME

TITLE = "ResNet50"

OFFLINE_SECONDS = 20
"""How long a silent server is waited for before it counts as out of reach."""


def stages(x: keras.KerasTensor, config: NetworkConfig, dtype: str) -> list[keras.KerasTensor]:
    """As `keras_impl.models.resnet.backbones.BackboneModule` says; convolutions are named as in Keras's ResNet50."""
    layers, maps = keras.layers, []
    x = layers.ZeroPadding2D(3, dtype=dtype)(x)
    x = layers.Conv2D(64, 7, strides=2, activation="relu", dtype=dtype, name="conv1_conv")(x)
    x = layers.ZeroPadding2D(1, dtype=dtype)(x)
    x = layers.MaxPooling2D(3, strides=2, dtype=dtype)(x)
    for stage in config.stages:
        for block in range(1, stage.blocks + 1):
            name, out = f"conv{stage.number}_block{block}", stage.name if block == stage.blocks else None
            x = _block(x, stage.filters, name, out, stage.number > 2 and block == 1, dtype)
        maps.append(x)
    return maps


def load(weights: str, shape: tuple[int, ...]) -> keras.Model:
    """Keras's ResNet50 without its top; as `keras_impl.models.resnet.network.load_backbone` says."""
    if weights == "imagenet":
        try:
            with _impatient():
                return keras.applications.ResNet50(include_top=False, weights="imagenet", input_shape=shape)
        except Exception as error:  # Keras raises a bare Exception when its download fails
            raise WeightsError(
                f"Keras's ImageNet weights can't be downloaded ({first_line(error)}): give a weights file with "
                "--backbone-weights FILE, or start from the detector that comes with the package with "
                "--backbone-weights pretrained, or from random weights with none"
            ) from None
    backbone = keras.applications.ResNet50(include_top=False, weights=None, input_shape=shape)
    if weights == "pretrained":
        _take_from(backbone, *_shipped())
    elif weights != "none":
        if not Path(weights).is_file() or not weights.endswith(".h5"):
            raise WeightsError(
                f"{weights} is not a .h5 file: --backbone-weights takes imagenet, pretrained, none or such a file"
            )
        try:
            backbone.load_weights(weights)
        except (OSError, ValueError, KeyError) as error:
            raise WeightsError(f"{weights} doesn't fit ResNet50 without top ({first_line(error)})") from None
    return backbone


def transfer(source: keras.Model, model: keras.Model, config: NetworkConfig) -> None:
    """Set convolutions to those of Keras's ResNet50, with the normalisation after each multiplied in."""
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D):
            norm = source.get_layer(layer.name.removesuffix("conv") + "bn")
            kernel, bias = source.get_layer(layer.name).get_weights()
            factor, shift, mean, variance = norm.get_weights()
            factor = factor / np.sqrt(variance + norm.epsilon)
            scale = config.input_scale if layer.name == "conv1_conv" else 1
            layer.set_weights([kernel * factor / scale, (bias - mean) * factor + shift])


def _shipped() -> tuple[keras.Model, NetworkConfig]:
    """The detector of faces that comes with the package, and its config."""
    from keras_impl.models.resnet import network

    trained = read_trained(SHIPPED, NAME, network.MODEL_NAME, NetworkConfig)
    return network.load_model(trained.path, trained.network), trained.network


def _take_from(backbone: keras.Model, model: keras.Model, config: NetworkConfig) -> None:
    """Set Keras's ResNet50 to a trained model's convolutions, so that `transfer` gives just these again."""
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D):
            kernel, bias = layer.get_weights()
            scale = config.input_scale if layer.name == "conv1_conv" else 1
            backbone.get_layer(layer.name).set_weights([kernel * scale, bias])
            norm = backbone.get_layer(layer.name.removesuffix("conv") + "bn")
            ones, zeros = np.ones(len(bias)), np.zeros(len(bias))
            norm.set_weights([ones, zeros, zeros, ones - norm.epsilon])


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


@contextmanager
def _impatient() -> Iterator[None]:
    """Let connections that Keras opens give up after `OFFLINE_SECONDS`."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(OFFLINE_SECONDS)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
