"""The step export as a user meets it."""

import json

import pytest

from tests.conftest import assert_one_line_error, run_step

pytestmark = pytest.mark.slow


def test_it_writes_the_packages_detectors_with_a_card_each(tmp_path):
    result = run_step("export", "--format", "openvino", "--out", tmp_path / "out")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.count("(0.002 is allowed)") == 2
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        f"deepfake_{of}{suffix}" for of in ("faces", "sound") for suffix in (".xml", ".bin", ".xml.json", ".xml.md")
    }
    told = json.loads((tmp_path / "out/deepfake_sound.xml.json").read_text())
    assert told["input"]["name"] == "sounds"


def test_what_it_cannot_do_is_told_in_one_line(tmp_path):
    (tmp_path / "results").mkdir()
    (tmp_path / "taken").write_text("a file")
    named = ("export", "--format", "openvino", "--out")
    assert_one_line_error(run_step(*named, tmp_path / "out", "--model", tmp_path / "results"), "has no trained model")
    assert_one_line_error(run_step(*named, tmp_path / "taken"), "taken can't be read or written")
    assert run_step("export", "--format", "caffe", "--out", tmp_path).returncode == 2
