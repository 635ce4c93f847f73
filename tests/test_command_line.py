"""The command line as a user meets it."""

import json
import subprocess
import sys

import pytest

from keras_impl.__main__ import STEPS
from tests.conftest import assert_one_line_error, run_step

HEAVY = {"tensorflow", "keras", "sklearn", "scipy", "pandas", "matplotlib", "cv2", "av"}


@pytest.mark.parametrize("step", ["", *(f".{name}" for name, _ in STEPS)])
def test_help_is_there_and_imports_nothing_heavy(step):
    code = f"""
import runpy, sys
sys.argv = ["x", "--help"]
try:
    runpy.run_module("keras_impl{step}", run_name="__main__", alter_sys=True)
except SystemExit as stop:
    assert not stop.code
assert not {HEAVY} & set(sys.modules), {HEAVY} & set(sys.modules)
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "keras_impl" in result.stdout
    assert result.stderr == ""


def test_the_package_lists_its_steps_in_order():
    result = subprocess.run([sys.executable, "-m", "keras_impl"], capture_output=True, text=True, check=True)
    lines = result.stdout.splitlines()
    assert [line.split()[2] for line in lines if line.startswith("python -m")] == [f"keras_impl.{n}" for n, _ in STEPS]
    assert max(map(len, lines)) <= 80


def test_tensorflows_chatter_does_not_reach_the_terminal():
    code = "import keras_impl.faces.detection, keras_impl.approaches.facenet, keras_impl.approaches.resnet"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == result.stderr == ""


@pytest.mark.parametrize(
    ("step", "arguments", "words"),
    [
        ("extract_faces", ["--data", "nowhere"], ["nowhere is not a folder"]),
        ("extract_faces", ["--data", "."], ["no metadata.json"]),
        ("extract_embeddings", [], ["index.csv is missing", "extract_faces first"]),
        ("train_svm", [], ["embeddings.npz is missing", "extract_embeddings first"]),
        ("train_resnet", [], ["index.csv is missing", "extract_faces first"]),
        ("compare", [], ["train_svm and train_resnet first"]),
    ],
)
def test_a_step_without_its_input_says_in_one_line_what_to_do(tmp_path, step, arguments, words):
    assert_one_line_error(run_step(step, *arguments, cwd=tmp_path), *words)


def test_wrong_options_are_a_usage_error(tmp_path):
    for arguments in (["--min-face-size", "5"], ["--frames-per-video", "0"], ["--nonsense"]):
        result = run_step("extract_faces", *arguments, cwd=tmp_path)
        assert result.returncode == 2
        assert "Traceback" not in result.stderr


def test_nothing_extracted_is_a_failure_that_names_the_list_of_reasons(tmp_path):
    videos = tmp_path / "data" / "videos"
    videos.mkdir(parents=True)
    (videos / "a.mp4").write_text("just text")
    (videos / "metadata.json").write_text(json.dumps({"a.mp4": {"label": "REAL"}}))
    result = run_step("extract_faces", cwd=tmp_path)
    assert_one_line_error(result, "no face was extracted", "problems.csv")
    assert "a.mp4: can't be opened as a video" in result.stderr
