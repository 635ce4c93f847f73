"""Small trained networks, and runtimes as other programs call them."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from keras_impl.core.storage import sha256_of_file
from keras_impl.exporting.interface import interface_of
from keras_impl.exporting.made_up import make_up
from keras_impl.faces.config import FaceConfig
from keras_impl.faces.cropping import Framing, Window
from keras_impl.modalities import MODALITIES
from keras_impl.models.calibration import OperatingPoints
from keras_impl.models.published import Known
from keras_impl.models.resnet.config import FacePicture, NetworkConfig, SpectrogramPicture, Stage
from keras_impl.models.trained import TrainedModel
from keras_impl.speech.config import SoundConfig

STAGES = (Stage(2, 16, 1), Stage(3, 16, 2))

CONFIGS = {
    "image": NetworkConfig(FacePicture(64), STAGES),
    "sound": NetworkConfig(SpectrogramPicture(samples=16_000, least_power=1e-4), STAGES),
}

SAMPLES = {
    "image": FaceConfig(framing=Framing(resnet=Window(0.6, 64))),
    "sound": SoundConfig(segment_seconds=1.0),
}


@dataclass(frozen=True)
class Small:
    """A trained network, and the Keras model that it was saved from."""

    trained: TrainedModel
    model: object

    def logits(self, inputs):
        """What Keras says of inputs: (n, 1)."""
        return np.asarray(self.model.predict(inputs.astype(np.float32), verbose=0))


def write_small(modality, folder, size=None):
    """Write a network whose convolutions and head are random; faces of another size if asked for."""
    from keras_impl.core.tensorflow import keras
    from keras_impl.models.resnet import network as resnet

    config, sample = CONFIGS[modality], SAMPLES[modality]
    if size:
        config = replace(config, picture=FacePicture(size))
        sample = FaceConfig(framing=Framing(resnet=Window(0.6, size)))
    keras.utils.set_random_seed(0)
    model = resnet._network(config, "float32")
    inputs = make_up(interface_of(config)).astype(np.float32)
    features = keras.Model(model.input, model.get_layer("features").output).predict(inputs, verbose=0)
    variance = features.var(axis=0).clip(features.var() / 100)
    model.get_layer("standardised").set_weights([features.mean(axis=0), variance])
    kernel = np.random.default_rng(1).normal(0, 0.2, (features.shape[1], 1))
    model.get_layer("margin").set_weights([kernel, np.zeros(1)])
    model.get_layer("logit").set_weights([np.array([[1.7]]), np.array([-0.3])])
    path = folder / "model.keras"
    resnet.save_model(path, model)
    card = {"files": {path.name: sha256_of_file(path)}, "approach": f"A small network of {modality}"}
    points = OperatingPoints(tuple(np.linspace(-6, 1, 40)), tuple(np.linspace(-1, 6, 40)), 0.05, {"noise": (0.5, 3.0)})
    trained = TrainedModel("resnet", path, card, MODALITIES[modality], sample, config, points, Known())
    return Small(trained, resnet.load_model(path, config))


def noise(shape, dtype, seed=0):
    """Inputs that nobody has met: (5, ...)."""
    generator = np.random.default_rng(seed)
    if dtype == "uint8":
        return generator.integers(0, 256, (5, *shape)).astype(dtype)
    return generator.normal(0, 3000, (5, *shape)).astype(dtype)


def run_file(path: Path, inputs):
    """The logits of an exported file, by its runtime's own calls."""
    return RUNTIMES[path.suffix](path, inputs)


def _onnx(path, inputs):
    import onnxruntime

    session = onnxruntime.InferenceSession(path)
    (logits,) = session.run(["logit"], {session.get_inputs()[0].name: inputs})
    return logits


def _openvino(path, inputs):
    import openvino as ov

    network = ov.Core().compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return network({network.inputs[0].any_name: inputs})["logit"]


def _litert(path, inputs):
    """One after the other, without resizing, as a telephone would."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(path))
    interpreter.allocate_tensors()
    ((taken,), (given,)) = interpreter.get_input_details(), interpreter.get_output_details()

    def run(each):
        interpreter.set_tensor(taken["index"], each[None])
        interpreter.invoke()
        return interpreter.get_tensor(given["index"]).copy()

    return np.concatenate([run(each) for each in inputs])


def _keras(path, inputs):
    from keras_impl.core.tensorflow import keras

    return np.asarray(keras.models.load_model(path)(inputs))


RUNTIMES = {".onnx": _onnx, ".xml": _openvino, ".tflite": _litert, ".keras": _keras}
