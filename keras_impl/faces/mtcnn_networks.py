"""MTCNN's three networks as the mtcnn package ships them, as Keras models.

They are needed only until they have been exported (`keras_impl.core.openvino`), and by the tests.
"""

from keras_impl.core.tensorflow import keras  # isort: skip  (first, so that importing mtcnn is quiet too)

from io import BytesIO
from pathlib import Path

import joblib
import lz4.frame
from mtcnn.network.onet import ONet
from mtcnn.network.pnet import PNet
from mtcnn.network.rnet import RNet

_CLASSES = {"pnet": (PNet, None), "rnet": (RNet, 24), "onet": (ONet, 48)}
"""Class of each network and side of the picture that it takes; None: any size."""


def build_network(name: str, weights: Path) -> keras.Model:
    """One network with the shipped weights.

    Parameters
    ----------
    name : {"pnet", "rnet", "onet"}
    weights : Path
        The package's own file for it.

    Returns
    -------
    keras.Model
        Input (n, h, w, 3), RGB, uint8: the scaling to -1..1 is part of the model. Outputs: shares by
        which to move the sides of the box; of ONet, landmarks; probabilities of no face and face.
    """
    network_class, side = _CLASSES[name]
    network = network_class()
    network.build()
    network.set_weights(joblib.load(BytesIO(lz4.frame.decompress(weights.read_bytes()))))
    pixels = keras.Input((side, side, 3), dtype="uint8")
    return keras.Model(pixels, network(keras.layers.Rescaling(1 / 128, offset=-127.5 / 128)(pixels)))
