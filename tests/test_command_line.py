"""The command line as a user meets it."""

import configparser
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from keras_impl import __version__
from keras_impl.__main__ import STEPS
from keras_impl.datasets import LAYOUTS
from keras_impl.media.image import write_png
from tests.conftest import ROOT, assert_one_line_error, run_step

pytestmark = pytest.mark.slow

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
    assert [line.split()[0] for line in lines if line.startswith("  ")] == [name for name, _ in STEPS]
    assert max(map(len, lines)) <= 80


def test_the_direction_of_imports_is_checked_of_all_steps():
    """A module that the contract doesn't name passes it unseen."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    commands = config["importlinter:contract:rooms"]["layers"].split("\n")[1]
    named = set(commands.split(" | ")) - {"keras_impl.__main__"}
    assert named == {f"keras_impl.{name}" for name, _ in STEPS} - {"keras_impl.demo"}


def test_tensorflows_chatter_does_not_reach_the_terminal():
    code = "import keras_impl.faces.mtcnn, keras_impl.models.facenet.embedder, keras_impl.models.resnet.network"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == result.stderr == ""


@pytest.mark.parametrize(
    ("step", "arguments", "words"),
    [
        ("extract_faces", ["--data", "nowhere"], ["nowhere doesn't exist", "give the folder"]),
        ("extract_faces", ["--data", "."], [". is in no known layout", "the folder is empty", "docs/layouts.md"]),
        (
            "extract_faces",
            ["--data", ".", "--layout", "movies"],
            ["movies is not a known layout", "choose one of table"],
        ),
        ("extract_faces", ["--data", ".", "--layout", "dfdc"], ["layout dfdc: it needs a metadata.json"]),
        ("extract_sound", ["--data", "nowhere"], ["nowhere doesn't exist", "give the folder"]),
        ("extract_sound", ["--data", "."], [". is in no known layout", "the folder is empty", "docs/layouts.md"]),
        ("extract_sound", ["--data", ".", "--layout", "crops"], ["crops is a layout for image", "asvspoof"]),
        ("extract_embeddings", [], ["index.csv is missing", "extract_faces first"]),
        ("train_svm", [], ["embeddings/index.csv is missing", "extract_embeddings first"]),
        ("train_svm", ["--modality", "sound"], ["data/sound/index.csv is missing", "extract_sound first"]),
        ("train_resnet", [], ["embeddings/index.csv is missing", "extract_embeddings first"]),
        ("train_resnet", ["--modality", "sound"], ["data/sound/index.csv is missing", "extract_sound first"]),
        ("train_fusion", [], ["embeddings/index.csv is missing", "extract_embeddings first"]),
        ("stress", [], ["embeddings/index.csv is missing", "extract_embeddings first"]),
        ("compare", [], ["run a training step first"]),
    ],
)
def test_a_step_without_its_input_says_in_one_line_what_to_do(tmp_path, step, arguments, words):
    assert_one_line_error(run_step(step, *arguments, cwd=tmp_path), *words)


def run_package(*arguments):
    run = [sys.executable, "-m", "keras_impl", *arguments]
    return subprocess.run(run, capture_output=True, text=True, check=False, env=os.environ | {"COLUMNS": "80"})


def test_the_package_tells_its_version():
    result = run_package("--version")
    assert (result.returncode, result.stdout.strip(), result.stderr) == (0, __version__, "")


@pytest.mark.parametrize("step", ["predict", "demo"])
def test_a_step_that_is_named_is_run(step):
    named, own = run_package(step, "--help").stdout, run_step(step, "--help").stdout
    assert f"Usage: python -m keras_impl {step} [OPTIONS]" in named
    assert named.splitlines()[3:] == own.splitlines()[3:]
    assert run_package(step, "--nonsense").returncode == 2


@pytest.mark.parametrize("arguments", [["train-svm", "--help"], ["train_svm", "--help"]])
def test_the_installed_command_runs_a_step_under_its_own_name(arguments, tmp_path):
    """As pip installs it: a script of that name that calls main."""
    script = tmp_path / "keras-impl"
    script.write_text("import sys\nfrom keras_impl.__main__ import main\nsys.exit(main())\n")
    result = subprocess.run(
        [sys.executable, script, *arguments], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert "Usage: keras-impl train_svm [OPTIONS]" in result.stdout
    assert not result.stderr


@pytest.mark.parametrize(("step", "told"), [("predit", "did you mean predict?"), ("xyz", "lists them")])
def test_what_is_no_step_is_refused(step, told):
    result = run_package(step, "clip.mp4")
    assert result.returncode == 2
    assert f"Error: {step} is not a step: " in result.stderr
    assert told in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(("step", "modality"), [("extract_faces", "image"), ("extract_sound", "sound")])
def test_the_layouts_are_listed_in_the_help(step, modality):
    printed = " ".join(run_step(step, "--help").stdout.replace("│", " ").split())
    fitting = [name for name, layout in LAYOUTS.items() if modality in layout.MODALITIES]
    assert f"One of {', '.join(fitting)}." in printed


def test_crops_are_used_where_they_lie_without_tensorflow(face, detector, tmp_path):
    """Bad crops are named, and where no landmarks are found those of the others stand in, which is told."""
    noise = np.random.default_rng(0)
    for name in ("real/a", "real/b", "fake/c"):
        write_png(tmp_path / f"faces/{name}.png", face)
    write_png(tmp_path / "faces/fake/d.png", noise.integers(0, 256, (32, 32, 3), dtype=np.uint8))
    (tmp_path / "faces/real/bad.jpg").write_text("not an image")
    code = """
import sys
from pathlib import Path
from keras_impl.extract_faces import main
main(data=Path("faces"), layout="crops", out=Path("out"))
assert "tensorflow" not in sys.modules
"""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    run = [sys.executable, "-c", code]
    result = subprocess.run(run, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)
    assert result.returncode == 0, result.stderr
    assert "real/bad.jpg: is not an image" in result.stderr
    assert "No landmarks were found in 1 of 4 crops" in result.stdout
    assert "4 faces of 4 videos (2 real, 2 fake)" in result.stdout
    assert not (tmp_path / "out/crops").exists()


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


@pytest.mark.parametrize(
    ("step", "arguments", "words"),
    [
        ("stress", ["--name", "../elsewhere"], "--name is a folder's name"),
        ("train_resnet", ["--modality", "sound", "--degraded", 0.5], "--hidden and --preview are for faces"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(tmp_path, step, arguments, words):
    result = run_step(step, *arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert words in " ".join(result.stderr.replace("\N{BOX DRAWINGS LIGHT VERTICAL}", " ").split())
