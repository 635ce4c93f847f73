"""OpenVINO's own format: the graph as it is."""

from pathlib import Path

import numpy as np
import openvino as ov

from keras_impl.exporting.formats import Run
from keras_impl.exporting.graph import detector_graph
from keras_impl.models.trained import TrainedModel


def write(trained: TrainedModel, half: bool, path: Path) -> None:
    """As of `keras_impl.exporting.formats.FormatModule`; the weights go beside it."""
    ov.save_model(detector_graph(trained, half), path, compress_to_fp16=False)


def load(path: Path) -> Run:
    """As of `keras_impl.exporting.formats.FormatModule`."""
    network = ov.Core().compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})

    def run(inputs: np.ndarray) -> np.ndarray:
        return np.array(network(inputs)[0])

    return run
