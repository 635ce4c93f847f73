"""FaceNet's network for OpenVINO, built from the numbers in a file of weights: without Keras.

It is Inception-ResNet-v1 (Szegedy et al. 2016, arXiv 1602.07261) as FaceNet's weights were trained with it; layers are
found by their names. keras-facenet's network remains the reference, and a test compares the two.
"""

from pathlib import Path

import h5py
import numpy as np
import openvino as ov
from openvino import opset13 as ops

from keras_impl.core.graphs import Node, around, channels_of, convolve, dense, max_pool
from keras_impl.errors import WeightsError, first_line
from keras_impl.models.facenet import DIMENSIONS, INPUT_SIZE

EPSILON = 1e-3
"""Added to the variance in a batch normalisation."""

Branches = tuple[tuple[tuple[str, int], ...], ...]
"""Convolutions of each branch of a block: the end of the name, which ends in the kernel's size, and channels."""

BLOCK35: Branches = (
    (("1x1", 32),),
    (("0a_1x1", 32), ("0b_3x3", 32)),
    (("0a_1x1", 32), ("0b_3x3", 32), ("0c_3x3", 32)),
)
MIXED_6A: Branches = ((("1a_3x3", 384),), (("0a_1x1", 192), ("0b_3x3", 192), ("1a_3x3", 256)))
BLOCK17: Branches = ((("1x1", 128),), (("0a_1x1", 128), ("0b_1x7", 128), ("0c_7x1", 128)))
MIXED_7A: Branches = (
    (("0a_1x1", 256), ("1a_3x3", 384)),
    (("0a_1x1", 256), ("1a_3x3", 256)),
    (("0a_1x1", 256), ("0b_3x3", 256), ("1a_3x3", 256)),
)
BLOCK8: Branches = ((("1x1", 192),), (("0a_1x1", 192), ("0b_1x3", 192), ("0c_3x1", 192)))


def build_graph(path: Path) -> ov.Model:
    """FaceNet with weights from a file.

    Parameters
    ----------
    path : Path
        HDF5, as Keras writes it: a whole 128-d model, or its weights.

    Returns
    -------
    Model
        Input: faces (n, 160, 160, 3), RGB, standardised, float32. Output: (n, 128), of any length: without the
        normalisation in which keras-facenet's network ends.

    Raises
    ------
    WeightsError
        If the file can't be read, or doesn't fit the network.
    """
    try:
        with h5py.File(path) as file:
            return _Network(file).build()
    except (KeyError, OSError, RuntimeError, TypeError, ValueError) as error:
        reason = first_line(error)
        raise WeightsError(f"{path} doesn't hold 128-d FaceNet weights ({reason}): give another file") from None


class _Network:
    """The network's parts, with the weights of a file."""

    def __init__(self, file: h5py.File) -> None:
        self._layers = file.get("model_weights", file)  # a whole model has them in there

    def build(self) -> ov.Model:
        faces = ops.parameter([-1, INPUT_SIZE, INPUT_SIZE, 3], np.float32, "faces")
        x = ops.transpose(faces, np.array([0, 3, 1, 2]))
        x = self._convolve(x, "Conv2d_1a_3x3", 32, strides=2)
        x = self._convolve(x, "Conv2d_2a_3x3", 32)
        x = self._convolve(x, "Conv2d_2b_3x3", 64, is_padded=True)
        x = max_pool(x, 3)
        x = self._convolve(x, "Conv2d_3b_1x1", 80)
        x = self._convolve(x, "Conv2d_4a_3x3", 192)
        x = self._convolve(x, "Conv2d_4b_3x3", 256, strides=2)
        for number in range(1, 6):
            x = ops.relu(self._residual(x, f"Block35_{number}", BLOCK35, 0.17))
        x = ops.concat([*self._branches(x, "Mixed_6a", MIXED_6A), max_pool(x, 3)], 1)
        for number in range(1, 11):
            x = ops.relu(self._residual(x, f"Block17_{number}", BLOCK17, 0.1))
        x = ops.concat([*self._branches(x, "Mixed_7a", MIXED_7A), max_pool(x, 3)], 1)
        for number in range(1, 6):
            x = ops.relu(self._residual(x, f"Block8_{number}", BLOCK8, 0.2))
        x = self._residual(x, "Block8_6", BLOCK8, 1.0)
        features = ops.reduce_mean(x, np.array([2, 3]))
        (kernel,) = self._read("Bottleneck", (channels_of(x), DIMENSIONS))
        scale, offset = self._normalisation("Bottleneck", DIMENSIONS)
        return ov.Model([ops.result(dense(features, kernel * scale, offset))], [faces], "facenet")

    def _residual(self, x: Node, block: str, branches: Branches, share: float) -> Node:
        """A map, and a share of what the branches find in it."""
        mixed, channels = ops.concat(self._branches(x, block, branches), 1), channels_of(x)
        kernel, bias = self._read(f"{block}_Conv2d_1x1", (1, 1, channels_of(mixed), channels), (channels,))
        return ops.add(x, convolve(mixed, kernel * np.float32(share), bias * np.float32(share)))

    def _branches(self, x: Node, block: str, branches: Branches) -> list[Node]:
        """The map that each branch ends in; a convolution called 1a halves it."""
        ends = []
        for number, steps in enumerate(branches):
            end = x
            for name, channels in steps:
                halves = name.startswith("1a")
                layer = f"{block}_Branch_{number}_Conv2d_{name}"
                end = self._convolve(end, layer, channels, 2 if halves else 1, is_padded=not halves)
            ends.append(end)
        return ends

    def _convolve(self, x: Node, layer: str, channels: int, strides: int = 1, is_padded: bool = False) -> Node:
        """A convolution, its batch normalisation as part of it, and the activation."""
        rows, columns = (int(side) for side in layer.rpartition("_")[2].split("x"))
        (kernel,) = self._read(layer, (rows, columns, channels_of(x), channels))
        scale, offset = self._normalisation(layer, channels)
        return ops.relu(convolve(x, kernel * scale, offset, strides, around(kernel) if is_padded else (0, 0)))

    def _normalisation(self, layer: str, channels: int) -> tuple[np.ndarray, np.ndarray]:
        """By what a layer's batch normalisation multiplies each channel, and what it then adds."""
        beta, mean, variance = self._read(f"{layer}_BatchNorm", (channels,), (channels,), (channels,))
        scale = 1 / np.sqrt(variance + np.float32(EPSILON))
        return scale, beta - mean * scale

    def _read(self, layer: str, *shapes: tuple[int, ...]) -> list[np.ndarray]:
        """A layer's weights, whose shapes are looked at first: a small file can claim terabytes."""
        group = self._layers[layer]
        found = [group[name] for name in group.attrs["weight_names"]]
        if [each.shape for each in found] != list(shapes):
            raise ValueError(f"{layer} has another shape")
        return [each[()].astype(np.float32, copy=False) for each in found]
