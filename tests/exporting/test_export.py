"""What is exported says what the detector says, in each format's own runtime, or is not kept."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import openvino as ov
import pytest
from openvino import opset13 as ops

from keras_impl.core.openvino import Network
from keras_impl.core.storage import sha256_of_file
from keras_impl.errors import DataError
from keras_impl.exporting.export import TOLERANCE, TOLERANCE_OF_HALF, export
from keras_impl.exporting.formats import FORMATS, Format
from keras_impl.exporting.interface import interface_of
from keras_impl.models.resnet.graph import build_graph
from keras_impl.models.resnet.heat_maps import GRAPHS, explained_network
from keras_impl.prediction.trained import find_models
from tests.exporting import small

pytestmark = pytest.mark.slow

MODALITIES = ("image", "sound")


@pytest.fixture(scope="module", params=MODALITIES)
def network(request, tmp_path_factory):
    return small.write_small(request.param, tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return small.write_small("image", tmp_path_factory.mktemp("faces"))


def inputs_of(trained):
    interface = interface_of(trained.network)
    return small.noise(interface.shape, interface.dtype)


@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize("name", FORMATS)
def test_a_small_network_gives_keras_logits_in_each_runtime(network, name, half, tmp_path):
    exported = export(network.trained, name, tmp_path, half)
    inputs = inputs_of(network.trained)
    tolerance = TOLERANCE_OF_HALF if half else TOLERANCE
    logits = small.run_file(exported.path, inputs)
    expected = network.logits(inputs)
    assert np.ptp(expected) > 0.1
    np.testing.assert_allclose(logits, expected, rtol=0, atol=tolerance)
    assert exported.largest_difference <= exported.tolerance == tolerance


@pytest.mark.parametrize(
    "name", ["onnx", "openvino", *(pytest.param(name, marks=pytest.mark.heavy) for name in ("litert", "keras"))]
)
@pytest.mark.parametrize("modality", MODALITIES)
def test_the_packages_detectors_give_their_logits_in_half_the_size(modality, name, tmp_path):
    part = getattr(find_models(), modality)
    trained = part.trained["resnet"]
    exported = export(trained, name, tmp_path, half=True)
    inputs = inputs_of(trained)[:3]
    (expected, *_) = Network(explained_network(trained.path, trained.network))(inputs)
    np.testing.assert_allclose(small.run_file(exported.path, inputs), expected, rtol=0, atol=TOLERANCE_OF_HALF)
    assert exported.megabytes < 19


def test_a_keras_file_loads_without_this_package(faces, tmp_path):
    inputs = inputs_of(faces.trained)
    exported = export(faces.trained, "keras", tmp_path)
    np.save(tmp_path / "inputs.npy", inputs)
    code = """
import sys
import keras, numpy as np
model = keras.models.load_model(sys.argv[1], safe_mode=True)
np.save("logits.npy", model.predict(np.load("inputs.npy"), verbose=0))
assert not any(name.startswith("keras_impl") for name in sys.modules)
"""
    environment = os.environ | {"KERAS_BACKEND": "tensorflow"}
    subprocess.run([sys.executable, "-c", code, exported.path], check=True, cwd=tmp_path, env=environment)
    np.testing.assert_allclose(np.load(tmp_path / "logits.npy"), faces.logits(inputs), rtol=0, atol=TOLERANCE)


def test_what_comes_from_a_graph_needs_no_tensorflow(tmp_path):
    code = """
import sys
from pathlib import Path
from keras_impl.exporting.export import export
from keras_impl.prediction.trained import find_models
for name in ("onnx", "openvino"):
    export(find_models().image.trained["resnet"], name, Path(sys.argv[1]))
assert "tensorflow" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code, tmp_path], check=True)


