"""The trained network for OpenVINO, built from the numbers in its file: without Keras, so that a verdict needn't wait.

It is the same network as `keras_impl.models.resnet.network` and `keras_impl.models.resnet.heat_maps.add_maps` build;
that remains the reference, and tests compare the two.
"""

import io
import json
import zipfile
import zlib
from pathlib import Path

import h5py
import numpy as np
import openvino as ov
from openvino import opset13 as ops

from keras_impl.core.graphs import Node, around, constant, convolve
from keras_impl.errors import DataError, first_line
from keras_impl.models.resnet.config import FacePicture, NetworkConfig, SpectrogramPicture, Stage

IMAGENET_MEANS = (103.939, 116.779, 123.68)
"""Of blue, green and red, as Keras's ``resnet50.preprocess_input`` takes them away."""

EPSILON = 1e-7
"""Keras's, under the root of the root mean square."""

MEL_FACTOR, MEL_BREAK = 1127.0, 700.0
"""Mels are the former times the logarithm of 1 plus hertz over the latter, as in the Hidden Markov Model Toolkit."""

UNREADABLE = (
    *(OSError, KeyError, TypeError, ValueError, RecursionError, NotImplementedError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error),
)
"""What reading such a file raises where it is damaged, or made by somebody who wishes no good."""


class Weights:
    """The numbers of a model's file.

    Parameters
    ----------
    path : Path
        Saved by `keras_impl.models.resnet.network.save_model`.

    Raises
    ------
    DataError
        If it can't be read, or something is missing in it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with zipfile.ZipFile(path) as archive:
                layers = json.loads(archive.read("config.json"))["config"]["layers"]
                content = archive.read("model.weights.h5")
            # Keras numbers layers by kind, in the order of its list
            convolutions = [layer["config"]["name"] for layer in layers if layer["class_name"] == "Conv2D"]
            self._places = {
                name: f"conv2d_{number}" if number else "conv2d" for number, name in enumerate(convolutions)
            }
            self._file = h5py.File(io.BytesIO(content))
        except UNREADABLE as error:
            raise DataError(f"{path} can't be loaded ({first_line(error)}): take it again from where it is") from None

    def convolution(self, name: str, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
        """Kernel and bias of a convolution, float32 (height, width, in, out) and (out,), by its name in Keras."""
        kernel, bias = self._read(self._places.get(name, name), shape, shape[3:])
        return kernel, bias

    def standardisation(self, features: int) -> tuple[np.ndarray, np.ndarray]:
        """Mean and variance of each feature: float32 (features,)."""
        mean, variance = self._read("batch_normalization", (features,), (features,))
        return mean, variance

    def dense(self, name: str, inputs: int) -> tuple[np.ndarray, np.ndarray]:
        """Kernel and bias of a layer with one output, "dense" (the head) or "dense_1" (the calibration)."""
        kernel, bias = self._read(name, (inputs, 1), (1,))
        return kernel, bias

    def _read(self, place: str, *shapes: tuple[int, ...]) -> list[np.ndarray]:
        try:
            found = [self._file[f"layers/{place}/vars/{number}"] for number in range(2)]
            if [each.shape for each in found] == list(
                shapes
            ):  # before anything is read: a small file can claim terabytes
                return [
                    each[()].astype(np.float32, copy=False) for each in found
                ]  # HDF5 itself would convert them slowly
        except (AttributeError, KeyError, TypeError, ValueError, OSError):
            pass
        raise DataError(f"{self._path} doesn't fit the network that its card describes: take both again")


def build_graph(path: Path, config: NetworkConfig) -> ov.Model:
    """The network with its maps; inputs and outputs as of `keras_impl.models.resnet.heat_maps.explained_network`.

    Parameters
    ----------
    path : Path
        The model's file.
    config : NetworkConfig
        That of its card; its backbone is ResNet50.

    Raises
    ------
    DataError
        If the file can't be read or doesn't fit.
    """
    weights, picture = Weights(path), config.picture
    if isinstance(picture, FacePicture):
        inputs = ops.parameter([-1, picture.size, picture.size, 3], np.uint8, "faces")
        x = _face_view(ops.convert(inputs, "f32"))
    else:
        inputs = ops.parameter([-1, picture.samples], np.int16, "sounds")
        x = _spectrogram(ops.convert(inputs, "f32"), picture)
    x = ops.multiply(x, np.float32(config.input_scale))
    features, maps = [], []
    for stage in _stages(x, config, weights):
        mean = ops.reduce_mean(stage, np.array([2, 3]), keep_dims=True)
        rms = ops.sqrt(
            ops.add(ops.reduce_mean(ops.multiply(stage, stage), np.array([2, 3]), True), np.float32(EPSILON))
        )
        features += [mean, rms]
        maps.append((stage, rms))
    joined = ops.squeeze(ops.concat(features, 1), np.array([2, 3]))
    count = sum(2 * 4 * stage.filters for stage in config.stages)
    mean, variance = weights.standardisation(count)
    head, bias = weights.dense("dense", count)
    (slope,), offset = weights.dense("dense_1", 1)
    by_feature = head[:, 0] / np.sqrt(variance + np.float32(1e-12))
    margin = ops.add(ops.matmul(ops.subtract(joined, mean), by_feature[:, None], False, False), bias)
    logits = ops.add(ops.multiply(margin, slope), offset)
    shares = _shares(maps, slope[0] * by_feature, mean)
    return ov.Model([ops.result(each) for each in (logits, *shares)], [inputs], "resnet50")


def _shares(maps: list[tuple[Node, Node]], by_feature: np.ndarray, mean: np.ndarray) -> list[Node]:
    """Of each stage's places in the logit, (n, height, width)."""
    shares, place = [], 0
    for stage, rms in maps:
        _, channels, rows, columns = stage.get_output_partial_shape(0)
        channels, places = channels.get_length(), rows.get_length() * columns.get_length()
        parts = [slice(place + part * channels, place + (part + 1) * channels) for part in (0, 1)]
        of_mean, of_rms = (by_feature[part].reshape(1, -1, 1, 1) for part in parts)
        average = float(by_feature[parts[0]] @ mean[parts[0]] + by_feature[parts[1]] @ mean[parts[1]])
        each = ops.add(ops.multiply(stage, of_mean), ops.multiply(ops.divide(ops.multiply(stage, stage), rms), of_rms))
        total = ops.reduce_sum(each, np.array([1]))
        shares.append(ops.divide(ops.subtract(total, np.float32(average)), np.float32(places)))
        place += 2 * channels
    return shares


