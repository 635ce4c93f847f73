"""The steps after the extraction, with ``--modality sound``: from a folder of sound to a report."""

import json

import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from keras_impl.errors import DataError
from keras_impl.models.run import load_run, load_samples
from keras_impl.samples.index import read_samples
from keras_impl.speech.modality import SPEECH
from keras_impl.splits.protocols import make_split
from tests.conftest import assert_one_line_error, run_step
from tests.speech.speech import metallic, record_people, speak, write_wav

pytestmark = pytest.mark.slow

FAKES = 12


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A sound folder of a table that says who speaks and which system made the fakes."""
    data = record_people(tmp_path_factory.mktemp("recordings"), FAKES)
    rows = [
        {
            "path": path.relative_to(data).as_posix(),
            "label": path.parent.name,
            "speaker": f"voice {number // 4}",
            "system": f"vocoder {number // 2 % 3}" if path.parent.name == "fake" else "",
            "corpus": f"corpus {number // 2 % 3}",
        }
        for number, path in enumerate(sorted(data.glob("*/*.wav"), key=lambda path: path.name))
    ]
    pd.DataFrame(rows).to_csv(data / "recordings.csv", index=False)
    out = tmp_path_factory.mktemp("sound")
    result = run_step("extract_sound", "--data", data / "recordings.csv", "--out", out, "--jobs", 1)
    assert result.returncode == 0, result.stderr
    return out


@pytest.fixture(scope="module")
def results(sound, tmp_path_factory):
    """What the SVM and the baseline make of it."""
    out = tmp_path_factory.mktemp("results")
    for step in ("train_svm", "train_baseline"):
        result = run_step(step, "--modality", "sound", "--embeddings", sound, "--out", out)
        assert result.returncode == 0, result.stderr
        assert "Traceback" not in result.stderr
    return out


def scores_of(results, approach):
    scores = pd.read_csv(results / approach / "scores.csv")
    return scores[scores["split"] == "validation"]


def test_the_svm_hears_what_the_baseline_does_not_know(results):
    svm, baseline = (scores_of(results, approach) for approach in ("svm", "baseline"))
    assert len(svm) == len(baseline) > 2
    assert roc_auc_score(svm["label"], svm["p_fake"]) == 1
    assert baseline["p_fake"].between(0, 1).all()


def test_models_say_that_they_are_for_sound(results):
    for approach in ("svm", "baseline"):
        settings = json.loads((results / approach / "model.json").read_text())
        assert settings["modality"] == "sound"
    assert (results / "svm" / "model.skops").is_file()


def test_the_comparison_ends_well(results):
    result = run_step("compare", "--modality", "sound", "--results", results)
    assert result.returncode == 0, result.stderr
    report = (results / "comparison.md").read_text()
    assert "LFCC statistics + SVM" in report
    assert "duration, silence, level" in report
    assert "segments" in report


@pytest.mark.parametrize("protocol", ["person", "source", "system", "corpus", "video", "random"])
def test_each_rule_keeps_its_groups_on_one_side(protocol, sound):
    index = read_samples(sound, SPEECH)
    parts = next(make_split(index, protocol, SPEECH).parts(index)).to_numpy()
    column = index["sample" if protocol == "random" else protocol]
    train, validation = (set(column[parts == part]) for part in ("train", "validation"))
    assert train
    assert validation
    assert not train & validation


def test_another_split_is_made_and_its_leaks_are_counted(sound, tmp_path):
    where = ("--modality", "sound", "--embeddings", sound, "--out", tmp_path / "split.json")
    result = run_step("make_split", *where, "--protocol", "system", "--folds", 3)
    assert result.returncode == 0, result.stderr
    assert len(json.loads((tmp_path / "split.json").read_text())["folds"]) == 3


# ---- what can't be done ----


def test_a_folder_of_sound_is_not_taken_for_one_of_faces(sound, tmp_path):
    result = run_step("train_svm", "--embeddings", sound, "--out", tmp_path)
    assert_one_line_error(result, "is of sound, not of image", "--modality sound")


def test_a_folder_of_faces_is_not_taken_for_one_of_sound(tmp_path):
    (tmp_path / "settings.json").write_text("{}")
    with pytest.raises(DataError, match="is of image, not of sound: name another folder, or say --modality image"):
        load_samples(tmp_path, SPEECH)


def test_one_class_alone_is_one_line(tmp_path):
    for number in range(3):
        (tmp_path / "data").mkdir(exist_ok=True)
        write_wav(tmp_path / "data" / f"{number}.wav", metallic(speak(2.5, seed=number)))
    table = tmp_path / "data" / "recordings.csv"
    table.write_text("path,label\n" + "".join(f"{number}.wav,fake\n" for number in range(3)))
    out = tmp_path / "sound"
    result = run_step("extract_sound", "--data", table, "--out", out, "--jobs", 1)
    assert result.returncode == 0, result.stderr
    assert "No split was made: all 3 " in result.stderr
    with pytest.raises(DataError, match="split.json"):
        load_run(out, None, SPEECH)
