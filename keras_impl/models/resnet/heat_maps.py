"""Where in the face, or in the spectrogram, ResNet50's logit comes from.

The head is linear in the mean and the root mean square (rms) of each channel's map x over its N places,
so the logit is a sum over places:

    logit = bias + sum over places of [ sum over channels of  w (x - mean) / N  +  v (x² / rms - mean) / N ]

w and v are the head's weights, mean what a feature is on average in training: a place counts for "fake"
(positive) or "real" (negative) as far as it makes the face differ from an average one. Nothing is
approximated: the places' shares and the bias add up to the logit.

Each share is activation times gradient, which is HiResCAM (Draelos and Carin 2020, arXiv 2011.08891). For
features that are means it is the class activation map of Zhou et al. 2016 (arXiv 1512.04150), which
Grad-CAM (Selvaraju et al. 2017, arXiv 1610.02391) generalises; of Grad-CAM it differs for the rms, whose
gradient Grad-CAM would average over all places. The maps come with the logit, without a second pass.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import openvino as ov

from keras_impl.core.configs import as_json
from keras_impl.core.keras_export import KerasExport
from keras_impl.core.storage import sha256_of_file
from keras_impl.models.resnet.config import NetworkConfig
from keras_impl.models.resnet.graph import build_graph

if TYPE_CHECKING:
    import keras

GRAPHS: Mapping[str, Callable[[Path, NetworkConfig], ov.Model]] = {"resnet50": build_graph}
"""What builds the network without Keras, by backbone; those of others are exported by Keras when first needed."""


def explained_network(model: Path, config: NetworkConfig) -> ov.Model:
    """The trained model with its maps, to be run by OpenVINO.

    Parameters
    ----------
    model : Path
        Saved by `keras_impl.models.resnet.network.save_model`.
    config : NetworkConfig
        That of its card.

    Returns
    -------
    Model
        Input: faces (n, size, size, 3), uint8, RGB, or sounds (n, samples), int16. Outputs: the logits (n, 1), and
        for each stage the shares of its places (n, height, width), float32, stage 2 the finest, with a place for
        every four pixels; of a spectrogram, time runs down.

    Raises
    ------
    DataError
        If the file can't be read or doesn't fit.
    """
    build = GRAPHS.get(config.backbone)
    if build is not None:
        return build(model, config)
    name = f"{config.backbone}-{config.picture.name}"
    return KerasExport(name, sha256_of_file(model), partial(_build, model, config), as_json(config)).read()


def join_maps(maps: list[np.ndarray]) -> np.ndarray:
    """Lay the stages' maps over one another, each place's share spread over the area that it stands for.

    Parameters
    ----------
    maps : list of ndarray, shape (n, height, width)
        The first is the largest; sizes of the others divide its.

    Returns
    -------
    ndarray of float64, shape (n, largest height, largest width)
        Its sum is that of all maps.
    """
    joined: np.ndarray = np.zeros(maps[0].shape)
    for each in maps:
        times = joined.shape[1] // each.shape[1]
        joined += np.repeat(np.repeat(each, times, axis=1), times, axis=2) / times**2
    return joined


def add_maps(model: "keras.Model", config: NetworkConfig) -> "keras.Model":
    """The same network, with the shares of each stage's places as further outputs."""
    from keras_impl.core.tensorflow import keras

    ops = keras.ops
    mean, variance = (np.asarray(weight) for weight in model.get_layer("standardised").get_weights())
    kernel = model.get_layer("margin").get_weights()[0][:, 0]
    slope = model.get_layer("logit").get_weights()[0][0, 0]
    weights = slope * kernel / np.sqrt(variance + model.get_layer("standardised").epsilon)
    maps, place = [], 0
    for stage in config.stages:
        x = ops.cast(model.get_layer(stage.name).output, "float32")
        channels, places = x.shape[-1], x.shape[1] * x.shape[2]
        of_mean, of_rms = (slice(place + part * channels, place + (part + 1) * channels) for part in (0, 1))
        place += 2 * channels
        rms = ops.sqrt(ops.mean(ops.square(x), axis=(1, 2), keepdims=True) + keras.config.epsilon())
        shares = ops.sum(x * weights[of_mean] + ops.square(x) / rms * weights[of_rms], axis=-1)
        average = float(weights[of_mean] @ mean[of_mean] + weights[of_rms] @ mean[of_rms])
        maps.append((shares - average) / places)
    return keras.Model(model.input, [model.output, *maps])


def _build(path: Path, config: NetworkConfig) -> "keras.Model":
    from keras_impl.models.resnet.network import load_model

    return add_maps(load_model(path, config), config)
