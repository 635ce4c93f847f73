"""A thousand damaged files through the commands: each is named, none costs another its result."""

import json
import random
import resource
import shutil
from itertools import product

import pandas as pd
import pytest

from keras_impl.media.formats import SUFFIXES
from tests.conftest import run_step
from tests.media.test_damage import damage, make_donors
from tests.prediction.films import add_sound
from tests.speech.speech import speak, write_wav
from tests.test_predict import write_svm

pytestmark = pytest.mark.slow

COPIES = 1000

LARGEST_WORKER = 2.0
"""Gigabytes that no process may have had; a worker with all models has about one."""


@pytest.fixture(scope="module")
def work(embedder, clip, tmp_path_factory):
    """A folder with models that know nothing, and a data set of damaged copies of small files."""
    folder = tmp_path_factory.mktemp("fuzz")
    write_svm(folder / "results/demo", 128, made_from={"facenet_weights_sha256": embedder.weights_sha256})
    write_svm(folder / "results/demo/sound", 120, modality="sound")
    donors = make_donors(folder / "donors")
    add_sound(clip, speak(6), folder / "donors/face.mp4")
    write_wav(folder / "donors/speech.wav", speak(6))
    donors += [folder / "donors/face.mp4", folder / "donors/speech.wav"]
    contents = {path.name: path.read_bytes() for path in donors}
    draw, pairs = random.Random(1), list(product(contents, contents))
    for label in ("real", "fake"):
        (folder / "data" / label).mkdir(parents=True)
        for donor in donors[-2:]:
            shutil.copy(donor, folder / "data" / label)
    for number in range(COPIES):
        name, other = draw.choice(pairs)
        copy = folder / "data" / ("real", "fake")[number % 2] / f"copy_{number:04}_{name}"
        copy.write_bytes(damage(contents[name], contents[other], draw))
    return folder


def named(folder, suffixes):
    """What is to be found again in the lists of an extraction."""
    files = (folder / "data").glob("*/*")
    return {path.relative_to(folder / "data").as_posix() for path in files if path.suffix in suffixes}


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("step", "suffixes"), [("extract_faces", SUFFIXES["image"]), ("extract_sound", SUFFIXES["sound"])]
)
def test_an_extraction_names_all_and_loses_none(work, step, suffixes):
    result = run_step(step, "--data", "data", "--out", step, "--jobs", 2, "--time-limit", 20, cwd=work, timeout=1800)
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr
    index, problems = (pd.read_csv(work / step / name) for name in ("index.csv", "problems.csv"))
    assert set(index["video"]) | set(problems["name"]) == named(work, suffixes)
    assert not set(index["video"]) & set(problems["name"])
    assert problems["reason"].str.len().between(5, 300).all()
    assert {f"{label}/face.mp4" for label in ("real", "fake")} <= set(index["video"])
    tell_memory()


@pytest.mark.heavy
def test_predict_answers_for_each(work):
    result = run_step(
        "predict", "data", "--model", "results/demo", "--json", "--jobs", 2, "--time-limit", 20, cwd=work, timeout=1800
    )
    assert result.returncode == 3, result.stderr
    assert "Traceback" not in result.stderr
    files = {file["file"]: file for file in json.loads(result.stdout)["files"]}
    assert {name.removeprefix("data/") for name in files} == named(work, SUFFIXES["image"] | SUFFIXES["sound"])
    for name, file in files.items():
        assert bool(file["verdict"]) != bool(file["problem"]), name
        assert "\n" not in (file["problem"] or "")
    assert sum(bool(file["problem"]) for file in files.values()) > COPIES / 3
    assert files["data/real/speech.wav"]["verdict"]
    tell_memory()


def tell_memory():
    """Print what the largest process so far has had, and hold it against the limit."""
    gigabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    print(f"largest process: {gigabytes:.2f} GB")
    assert gigabytes < LARGEST_WORKER
