"""One command from videos to a report, and once more without doing anything twice."""

import json
import shutil
from dataclasses import replace

import pytest

from keras_impl import run
from keras_impl.errors import DataError
from keras_impl.models.resnet.config import BACKBONES, FacePicture, NetworkConfig, Stage
from keras_impl.models.resnet.inputs import INPUTS
from tests.conftest import assert_one_line_error, run_step

pytestmark = pytest.mark.slow

REALS = 12


@pytest.fixture(scope="module")
def videos(clips, tmp_path_factory):
    """Twelve real clips with their fakes, and one file that can't be read."""
    folder = tmp_path_factory.mktemp("few") / "my videos"
    folder.mkdir()
    entries = json.loads((clips / "metadata.json").read_text())
    reals = sorted(name for name, entry in entries.items() if entry["label"] == "REAL")[::9][:REALS]
    chosen = {name: entry for name, entry in entries.items() if name in reals or entry["original"] in reals}
    for name in chosen:
        shutil.copy(clips / name, folder)
    (folder / "text.mp4").write_text("not a video\n" * 50)
    chosen["text.mp4"] = {"label": "FAKE", "original": None}
    (folder / "metadata.json").write_text(json.dumps(chosen))
    return folder


@pytest.fixture
def small(monkeypatch):
    """A network that is trained in a second."""
    monkeypatch.setitem(BACKBONES, "tiny", "tests.second.tiny")
    inputs = INPUTS["image"]
    recipe = replace(inputs.recipe(), epochs=1)
    network = NetworkConfig(FacePicture(), (Stage(2, 8, 1), Stage(3, 16, 1)), backbone="tiny")
    monkeypatch.setattr(inputs, "network", lambda: network)
    monkeypatch.setattr(inputs, "recipe", lambda shares: recipe)


def test_it_plans_does_all_reports_and_does_nothing_twice(videos, small, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    asked = {"data": videos, "backbone_weights": "none", "per_file": 1, "folds": 2, "jobs": 1}

    run.main(**asked, plan=True)
    planned = capsys.readouterr().out
    assert f"{3 * REALS + 1} videos, {REALS} real and {2 * REALS + 1} fake." in planned
    assert "Up to 1 face is taken from each video" in planned
    assert "Each approach is trained 2 times" in planned
    rows = [line.split()[0] for line in planned.splitlines() if line.startswith(" ") and line.strip()]
    assert rows[0] == "step"
    assert rows[2:] == [
        *("extract_faces", "extract_embeddings", "train_svm", "train_resnet", "train_baseline", "compare", "all")
    ]
    assert max(len(line.rstrip()) for line in planned.splitlines()[1:]) <= 80
    assert not list(tmp_path.iterdir())

    run.main(**asked)
    told = capsys.readouterr()
    assert told.out.startswith(planned.splitlines()[0])
    assert told.out.rstrip().splitlines()[-1].startswith("Wrote results/comparison.md")
    assert "text.mp4" in told.err
    report = (tmp_path / "results/comparison.md").read_text()
    assert report.startswith("# Comparison: my videos\n\nData set: my videos (layout dfdc). ")
    names = {"svm", "resnet", "baseline"}
    assert {path.parent.name for path in (tmp_path / "results").glob("*/scores.csv")} == names
    written = {path: path.stat().st_mtime_ns for path in (tmp_path / "results").glob("*/*") if path.is_file()}

    run.main(**asked)
    again = capsys.readouterr().out
    assert f"{3 * REALS + 1} videos are extracted already." in again
    assert again.count("trained already") == 2
    assert "results/baseline is fitted already" in again
    assert {path: path.stat().st_mtime_ns for path in written} == written
    assert again.splitlines()[-1] == told.out.splitlines()[-1]

    shutil.copytree(tmp_path / "results/svm", tmp_path / "results/other")
    card = json.loads((tmp_path / "results/other/model.json").read_text())
    card["made_from"]["index_sha256"] = "of others"
    (tmp_path / "results/other/model.json").write_text(json.dumps(card))
    with pytest.raises(DataError, match="results/other was trained on other faces or .*: delete it, or choose another"):
        run.main(**asked)


def test_too_few_an_empty_folder_and_one_class_are_told_in_a_line_before_any_work(videos, tmp_path):
    few = tmp_path / "few"
    for label in ("real", "fake"):
        (few / label).mkdir(parents=True)
        shutil.copy(min(videos.glob("*_real.mp4")), few / label / "clip.mp4")
    assert_one_line_error(run_step("run", "--data", few, cwd=tmp_path), "fewer than 5 of a class", "ask predict")
    shutil.rmtree(few / "fake")
    assert_one_line_error(run_step("run", "--data", few, "--layout", "folders", cwd=tmp_path), "all 1 videos are real")
    (tmp_path / "empty").mkdir()
    assert_one_line_error(run_step("run", "--data", "empty", cwd=tmp_path), "the folder is empty")
    assert {path.name for path in tmp_path.iterdir()} == {"few", "empty"}
