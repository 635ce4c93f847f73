"""The formats that a detector is exported to: a new one is its module, which writes and runs it, and a line here.

Modules are named rather than imported, as they load what runs them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

from keras_impl.errors import DataError

if TYPE_CHECKING:  # its imports take a second
    from keras_impl.models.trained import TrainedModel

FormatName = Literal["onnx", "openvino", "litert", "keras"]

Run = Callable[[np.ndarray], np.ndarray]
"""Inputs as of `keras_impl.exporting.interface.Interface` to logits, float32 (n, 1)."""


class FormatModule(Protocol):
    """What a format's module offers."""

    def write(self, trained: "TrainedModel", half: bool, path: Path) -> None:
        """Write a trained ResNet50 to a file, with its further files beside it; ``half`` stores it in half precision.

        Raises
        ------
        DataError
            If the model can't be read, or has something that the format has no word for.
        """

    def load(self, path: Path) -> Run:
        """Load such a file as another program would, on the processor."""


@dataclass(frozen=True)
class Format:
    """A format.

    Attributes
    ----------
    title : str
        For people.
    suffix : str
        Of the file's name.
    module : str
        Offers what `FormatModule` lists.
    halved : str
        What half precision means in it.
    run_by : str
        What runs the file, and what has to be known to run it; Markdown.
    packages : tuple of str
        Which have to be there to write it and to try it, beyond those that this package needs anyway: of their names,
        those that are imported.
    beside : tuple of str
        Suffixes of further files of the same name, which belong to it.
    """

    title: str
    suffix: str
    module: str
    halved: str
    run_by: str
    packages: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    def check(self) -> None:
        """Look for what it needs, without loading it.

        Raises
        ------
        DataError
            If a package is missing.
        """
        missing = [name for name in self.packages if find_spec(name) is None]
        if missing:
            raise DataError(f"{self.title} needs {' and '.join(missing)}: pip install 'keras_impl[export]'")

    def load_module(self) -> FormatModule:
        """Its module; errors as of `check`."""
        self.check()
        module: FormatModule = import_module(self.module)
        return module


_KERNELS = "the kernels of the convolutions are stored in 16 bits, all else in 32; it computes in 32 bits"

FORMATS: Mapping[FormatName, Format] = {
    "onnx": Format(
        "ONNX",
        ".onnx",
        "keras_impl.exporting.to_onnx",
        _KERNELS,
        "ONNX Runtime, in Python, JavaScript (onnxruntime-web), C, C#, Java and others; opset 17",
        packages=("onnx", "onnxruntime"),
    ),
    "openvino": Format(
        "OpenVINO",
        ".xml",
        "keras_impl.exporting.to_openvino",
        _KERNELS,
        'OpenVINO. Compile it with `{"INFERENCE_PRECISION_HINT": "f32"}`: processors that know bfloat16 else compute '
        "in that, and give other logits",
        beside=(".bin",),
    ),
    "litert": Format(
        "LiteRT",
        ".tflite",
        "keras_impl.exporting.to_litert",
        "all weights are stored in 16 bits; it computes in 32 bits",
        "LiteRT (once TensorFlow Lite), on telephones and in Python; its built-in operations are enough. Where "
        "another batch than one sample is wanted, resize the input first, or call its signature `serving_default`",
        packages=("ai_edge_litert",),
    ),
    "keras": Format(
        "Keras",
        ".keras",
        "keras_impl.exporting.to_keras",
        "the kernels of the convolutions are stored in 16 bits, all else in 32; loaded, all of it has 32 bits",
        "`keras.models.load_model` of Keras 3 with TensorFlow. All its layers are Keras's own, so it loads in safe "
        "mode, which runs no code of the file, and needs none of this package's",
    ),
}