def _face_view(faces: Node) -> Node:
    """Pictures, (n, 3, size, size): blue, green, red, less ImageNet's means."""
    channels = ops.gather(faces, np.array([2, 1, 0]), np.array(3))
    return ops.transpose(ops.subtract(channels, np.array(IMAGENET_MEANS, np.float32)), np.array([0, 3, 1, 2]))


def _spectrogram(sounds: Node, picture: SpectrogramPicture) -> Node:
    """Pictures, (n, 3, rows, bands): as of `keras_impl.models.resnet.spectrogram.build_spectrogram`."""
    scaled = ops.unsqueeze(ops.multiply(sounds, np.float32(1 / picture.full_scale)), np.array(1))
    reach = picture.fft // 2
    padded = ops.pad(scaled, np.array([0, 0, reach]), np.array([0, 0, reach]), "reflect")
    waves = ops.convolution(padded, constant(_fourier(picture)), [picture.hop], [0], [0], [1])  # (n, 2 bins, rows + 1)
    squares = ops.multiply(waves, waves)
    bins = picture.fft // 2 + 1
    both = ops.split(squares, np.array(1), 2)
    power = ops.transpose(ops.add(both.output(0), both.output(1)), np.array([0, 2, 1]))
    bands = ops.matmul(power, constant(mel_filters(picture, bins)), False, False)
    decibels = ops.multiply(ops.log(ops.maximum(bands, np.float32(picture.least_power))), np.float32(10 / np.log(10)))
    rows = ops.slice(decibels, np.array([0]), np.array([picture.rows]), np.array([1]), np.array([1]))
    levels = ops.divide(ops.subtract(rows, np.float32(picture.dark)), np.float32(picture.range))
    pixels = ops.subtract(ops.multiply(ops.clamp(levels, -0.5, 1.5), np.float32(255)), np.float32(picture.grey))
    return ops.tile(ops.unsqueeze(pixels, np.array(1)), np.array([1, 3, 1, 1]))


def _fourier(picture: SpectrogramPicture) -> np.ndarray:
    """Kernels that give real and imaginary part of each frequency of a window: float32 (2 bins, 1, fft)."""
    window = np.zeros(picture.fft)
    start = (picture.fft - picture.window) // 2
    window[start : start + picture.window] = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(picture.window) / picture.window)
    phases = 2 * np.pi * np.outer(np.arange(picture.fft // 2 + 1), np.arange(picture.fft)) / picture.fft
    return (np.concatenate([np.cos(phases), -np.sin(phases)]) * window)[:, None].astype(np.float32)


def mel_filters(picture: SpectrogramPicture, bins: int) -> np.ndarray:
    """Triangles in mels, each 1 at its middle: float32 (bins, bands)."""

    def mels(hertz: np.ndarray | float) -> np.ndarray:
        return MEL_FACTOR * np.log1p(np.asarray(hertz) / MEL_BREAK)

    at = mels(np.linspace(0, picture.sample_rate / 2, bins))[:, None]
    edges = np.linspace(mels(picture.lowest), mels(picture.highest), picture.bands + 2)
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    filters = np.maximum(0, np.minimum((at - low) / (middle - low), (high - at) / (high - middle)))
    filters[0] = 0  # no frequency at all belongs to no band
    return filters.astype(np.float32)


def _stages(x: Node, config: NetworkConfig, weights: Weights) -> list[Node]:
    """The map of each stage, (n, channels, height, width): as of `keras_impl.models.resnet.resnet50.stages`."""
    x = convolve(x, *weights.convolution("conv1_conv", (7, 7, 3, 64)), strides=2, padding=(3, 3))
    x = ops.relu(x)
    padded = ops.pad(x, np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1]), "constant", np.float32(0))
    x = ops.max_pool(padded, [2, 2], [1, 1], [0, 0], [0, 0], [3, 3]).output(0)
    maps, channels = [], 64
    for stage in config.stages:
        for block in range(1, stage.blocks + 1):
            x, channels = _block(x, channels, stage, block, weights)
        maps.append(x)
    return maps


def _block(x: Node, channels: int, stage: Stage, block: int, weights: Weights) -> tuple[Node, int]:
    name, filters, wide = f"conv{stage.number}_block{block}", stage.filters, 4 * stage.filters
    strides = 2 if stage.number > 2 and block == 1 else 1

    def layer(x: Node, part: int, shape: tuple[int, ...], strides: int = 1) -> Node:
        kernel, bias = weights.convolution(f"{name}_{part}_conv", shape)
        return convolve(x, kernel, bias, strides, around(kernel))

    shortcut = layer(x, 0, (1, 1, channels, wide), strides) if block == 1 else x
    y = ops.relu(layer(x, 1, (1, 1, channels, filters), strides))
    y = ops.relu(layer(y, 2, (3, 3, filters, filters)))
    y = layer(y, 3, (1, 1, filters, wide))
    return ops.relu(ops.add(shortcut, y)), wide
