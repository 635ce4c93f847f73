"""ONNX: the graph of OpenVINO, operation by operation.

So there is one description of the network, not two, and no converter between it and the file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import openvino as ov
from onnx import helper, numpy_helper

from keras_impl.errors import DataError
from keras_impl.exporting.formats import Run
from keras_impl.exporting.graph import detector_graph
from keras_impl.exporting.interface import OUTPUT, interface_of
from keras_impl.models.trained import TrainedModel

OPSET, IR_VERSION = 17, 8
"""Known to every ONNX Runtime since 2022."""

Operation = Any
"""A node of OpenVINO's; its own types say no more."""


@dataclass(frozen=True)
class Translated:
    """What an operation is called in ONNX.

    Attributes
    ----------
    kind : str
    taken : int
        How many of OpenVINO's inputs are ONNX's, from the first on.
    further : tuple of ndarray
        Inputs of ONNX's after these.
    attributes : dict
    """

    kind: str
    taken: int = 1
    further: tuple[np.ndarray, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)


def write(trained: TrainedModel, half: bool, path: Path) -> None:
    """As of `keras_impl.exporting.formats.FormatModule`."""
    interface = interface_of(trained.network)
    graph = detector_graph(trained, half)
    nodes, weights = _translate(graph, interface.name)
    element = helper.np_dtype_to_tensor_dtype(np.dtype(interface.dtype))
    made = helper.make_graph(
        nodes,
        interface.stem,
        [helper.make_tensor_value_info(interface.name, element, ["n", *interface.shape])],
        [helper.make_tensor_value_info(OUTPUT, onnx.TensorProto.FLOAT, ["n", 1])],
        weights,
    )
    opsets = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(made, opset_imports=opsets, ir_version=IR_VERSION, producer_name="keras_impl")
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def load(path: Path) -> Run:
    """As of `keras_impl.exporting.formats.FormatModule`."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (taken,) = session.get_inputs()

    def run(inputs: np.ndarray) -> np.ndarray:
        return np.asarray(session.run([OUTPUT], {taken.name: inputs})[0])

    return run


def _translate(graph: ov.Model, input_name: str) -> tuple[list[onnx.NodeProto], list[onnx.TensorProto]]:
    """Nodes in an order in which they can be computed, and the weights that they name.

    Raises
    ------
    DataError
        If there is no word for an operation.
    """
    nodes: list[onnx.NodeProto] = []
    weights: dict[str, onnx.TensorProto] = {}

    def name_of(value: Any) -> str:
        node = value.get_node()
        name = f"{node.get_friendly_name()}.{value.get_index()}"
        if node.get_type_name() == "Constant":
            weights.setdefault(name, numpy_helper.from_array(np.array(node.data), name))
        return input_name if node.get_type_name() == "Parameter" else name

    for operation in graph.get_ordered_ops():
        kind = operation.get_type_name()
        if kind in ("Parameter", "Constant"):
            continue
        if kind not in WORDS:
            raise DataError(f"this network has an operation that is not exported to ONNX yet ({kind}): take openvino")
        word = WORDS[kind](operation)
        taken = [name_of(operation.input_value(place)) for place in range(word.taken)]
        name = operation.get_friendly_name()
        for place, values in enumerate(word.further):
            taken.append(f"{name}.in{place}")
            weights[taken[-1]] = numpy_helper.from_array(values, taken[-1])
        is_last = kind == "Result"
        given = [OUTPUT] if is_last else [name_of(operation.output(each)) for each in range(len(operation.outputs()))]
        nodes.append(helper.make_node(word.kind, taken, given, name, **word.attributes))
    return nodes, list(weights.values())


def _numbers(operation: Operation, place: int) -> list[int]:
    """An input that says how, such as axes."""
    return np.atleast_1d(operation.input_value(place).get_node().data).astype(int).tolist()


def _same(kind: str, taken: int) -> Callable[[Operation], Translated]:
    return lambda _: Translated(kind, taken)


def _window(operation: Operation) -> dict[str, list[int]]:
    said = operation.get_attributes()
    return {
        "strides": list(said["strides"]),
        "dilations": list(said["dilations"]),
        "pads": [*said["pads_begin"], *said["pads_end"]],
    }


def _cast(operation: Operation) -> Translated:
    to = helper.np_dtype_to_tensor_dtype(operation.get_output_element_type(0).to_dtype())
    return Translated("Cast", attributes={"to": to})


def _pad(operation: Operation) -> Translated:
    mode = operation.get_attributes()["pad_mode"]
    return Translated("Pad", 1, (_whole(_numbers(operation, 1) + _numbers(operation, 2)),), {"mode": mode})


def _mean(operation: Operation) -> Translated:
    keeps = int(operation.get_attributes()["keep_dims"])
    return Translated("ReduceMean", attributes={"axes": _numbers(operation, 1), "keepdims": keeps})


def _slice(operation: Operation) -> Translated:
    start, stop, step, axes = (_whole(_numbers(operation, place)) for place in range(1, 5))
    return Translated("Slice", 1, (start, stop, axes, step))


def _clip(operation: Operation) -> Translated:
    said = operation.get_attributes()
    return Translated("Clip", 1, tuple(np.array(said[end], np.float32) for end in ("min", "max")))


def _max_pool(operation: Operation) -> Translated:
    return Translated(
        "MaxPool", attributes={"kernel_shape": operation.get_attributes()["kernel"], **_window(operation)}
    )


def _whole(values: list[int]) -> np.ndarray:
    return np.array(values, np.int64)


WORDS: Mapping[str, Callable[[Operation], Translated]] = {
    **{kind: _same(kind, 1) for kind in ("Log", "Sqrt", "Relu")},
    "Result": _same("Identity", 1),
    "Add": _same("Add", 2),
    "Subtract": _same("Sub", 2),
    "Multiply": _same("Mul", 2),
    "Divide": _same("Div", 2),
    "Maximum": _same("Max", 2),
    "MatMul": _same("MatMul", 2),
    "Convert": _cast,
    "Pad": _pad,
    "ReduceMean": _mean,
    "Slice": _slice,
    "Clamp": _clip,
    "MaxPool": _max_pool,
    "Convolution": lambda each: Translated("Conv", 2, (), _window(each)),
    "Gather": lambda each: Translated("Gather", 2, (), {"axis": _numbers(each, 2)[0]}),
    "Transpose": lambda each: Translated("Transpose", 1, (), {"perm": _numbers(each, 1)}),
    "Concat": lambda each: Translated("Concat", each.get_input_size(), (), {"axis": each.get_attributes()["axis"]}),
    "Split": lambda each: Translated("Split", 1, (), {"axis": _numbers(each, 1)[0]}),
    "Squeeze": lambda each: Translated("Squeeze", 1, (_whole(_numbers(each, 1)),)),
    "Unsqueeze": lambda each: Translated("Unsqueeze", 1, (_whole(_numbers(each, 1)),)),
    "Tile": lambda each: Translated("Tile", 1, (_whole(_numbers(each, 1)),)),
}
"""OpenVINO's operations that the graph has, to ONNX's."""
