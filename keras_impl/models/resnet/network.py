"""Approach 2: ResNet50 (He et al. 2016, arXiv 1512.03385) on face crops, or spectrograms, themselves: the network.

What a forgery leaves behind is small: edges, blur, noise that doesn't match. Stages 2 to 4 see it,
each at its own scale, so the mean and the root mean square over each one's map are the features, and
stage 5, which knows about whole objects, is left out.

The model takes windows of faces or segments of sound as they are and gives one calibrated logit; all that it
needs is part of it, so that nobody who loads the file can forget a step.
"""

from keras_impl.core.tensorflow import keras, tf  # isort: skip

import io
import zipfile
from pathlib import Path

import h5py
import numpy as np
from scipy.special import expit

from keras_impl.core.storage import atomic_path
from keras_impl.errors import DataError, first_line
from keras_impl.models.resnet.backbones import backbone_module
from keras_impl.models.resnet.config import FacePicture, NetworkConfig
from keras_impl.models.resnet.face_view import build_view
from keras_impl.models.resnet.spectrogram import build_spectrogram

MODEL_NAME = "model.keras"

_WEIGHTS_NAME = "model.weights.h5"
"""In that file."""

BATCH_SIZE = 32


def build_front(config: NetworkConfig, any_length: bool = False) -> keras.Model:
    """The network from samples to pictures, in the range that ImageNet's ResNet50 takes; sound may have any length."""
    picture = config.picture
    return build_view(picture) if isinstance(picture, FacePicture) else build_spectrogram(picture, any_length)


def load_backbone(weights: str, config: NetworkConfig) -> keras.Model:
    """Load the network that a backbone's weights come from.

    Parameters
    ----------
    weights : str
        ``"imagenet"`` (Keras's own, downloaded), ``"pretrained"`` (the convolutions of the detector of faces that
        comes with the package), ``"none"`` (random), or the path of a weights file for
        ``keras.applications.ResNet50(include_top=False)``.
    config : NetworkConfig

    Raises
    ------
    WeightsError
        If the weights can't be had or don't fit.
    """
    return backbone_module(config.backbone).load(weights, build_front(config).output_shape[1:])


def adapt_batch_statistics(backbone: keras.Model, inputs: np.ndarray, config: NetworkConfig) -> None:
    """Give a backbone with random weights the batch statistics of real samples.

    With the initial ones (mean 0, variance 1), batch normalisation would do nothing. One pass over
    samples in training mode, with no memory of what was there before, sets each layer's statistics to
    those that it meets.

    Parameters
    ----------
    backbone : keras.Model
        From `load_backbone`, with the same config.
    inputs : ndarray, shape (n, ...)
        Samples as the model takes them; a hundred are enough.
    config : NetworkConfig
    """
    for layer in backbone.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.0
    pictures = build_front(config)(tf.constant(inputs, tf.float32))
    backbone(pictures, training=True)


def build_model(
    backbone: keras.Model, config: NetworkConfig, dtype: str = "float32", any_length: bool = False
) -> keras.Model:
    """Build the classifier on a backbone's weights, with a head that is still to be fitted.

    Parameters
    ----------
    backbone : keras.Model
        From `load_backbone`, with the same config.
    config : NetworkConfig
    dtype : {"float32", "mixed_bfloat16"}, default "float32"
        What the convolutions compute in; weights and features are float32 in any case.
    any_length : bool, default False
        Whether sounds may have any number of samples, as for learning from parts of them.

    Returns
    -------
    keras.Model
        Input: faces (n, size, size, 3), RGB, 0..255, or sounds (n, samples), 16 bits; output (n, 1), the
        logit of P(fake). Layers to know:
        ``features``, ``standardised``, ``margin`` (the head) and ``logit`` (the calibration, at
        first the margin itself).
    """
    model = _network(config, dtype, any_length)
    backbone_module(config.backbone).transfer(backbone, model, config)
    return model


