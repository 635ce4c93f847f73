"""Layers for OpenVINO with weights as Keras keeps them: what graphs that are built from files have in common.

Maps are (n, channels, height, width).
"""

from typing import Any

import numpy as np
from openvino import opset1
from openvino import opset13 as ops

Node = Any
"""Of a graph; OpenVINO's own types say no more."""


def constant(values: np.ndarray) -> Node:
    """Numbers for a graph, in the array's own memory: from an array given to a layer they are copied one by one."""
    return ops.constant(values, shared_memory=True)


def convolve(
    x: Node, kernel: np.ndarray, bias: np.ndarray, strides: int = 1, padding: tuple[int, int] = (0, 0)
) -> Node:
    """A convolution: kernel (height, width, in, out), bias (out,), zeros above and left, as many below and right."""
    filters = np.ascontiguousarray(kernel.transpose(3, 2, 0, 1))
    convolved = ops.convolution(x, constant(filters), [strides, strides], padding, padding, [1, 1])
    return ops.add(convolved, bias.reshape(1, -1, 1, 1))


def around(kernel: np.ndarray) -> tuple[int, int]:
    """The padding with which a convolution of odd sides keeps the size of its map."""
    return (kernel.shape[0] - 1) // 2, (kernel.shape[1] - 1) // 2


def max_pool(x: Node, side: int, is_padded: bool = False) -> Node:
    """The largest value of every second square; with padding, squares may reach out of the map, as Keras's "same"."""
    padding = "same_upper" if is_padded else "valid"
    return opset1.max_pool(x, [2, 2], [0, 0], [0, 0], [side, side], auto_pad=padding)  # later ones tell places, too


def dense(x: Node, kernel: np.ndarray, bias: np.ndarray) -> Node:
    """A dense layer: x (n, in), kernel (in, out), bias (out,)."""
    return ops.add(ops.matmul(x, constant(kernel), False, False), bias)


def channels_of(x: Node) -> int:
    """How many a map has."""
    return x.get_output_partial_shape(0)[1].get_length()
