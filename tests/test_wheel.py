"""The package as pip installs it, away from its repository."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from keras_impl import __version__
from keras_impl.media.image import write_png
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

INGREDIENTS = ("keras_impl", "setup.cfg", "pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with the wheel's content in it, beside the dependencies of these tests."""
    source, wheels, site = (tmp_path_factory.mktemp(name) for name in ("source", "wheels", "site"))
    for name in INGREDIENTS:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", wheels, source], check=True)
    (wheel,) = wheels.iterdir()
    subprocess.run([*pip, "install", "--no-deps", "--target", site, wheel], check=True)
    return site


@pytest.fixture
def run(installed, tmp_path):
    """What runs the installed command, in a folder of its own."""

    def run(*arguments):
        command = [sys.executable, installed / "bin/keras-impl", *map(str, arguments)]
        environment = os.environ | {"PYTHONPATH": str(installed)}
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)

    return run


def test_the_command_tells_its_version_and_its_steps(run):
    assert run("--version").stdout.strip() == __version__
    assert "predict" in run().stdout
    assert "Usage: keras-impl predict" in run("predict", "--help").stdout


def test_what_comes_with_the_package_judges_from_any_folder_and_says_so(run, installed, face, tmp_path):
    write_png(tmp_path / "photo.png", face)
    told = run("predict", "photo.png", "--json", "--report", "reports")
    assert told.returncode == 0, told.stderr
    content = json.loads(told.stdout)
    assert content["models"]["folder"] == "the package"
    assert content["files"][0]["p_fake"] is not None
    page = (tmp_path / "reports/photo.png.html").read_text(encoding="utf-8")
    assert str(tmp_path) not in page
    assert str(installed) not in page


@pytest.mark.heavy
def test_the_demo_runs_from_the_wheel_and_its_models_abstain(run, tmp_path):
    ended = run("demo")
    assert ended.returncode == 0, ended.stderr
    clip = min((tmp_path / "data/demo/videos").glob("*.mp4"))
    told = run("predict", clip, "--model", "results/demo")
    assert told.stdout.startswith("Can't tell. Demo model: not for real use.")
