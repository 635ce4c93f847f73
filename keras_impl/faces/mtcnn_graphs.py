"""MTCNN's three networks for OpenVINO, built from the weights that the mtcnn package ships: without TensorFlow.

The package's own networks remain the reference: tests compare the two.
"""

import math
import pickle
from collections.abc import Iterator
from importlib.util import find_spec
from io import SEEK_CUR, BytesIO
from pathlib import Path
from typing import Any

import lz4.frame
import numpy as np
import openvino as ov
from openvino import opset13 as ops

from keras_impl.core.graphs import Node, convolve, dense, max_pool
from keras_impl.errors import WeightsError, first_line

Weights = Iterator[np.ndarray]
"""Of a network, in the order of its layers."""


def build_pnet() -> ov.Model:
    """The first network.

    Returns
    -------
    Model
        Input: pictures (n, h, w, 3), uint8, RGB, of any size from 12 x 12; here and below the scaling to -1..1 is
        part of the network. Outputs, for each place: shares by which to move the sides of the box, (n, rows, columns,
        4), and probabilities of no face and face, (n, rows, columns, 2), float32.

    Raises
    ------
    WeightsError
        As of `build_onet`.
    """
    weights = _weights("pnet")
    pixels, x = _pictures(-1)
    x = max_pool(_convolve(x, weights), 2, is_padded=True)
    x = _convolve(_convolve(x, weights), weights)
    offsets = convolve(x, next(weights), next(weights))
    probabilities = ops.softmax(convolve(x, next(weights), next(weights)), 1)
    last = np.array([0, 2, 3, 1])
    return ov.Model([ops.result(ops.transpose(each, last)) for each in (offsets, probabilities)], [pixels], "pnet")


def build_rnet() -> ov.Model:
    """The second network.

    Returns
    -------
    Model
        Input: pictures (n, 24, 24, 3). Outputs: as of the first network, (n, 4) and (n, 2).

    Raises
    ------
    WeightsError
        As of `build_onet`.
    """
    weights = _weights("rnet")
    pixels, x = _pictures(24)
    x = max_pool(_convolve(x, weights), 3, is_padded=True)
    x = max_pool(_convolve(x, weights), 3)
    x = _flat(_convolve(x, weights), weights)
    offsets = dense(x, next(weights), next(weights))
    probabilities = ops.softmax(dense(x, next(weights), next(weights)), 1)
    return ov.Model([ops.result(each) for each in (offsets, probabilities)], [pixels], "rnet")


def build_onet() -> ov.Model:
    """The third network.

    Returns
    -------
    Model
        Input: pictures (n, 48, 48, 3). Outputs: as of the second network, and between them the landmarks, (n, 10),
        five shares of the box's width, then five of its height.

    Raises
    ------
    WeightsError
        If the file of weights in the mtcnn package is not what it should be.
    """
    weights = _weights("onet")
    pixels, x = _pictures(48)
    x = max_pool(_convolve(x, weights), 3, is_padded=True)
    x = max_pool(_convolve(x, weights), 3)
    x = max_pool(_convolve(x, weights), 2, is_padded=True)
    x = _flat(_convolve(x, weights), weights)
    offsets = dense(x, next(weights), next(weights))
    landmarks = dense(x, next(weights), next(weights))
    probabilities = ops.softmax(dense(x, next(weights), next(weights)), 1)
    return ov.Model([ops.result(each) for each in (offsets, landmarks, probabilities)], [pixels], "onet")


def _pictures(side: int) -> tuple[Node, Node]:
    """What a network takes, and the same as -1..1, (n, 3, side, side)."""
    pixels = ops.parameter([-1, side, side, 3], np.uint8, "pictures")
    numbers = ops.convert(ops.transpose(pixels, np.array([0, 3, 1, 2])), "f32")  # in this order it is an eighth faster
    return pixels, ops.multiply(ops.subtract(numbers, np.float32(127.5)), np.float32(1 / 128))


def _convolve(x: Node, weights: Weights) -> Node:
    """A convolution and its activation, which has a slope below 0."""
    return ops.prelu(convolve(x, next(weights), next(weights)), next(weights).ravel())


def _flat(x: Node, weights: Weights) -> Node:
    """A dense layer and its activation, on maps that are laid out column by column."""
    columns = ops.reshape(ops.transpose(x, np.array([0, 3, 2, 1])), np.array([0, -1]), special_zero=True)
    return ops.prelu(dense(columns, next(weights), next(weights)), next(weights))


def _weights(name: str) -> Weights:
    """A network's weights; found without importing the package, which would load TensorFlow."""
    spec = find_spec("mtcnn")
    places = spec.submodule_search_locations if spec else None
    assert places  # it is among this package's requirements
    return iter(read_weights(Path(places[0], "assets", "weights", f"{name}.lz4")))


def read_weights(path: Path) -> list[np.ndarray]:
    """Read the arrays in a file of the mtcnn package: a list that joblib wrote, packed with lz4.

    Such a file is a pickle, but nothing in it can run code: of classes only those that make up an array are known.

    Raises
    ------
    WeightsError
        If it can't be read, or there is anything else in it.
    """

    class Array:
        """What stands in the pickle for an array, whose bytes follow it after a gap that aligns them."""

        def __setstate__(self, state: dict[str, Any]) -> None:
            stream.seek(stream.read(1)[0], SEEK_CUR)
            kind, shape = state["dtype"], state["shape"]
            values = np.frombuffer(stream.read(kind.itemsize * math.prod(shape)), kind)
            self.values = values.reshape(shape, order=state["order"]).copy()

    known = {"joblib.numpy_pickle.NumpyArrayWrapper": Array, "numpy.ndarray": np.ndarray, "numpy.dtype": np.dtype}

    class Reader(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> Any:
            return known[f"{module}.{name}"]

    try:
        stream = BytesIO(lz4.frame.decompress(path.read_bytes()))
        return [array.values for array in Reader(stream).load()]
    except (OSError, RuntimeError, pickle.UnpicklingError, *_MISSING_OR_WRONG) as error:
        raise WeightsError(f"{path} can't be read ({first_line(error)}): install mtcnn again") from None


_MISSING_OR_WRONG = (AttributeError, EOFError, IndexError, KeyError, TypeError, ValueError)
"""What else unpickling raises, by the bytes that are."""
