"""The manual's examples run as they stand there."""

import re

import cv2
import numpy as np
import pytest

from keras_impl.exporting.export import TOLERANCE, export
from keras_impl.exporting.formats import FORMATS
from tests.conftest import ROOT
from tests.exporting import small

pytestmark = pytest.mark.slow


def test_its_python_runs_and_all_runtimes_say_the_same(tmp_path, monkeypatch, capsys):
    network = small.write_small("image", tmp_path, size=160)
    for name in FORMATS:
        export(network.trained, name, tmp_path)
    cv2.imwrite(str(tmp_path / "frame.png"), small.noise((480, 640, 3), "uint8")[0])
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs/export.md").read_text(), re.DOTALL)
    told = {}
    for block in blocks:
        exec(block, told)
    expected = network.logits(told["face"][None])
    for name in ("logits", "by_openvino", "by_litert", "by_keras"):
        np.testing.assert_allclose(told[name], expected, rtol=0, atol=TOLERANCE)
    said = re.search(r"P\(fake\) of this frame: ([\d.]+)", capsys.readouterr().out)
    assert float(said[1]) == pytest.approx(1 / (1 + np.exp(-expected[0, 0])), abs=TOLERANCE)
    assert (tmp_path / "detectors/deepfake_faces_half.xml").is_file()