def in_float32(model: keras.Model, config: NetworkConfig) -> keras.Model:
    """The same model computing in float32, for machines that know nothing else."""
    converted = _network(config, "float32")
    converted.set_weights(model.get_weights())
    return converted


def predict(model: keras.Model, inputs: np.ndarray) -> np.ndarray:
    """P(fake) of samples as the model takes them, (n, ...): float64 (n,)."""
    if not len(inputs):
        return np.empty(0)
    return expit(model.predict(inputs, batch_size=BATCH_SIZE, verbose=0)[:, 0].astype(np.float64))


def round_to_half(model: keras.Model) -> None:
    """Round the convolutions' kernels to half precision, as `save_model` keeps them; all else stays in full."""
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D):
            layer.kernel.assign(np.asarray(layer.kernel).astype(np.float16).astype(np.float32))


def save_model(path: Path, model: keras.Model) -> None:
    """Save the model, weights and preprocessing together, in Keras's own format, kernels in half precision.

    A model that went through `round_to_half` comes back exactly as it is.
    """
    with atomic_path(path) as temporary:
        model.save(temporary, include_optimizer=False)
        _halve(temporary)


def load_model(path: Path, config: NetworkConfig) -> keras.Model:
    """Load a model saved by `save_model`: its numbers only, into the network that its card's config describes.

    So whatever else the file says it is, or wants to have run, is never looked at.

    Parameters
    ----------
    path : Path
    config : NetworkConfig
        That of its card.

    Raises
    ------
    DataError
        If the file is missing, damaged, or not such a model.
    """
    advice = "run python -m keras_impl.train_resnet to make it"
    if not path.is_file():
        raise DataError(f"{path} is missing: {advice}")
    try:
        model = _network(config, "float32")
        model.load_weights(path)
        return model
    except Exception as error:  # Keras passes on whatever its zip and HDF5 readers raise
        raise DataError(f"{path} can't be loaded ({first_line(error)}): {advice}") from None


def _halve(path: Path) -> None:
    """Rewrite a file of Keras's with the kernels, arrays of four axes, in half precision."""
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    halved = io.BytesIO()
    with h5py.File(io.BytesIO(contents[_WEIGHTS_NAME])) as source, h5py.File(halved, "w") as target:

        def copy(name: str, item: h5py.Group | h5py.Dataset) -> None:
            if isinstance(item, h5py.Dataset):
                values = item[()]
                made = target.create_dataset(name, data=values.astype(np.float16) if values.ndim == 4 else values)
            else:
                made = target.require_group(name)
            for key, value in item.attrs.items():
                made.attrs[key] = value

        copy("/", source)
        source.visititems(copy)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, halved.getvalue() if name == _WEIGHTS_NAME else content)


def _network(config: NetworkConfig, dtype: str, any_length: bool = False) -> keras.Model:
    """The classifier with random weights."""
    layers = keras.layers
    front = build_front(config, any_length)
    scaled = layers.Rescaling(config.input_scale)(front.output)
    features = []
    for maps in backbone_module(config.backbone).stages(scaled, config, dtype):
        features += [_mean(maps), keras.ops.sqrt(_mean(keras.ops.square(maps)) + keras.config.epsilon())]
    joined = layers.Concatenate(dtype="float32", name="features")(features)
    # Frozen, with the training faces' mean and variance, this is a plain standardisation.
    standardise = layers.BatchNormalization(
        center=False, scale=False, epsilon=1e-12, trainable=False, dtype="float32", name="standardised"
    )
    margin = layers.Dense(1, dtype="float32", name="margin")(standardise(joined))
    calibrate = layers.Dense(1, kernel_initializer="ones", trainable=False, dtype="float32", name="logit")
    return keras.Model(front.input, calibrate(margin), name="deepfake_resnet50")


def _mean(maps: keras.KerasTensor) -> keras.KerasTensor:
    return keras.layers.GlobalAveragePooling2D(dtype="float32")(maps)
