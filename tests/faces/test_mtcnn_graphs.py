"""MTCNN's networks without Keras are the mtcnn package's own, and reading its weights runs no code."""

import io
import pickle
from importlib.util import find_spec
from pathlib import Path

import joblib
import lz4.frame
import numpy as np
import pytest

from keras_impl.core.openvino import Network
from keras_impl.errors import WeightsError
from keras_impl.faces import mtcnn_graphs as graphs

SHIPPED = Path(find_spec("mtcnn").submodule_search_locations[0], "assets", "weights")


@pytest.mark.parametrize(
    ("name", "build", "shape"),
    [
        ("PNet", graphs.build_pnet, (5, 33, 34)),
        ("RNet", graphs.build_rnet, (5, 24, 24)),
        ("ONet", graphs.build_onet, (5, 48, 48)),
    ],
)
def test_each_gives_what_keras_gives(name, build, shape):
    from keras_impl.core.tensorflow import keras  # isort: skip  (first, so that importing mtcnn is quiet too)
    from mtcnn.network import onet, pnet, rnet

    reference = getattr({"PNet": pnet, "RNet": rnet, "ONet": onet}[name], name)()
    reference.build()
    packed = (SHIPPED / f"{name.lower()}.lz4").read_bytes()
    reference.set_weights(joblib.load(io.BytesIO(lz4.frame.decompress(packed))))
    pixels = np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8)
    expected = reference(keras.ops.cast(pixels, "float32") / 128 - 127.5 / 128)
    found = Network(build())(pixels)
    assert len(found) == len(expected)
    for output, wanted in zip(found, expected, strict=True):
        assert output == pytest.approx(np.asarray(wanted), abs=2e-5)


def test_arrays_are_those_that_joblib_wrote(tmp_path):
    generator = np.random.default_rng(0)
    written = [generator.normal(size=(3, 4)).astype(np.float32), np.asfortranarray(generator.normal(size=(2, 5, 3)))]
    joblib.dump(written, tmp_path / "arrays.lz4", compress="lz4")
    for found, wanted in zip(graphs.read_weights(tmp_path / "arrays.lz4"), written, strict=True):
        assert found.dtype == wanted.dtype
        assert (found == wanted).all()


class Harmful:
    """What unpickles by calling a function."""

    def __reduce__(self):
        return print, ("called",)


@pytest.mark.parametrize("harm", ["cut short", "no lz4", "harmful", "missing"])
def test_damaged_weights_are_one_line_and_run_no_code(harm, tmp_path, capsys):
    content = lz4.frame.decompress((SHIPPED / "pnet.lz4").read_bytes())
    contents = {
        "cut short": lz4.frame.compress(content[:2000]),
        "no lz4": b"weights",
        "harmful": lz4.frame.compress(pickle.dumps([Harmful()])),
    }
    if harm in contents:
        (tmp_path / "pnet.lz4").write_bytes(contents[harm])
    with pytest.raises(WeightsError, match="pnet.lz4 can't be read .*: install mtcnn again"):
        graphs.read_weights(tmp_path / "pnet.lz4")
    assert capsys.readouterr().out == ""
