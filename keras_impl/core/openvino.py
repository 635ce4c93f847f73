"""Networks for inference, run by OpenVINO: without TensorFlow, which takes seconds and half a gigabyte to load."""

import numpy as np
import openvino as ov
from joblib import cpu_count

from keras_impl.errors import WeightsError


class Network:
    """A network for inference.

    Parameters
    ----------
    model : Model
        Built from a file of weights (`keras_impl.core.graphs`), or exported (`keras_impl.core.keras_export`).
    threads : int or None, default None
        Processor threads to use; all by default.

    Raises
    ------
    WeightsError
        If OpenVINO can't run it.
    """

    def __init__(self, model: ov.Model, threads: int | None = None) -> None:
        core = ov.Core()
        settings = {
            "INFERENCE_NUM_THREADS": threads or cpu_count(),
            "INFERENCE_PRECISION_HINT": "f32",  # processors with bfloat16 would give other numbers
            "NUM_STREAMS": 1,
            "ENABLE_CPU_PINNING": False,  # pinned, several single-threaded processes would share one core
        }
        try:
            self._request = core.compile_model(model, "CPU", settings).create_infer_request()
        except RuntimeError:
            name = model.get_friendly_name()
            raise WeightsError(f"the network {name} can't be run: the file that it was made from is damaged") from None

    def __call__(self, batch: np.ndarray) -> list[np.ndarray]:
        """Run the network on a batch; one array per output, in the model's order."""
        answers = self._request.infer([batch], share_inputs=True)
        return [answers[place] for place in range(len(answers))]
