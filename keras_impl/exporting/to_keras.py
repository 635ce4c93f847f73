"""Keras's own format: preprocessing, network and calibration in layers that Keras knows by itself."""

from keras_impl.core.tensorflow import keras  # isort: skip

from pathlib import Path

import numpy as np

from keras_impl.exporting.formats import Run
from keras_impl.exporting.interface import interface_of
from keras_impl.models.resnet.network import load_model, save_model
from keras_impl.models.trained import TrainedModel


def typed_model(trained: TrainedModel) -> keras.Model:
    """A trained ResNet50 that takes the input of its `Interface`."""
    interface = interface_of(trained.network)
    model = load_model(trained.path, trained.network)
    inputs = keras.Input(interface.shape, dtype=interface.dtype, name=interface.name)
    return keras.Model(inputs, model(keras.ops.cast(inputs, "float32")), name=interface.stem)


def write(trained: TrainedModel, half: bool, path: Path) -> None:
    """As of `keras_impl.exporting.formats.FormatModule`."""
    model = typed_model(trained)
    if half:
        save_model(path, model)
    else:
        model.save(path, include_optimizer=False)


def load(path: Path) -> Run:
    """As of `keras_impl.exporting.formats.FormatModule`."""
    model = keras.models.load_model(path)

    def run(inputs: np.ndarray) -> np.ndarray:
        return np.asarray(model.predict(inputs, verbose=0))

    return run
