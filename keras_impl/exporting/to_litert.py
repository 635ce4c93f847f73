"""LiteRT's format, for telephones: made of the Keras model by TensorFlow's converter."""

from keras_impl.core.tensorflow import keras, quiet_stderr, tf  # isort: skip

import tempfile
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from joblib import cpu_count

from keras_impl.exporting.formats import Run
from keras_impl.exporting.interface import OUTPUT
from keras_impl.exporting.to_keras import typed_model
from keras_impl.models.trained import TrainedModel


def write(trained: TrainedModel, half: bool, path: Path) -> None:
    """As of `keras_impl.exporting.formats.FormatModule`."""
    model = typed_model(trained)
    named = keras.Model(model.input, {OUTPUT: model.output})
    with tempfile.TemporaryDirectory() as folder, quiet_stderr():  # TensorFlow logs every step
        named.export(folder, format="tf_saved_model", verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        if half:
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
            converter.target_spec.supported_types = [tf.float16]
        path.write_bytes(converter.convert())


def load(path: Path) -> Run:
    """As of `keras_impl.exporting.formats.FormatModule`."""
    with quiet_stderr():  # it says what it computes with
        interpreter = Interpreter(str(path), num_threads=cpu_count())
        interpreter.allocate_tensors()
    runner = interpreter.get_signature_runner()
    (name,) = runner.get_input_details()

    def run(inputs: np.ndarray) -> np.ndarray:
        return np.array(runner(**{name: inputs})[OUTPUT])

    return run
