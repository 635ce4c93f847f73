"""Fifty kills at random moments: each step, started again, ends with what it would have ended with, and no more."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress

import numpy as np
import pandas as pd
import pytest

from keras_impl.core.storage import PARTIAL
from tests.conftest import run_step
from tests.speech.speech import record_people
from tests.test_whole_run import write_crops

pytestmark = pytest.mark.slow

KILLS = 10
"""Of each of the five steps."""

CHANCE = ("seconds", "created", "time", "training_seconds")
"""Keys of cards whose values no run repeats."""


@pytest.fixture(scope="module")
def work(clips, face, tmp_path_factory):
    """A folder with videos, recordings, and crops that have gone through the first two steps."""
    folder = tmp_path_factory.mktemp("kills")
    entries = json.loads((clips / "metadata.json").read_text())
    reals = sorted(name for name, entry in entries.items() if entry["label"] == "REAL")[:8]
    chosen = {name: entry for name, entry in entries.items() if name in reals or entry["original"] in reals}
    (folder / "videos").mkdir()
    for name in chosen:
        shutil.copy(clips / name, folder / "videos")
    (folder / "videos/metadata.json").write_text(json.dumps(chosen))
    record_people(folder / "recordings", 8)
    write_crops(folder / "crops", face, range(24))
    steps = (
        ("extract_faces", "--data", "crops", "--layout", "crops"),
        ("extract_embeddings",),
        ("train_svm", "--out", "compared"),
        ("train_baseline", "--out", "compared"),
    )
    for step, *arguments in steps:
        result = run_step(step, *arguments, cwd=folder)
        assert result.returncode == 0, result.stderr
    return folder


def start(step, folder, arguments):
    """A step in a session of its own, so that its workers can be killed with it."""
    return subprocess.Popen(
        [sys.executable, "-m", f"keras_impl.{step}", *arguments],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def contents(folder):
    """What the files of a folder say, but for what no run repeats; of models and pictures, that they are there."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or name == "journal.jsonl" or "/tensorboard/" in f"/{name}":
            continue
        if path.suffix == ".csv":
            table = pd.read_csv(path)
            found[name] = table.drop(columns=[each for each in CHANCE if each in table])
        elif path.suffix == ".json":
            found[name] = without_chance(json.loads(path.read_text()))
        else:
            found[name] = path.read_bytes() if path.suffix in (".md", ".flac") else None
    return found


def without_chance(content):
    if isinstance(content, dict):
        return {name: without_chance(value) for name, value in content.items() if name not in (*CHANCE, "files")}
    return content


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("step", "arguments", "option", "before"),
    [
        ("extract_faces", ["--data", "videos", "--frames-per-video", "3", "--jobs", "2"], "--out", None),
        ("extract_sound", ["--data", "recordings", "--jobs", "2"], "--out", None),
        ("train_svm", [], "--out", None),
        ("train_resnet", ["--backbone-weights", "none"], "--out", None),
        ("compare", [], "--results", "compared"),
    ],
)
def test_ten_kills_at_random_moments_change_nothing(work, tmp_path, step, arguments, option, before):
    places = tmp_path / "whole", tmp_path / "killed"
    for place in places:
        if before:
            shutil.copytree(work / before, place)
    started = time.monotonic()
    assert run_step(step, *arguments, option, places[0], cwd=work).returncode == 0
    whole = time.monotonic() - started
    draw, killed = random.Random(step), 0
    while killed < KILLS:
        process = start(step, work, [*arguments, option, str(places[1])])
        time.sleep(draw.uniform(0.1, 1) * whole)
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            killed += 1
        elif draw.random() < 0.9:  # it goes on from where it was, and is done: once more from the beginning
            shutil.rmtree(places[1])
            if before:
                shutil.copytree(work / before, places[1])
        process.wait()
    last = run_step(step, *arguments, option, places[1], cwd=work)
    assert last.returncode == 0, last.stderr
    assert "Traceback" not in last.stderr
    assert not [path for path in places[1].rglob("*") if path.name.startswith(PARTIAL) or "unfinished" in path.name]
    expected, found = contents(places[0]), contents(places[1])
    assert list(found) == list(expected)
    for name, content in expected.items():
        if isinstance(content, pd.DataFrame):
            # a network's sums depend on how its threads took turns, kill or none
            pd.testing.assert_frame_equal(found[name], content, rtol=1e-3, atol=1e-3, obj=name)
        elif isinstance(content, bytes) and name.endswith(".md"):
            assert np.mean([one == other for one, other in zip(found[name], content, strict=False)]) > 0.9
        else:
            assert found[name] == content, name
