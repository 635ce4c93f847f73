"""The network that judges, cut down to what is passed on: one input, the logit, and, if wanted, kernels of 16 bits.

OpenVINO's file is this graph, and ONNX's a translation of it.
"""

from typing import Any

import numpy as np
import openvino as ov
from openvino import opset13 as ops

from keras_impl.errors import DataError
from keras_impl.exporting.interface import OUTPUT, interface_of
from keras_impl.models.resnet.heat_maps import GRAPHS
from keras_impl.models.trained import TrainedModel

KERNEL_AXES = 4


def detector_graph(trained: TrainedModel, half: bool) -> ov.Model:
    """The graph of a trained ResNet50, with the input of its `Interface` and the output `OUTPUT`.

    Parameters
    ----------
    trained : TrainedModel
    half : bool
        Whether convolutions' kernels are stored in half precision. Training rounds them to it, so it loses nothing.

    Raises
    ------
    DataError
        If the model can't be read, or its backbone has no graph.
    """
    backbone, interface = trained.network.backbone, interface_of(trained.network)
    if backbone not in GRAPHS:
        raise DataError(f"a network on {backbone} is exported by Keras alone: take --format keras or litert")
    whole = GRAPHS[backbone](trained.path, trained.network)
    logits = whole.output(0).get_node().input_value(0)  # the maps are left out
    graph = ov.Model([ops.result(logits)], whole.get_parameters(), interface.stem)
    graph.input(0).get_tensor().set_names({interface.name})
    graph.output(0).get_tensor().set_names({OUTPUT})
    if half:
        _halve(graph)
    return graph


def _halve(graph: ov.Model) -> None:
    for operation in graph.get_ordered_ops():
        if operation.get_type_name() == "Convolution":
            kernel: Any = operation.input_value(1).get_node()
            if kernel.get_type_name() == "Constant" and len(kernel.shape) == KERNEL_AXES:
                stored = ops.constant(kernel.data.astype(np.float16))
                operation.input(1).replace_source_output(ops.convert(stored, "f32").output(0))
