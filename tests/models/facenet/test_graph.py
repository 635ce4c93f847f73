"""FaceNet without Keras is keras-facenet's network, from a whole model's file or from one of weights."""

import h5py
import numpy as np
import pytest

from keras_impl.core.openvino import Network
from keras_impl.errors import WeightsError
from keras_impl.models.facenet.embedder import standardise
from keras_impl.models.facenet.graph import build_graph
from keras_impl.models.facenet.weights import find_weights


@pytest.fixture(scope="module")
def stock():
    """keras-facenet's network up to where the tutorial's ends, with the weights in use."""
    from keras_impl.core.tensorflow import keras  # isort: skip  (first, so that keras_facenet is quiet too)
    from keras_facenet.inception_resnet_v1 import InceptionResNetV1

    network = InceptionResNetV1(classes=128)
    network.load_weights(str(find_weights()))
    return keras.Model(network.input, network.get_layer("Bottleneck_BatchNorm").output)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["a whole model", "weights"])
def test_it_gives_what_keras_gives(form, stock, portrait, tmp_path):
    path = find_weights()
    if form == "weights":
        path = tmp_path / "weights.h5"
        with h5py.File(find_weights()) as model, h5py.File(path, "w") as file:
            for name in model["model_weights"]:
                model["model_weights"].copy(name, file)
    faces = np.stack([standardise(portrait[:160, :160]), standardise(portrait[40:200, 40:200])])
    (found,) = Network(build_graph(path))(faces)
    assert found == pytest.approx(stock.predict(faces, verbose=0), abs=1e-4)


def write(path, **layers):
    """A file of weights with a few layers of wrong shapes."""
    with h5py.File(path, "w") as file:
        for name, shape in layers.items():
            group = file.create_group(f"model_weights/{name}")
            group.attrs["weight_names"] = [b"kernel:0"]
            group.create_dataset("kernel:0", shape, "f4", chunks=(1,) * len(shape))


@pytest.mark.parametrize("shape", [(3, 3, 3, 64), (2**20, 2**20, 3, 32), (32,)])
def test_a_file_of_other_weights_or_one_that_claims_terabytes_is_one_line(shape, tmp_path):
    write(tmp_path / "other.h5", Conv2d_1a_3x3=shape)
    with pytest.raises(WeightsError, match="Conv2d_1a_3x3 has another shape"):
        build_graph(tmp_path / "other.h5")


def test_a_file_without_a_layer_is_one_line(tmp_path):
    write(tmp_path / "none.h5")
    with pytest.raises(WeightsError, match="doesn't hold 128-d FaceNet weights"):
        build_graph(tmp_path / "none.h5")
