"""FaceNet as a Keras model: keras-facenet's network with weights from a file.

It is needed only until it has been exported (`keras_impl.core.openvino`), and by the tests.
"""

from keras_impl.core.tensorflow import keras  # isort: skip  (first, so that keras_facenet is quiet too)

from pathlib import Path

from keras_facenet.inception_resnet_v1 import InceptionResNetV1
from keras_facenet.metadata import MODEL_METADATA

from keras_impl.errors import WeightsError, first_line
from keras_impl.models.facenet import DIMENSIONS, INPUT_SIZE

__all__ = ["MODEL_METADATA", "build_network"]


def build_network(weights: Path) -> keras.Model:
    """FaceNet with weights from a file.

    Parameters
    ----------
    weights : Path
        HDF5, 128-d.

    Returns
    -------
    keras.Model
        Input (n, 160, 160, 3), RGB, standardised; output (n, 128), of any length.

    Raises
    ------
    WeightsError
        If the file doesn't fit the network.
    """
    network = InceptionResNetV1(input_shape=(INPUT_SIZE, INPUT_SIZE, 3), classes=DIMENSIONS)
    try:
        network.load_weights(str(weights))
    except (OSError, ValueError, KeyError) as error:
        reason = first_line(error)
        raise WeightsError(f"{weights} doesn't hold 128-d FaceNet weights ({reason}): give another file") from None
    # keras-facenet ends in a normalisation of its own; the tutorial's network ends before it.
    return keras.Model(network.input, network.get_layer("Bottleneck_BatchNorm").output)