def test_an_export_that_says_something_else_is_not_kept_and_replaces_nothing(faces, tmp_path, monkeypatch):
    monkeypatch.setitem(FORMATS, "onnx", Format("Wrong", ".onnx", "tests.exporting.wrong", "", ""))
    before = tmp_path / "deepfake_faces.onnx"
    before.write_text("an earlier one")
    with pytest.raises(DataError, match="gives other logits than the detector"):
        export(faces.trained, "onnx", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [before.name]
    assert before.read_text() == "an earlier one"


def test_a_package_that_is_missing_is_named_before_anything_is_written(faces, tmp_path, monkeypatch):
    lacking = replace(FORMATS["onnx"], packages=("onnx", "no_such_package"))
    monkeypatch.setitem(FORMATS, "onnx", lacking)
    with pytest.raises(DataError, match=r"ONNX needs no_such_package: pip install 'keras_impl\[export\]'"):
        export(faces.trained, "onnx", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_an_operation_without_a_word_in_onnx_is_told(faces, tmp_path, monkeypatch):
    def build(path, config):
        graph = build_graph(path, config)
        return ov.Model([ops.erf(graph.output(0).get_node().input_value(0))], graph.get_parameters(), "other")

    monkeypatch.setitem(GRAPHS, "resnet50", build)
    with pytest.raises(DataError, match="an operation that is not exported to ONNX yet \\(Erf\\)"):
        export(faces.trained, "onnx", tmp_path)
    assert not any(tmp_path.iterdir())


def test_a_network_that_only_keras_builds_is_exported_by_keras_alone(faces, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_IMPL_CACHE", str(tmp_path / "cache"))
    monkeypatch.delitem(GRAPHS, "resnet50")
    with pytest.raises(DataError, match="take --format keras or litert"):
        export(faces.trained, "openvino", tmp_path / "out")
    assert export(faces.trained, "keras", tmp_path / "out").path.is_file()


def test_the_cards_say_what_the_file_is(network, tmp_path):
    exported = export(network.trained, "openvino", tmp_path, half=True, caution="Not for *real* use.")
    markdown, told = exported.cards[0].read_text(), json.loads(exported.cards[1].read_text())
    assert [card.name for card in exported.cards] == [f"{exported.path.name}.md", f"{exported.path.name}.json"]
    assert told["files"] == {
        path.name: sha256_of_file(path) for path in (exported.path.with_suffix(".bin"), exported.path)
    }
    assert told["made_of"]["sha256"] == network.trained.sha256
    assert told["precision"]["weights"] == "float16"
    assert told["agreement"]["largest_difference"] == exported.largest_difference
    assert told["caution"] == "Not for *real* use."
    interface = interface_of(network.trained.network)
    assert told["input"]["shape"] == [None, *interface.shape]
    points = network.trained.points
    assert told["verdict"]["fake_above"]["logit"] == pytest.approx(points.threshold(), abs=1e-4)
    assert told["verdict"]["no_verdict_outside_of_quality"] == {"noise": [0.5, 3.0]}
    for words in (
        "Not for \\*real\\* use.",
        network.trained.title,
        network.trained.sha256,
        told["files"][exported.path.name],
        f"`{interface.name}`, {interface.dtype}, (n, ",
        f"P(fake) = {told['verdict']['fake_above']['p_fake']:.3f}, which 5 % of genuine tuning",
        "Nobody has measured it",
        "INFERENCE_PRECISION_HINT",
        *told["input"]["prepared"],
    ):
        assert words in markdown, words


def test_the_packages_own_cards_tell_error_rates_and_licence(tmp_path):
    for part in find_models().parts:
        trained = part.trained["resnet"]
        exported = export(trained, "openvino", tmp_path)
        markdown, told = exported.cards[0].read_text(), json.loads(exported.cards[1].read_text())
        assert [each["name"] for each in told["error_rates"]] == [each.name for each in trained.known.rates]
        assert "of 100 genuine ones" in markdown
        assert told["licence"].startswith("MIT")
        assert told["caution"] is None
        assert str(trained.path.parent) not in markdown + json.dumps(told)
