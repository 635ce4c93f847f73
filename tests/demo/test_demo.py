"""The demo as a whole, on few photos."""

from dataclasses import replace

import pytest

from keras_impl.demo import __main__ as demo
from keras_impl.demo import clips
from keras_impl.models.resnet.inputs import INPUTS
from keras_impl.prediction.trained import find_models

pytestmark = pytest.mark.slow


def test_a_small_demo_reports_honestly_and_deletes_only_its_own(tmp_path, monkeypatch, capsys):
    find_all = clips.find_portraits

    def find_few(*arguments):
        portraits, problems = find_all(*arguments)
        return portraits[::12], problems

    monkeypatch.setattr(clips, "find_portraits", find_few)
    inputs = INPUTS["image"]
    recipe = replace(inputs.recipe(), epochs=1)
    monkeypatch.setattr(inputs, "recipe", lambda shares: recipe)
    work, out = tmp_path / "work", tmp_path / "out"
    for foreign in (work / "mine.txt", out / "mine.txt", work / "videos" / "old.mp4"):
        foreign.parent.mkdir(parents=True, exist_ok=True)
        foreign.write_text("keep me, unless I am an old clip")

    demo.main(work=work, out=out)

    assert (work / "mine.txt").exists()
    assert (out / "mine.txt").exists()
    assert not (work / "videos" / "old.mp4").exists()
    report = (out / "comparison.md").read_text()
    assert "say nothing about real deepfakes" in report
    assert "ResNet50 was initialised with the weights of the detector that comes" in report
    assert "100.0% of 25 validation photos" in report
    assert {path.name for path in out.iterdir() if path.is_dir()} == {"svm", "resnet", "fusion", "baseline"}
    assert "real deepfakes" in capsys.readouterr().out
    assert find_models(out).is_demo  # so that its verdicts bear a stamp
