"""The steps after the extraction, with ``--modality sound``: from a folder of sound to a report."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from keras_impl.core.configs import as_json
from keras_impl.degradations import DEGRADATIONS
from keras_impl.errors import DataError
from keras_impl.evaluation.robustness import FIGURES
from keras_impl.models import svm
from keras_impl.models.resnet import train
from keras_impl.models.resnet.config import NetworkConfig, SpectrogramPicture, Stage
from keras_impl.models.resnet.recipe import SoundAugmentation, TrainingConfig
from keras_impl.models.run import load_run, load_samples
from keras_impl.prediction.stress import choose_samples
from keras_impl.prediction.trained import find_folds, find_models
from keras_impl.reporting.model_card import publish
from keras_impl.samples.degradations import conditions_of
from keras_impl.samples.index import read_samples
from keras_impl.speech.channels import Channels
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


def test_the_svm_learns_from_copies_through_channels_unless_told_otherwise(sound, results, tmp_path):
    card = json.loads((results / "svm/model.json").read_text())
    (fit,) = card["fits"]
    assert fit["made_worse"] == fit["training_samples"] > 0
    assert card["channels"] == as_json(Channels())
    result = run_step("train_svm", "--modality", "sound", "--samples", sound, "--out", tmp_path, "--as-they-are")
    assert result.returncode == 0, result.stderr
    card = json.loads((tmp_path / "svm/model.json").read_text())
    assert card["fits"][0]["made_worse"] == 0
    assert "channels" not in card


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


@pytest.fixture
def tiny():
    """A small network, which learns in turns through channels."""
    network = NetworkConfig(SpectrogramPicture(), (Stage(2, 64, 1),))
    augmentation = SoundAugmentation(channels=Channels(), floors=0.3, seconds=1.0)
    recipe = TrainingConfig(augmentation, epochs=1, turns=2, calibration_samples=4, max_fpr=0.2)
    return train.Options("none", network=network, recipe=recipe, keep_folds=True)


@pytest.mark.heavy
def test_a_detector_that_learnt_from_everything_is_passed_on_with_figures_of_its_folds(sound, tiny, tmp_path):
    split, folds, whole = tmp_path / "split.json", tmp_path / "folds", tmp_path / "whole"
    made = run_step(
        "make_split", "--modality", "sound", "--samples", sound, "--protocol", "corpus", "--folds", 3, "--out", split
    )
    assert made.returncode == 0, made.stderr
    train.train(sound, folds, SPEECH, split=split, options=tiny)
    svm.train(sound, folds, SPEECH, split, keep_folds=True)
    models = find_models(folds).sound
    (folds / "resnet/folds/.DS_Store").touch()
    kept = find_folds(models)
    assert json.loads((folds / "resnet/held_out.json").read_text())["folds"] == [[], [], []]  # all was learnt from
    assert [list(each.trained) for each in kept] == [["resnet", "svm"]] * 3
    assert len({each.trained["resnet"].sha256 for each in kept}) == 3
    tested = [choose_samples(each, sound) for each in kept]
    index = read_samples(sound, SPEECH)
    validated = [set(each.index["sample"]) for each in tested]
    assert not validated[0] & validated[1]
    for each, chosen in zip(kept, tested, strict=True):
        corpora = set(index.set_index("sample").loc[list(chosen.index["sample"]), "corpus"])
        assert len(corpora) == 1  # that its model has not met
        assert each.trained["resnet"].card["fits"][0]["turns"] == 2

    stressed = run_step("stress", "--modality", "sound", "--model", folds, "--samples", sound, "--jobs", 2)
    assert stressed.returncode == 0, stressed.stderr
    assert "Fold 3 of 3" in stressed.stdout
    assert max(len(line) for line in stressed.stdout.splitlines() if "Wrote" not in line) <= 80
    table = pd.read_csv(folds / "stress/validation/stress.csv")
    assert set(table["approach"]) == {"resnet", "svm"}
    assert len(table) == 2 * len(FIGURES) * len(conditions_of(DEGRADATIONS["sound"]))
    assert table["real"].iloc[0] + table["fake"].iloc[0] == sum(map(len, validated))
    again = run_step("stress", "--modality", "sound", "--model", folds, "--samples", sound, "--jobs", 1)
    assert "are scored already" in again.stdout

    train.train(sound, whole, SPEECH, split=split, options=replace(tiny, everything=True, keep_folds=False))
    card = json.loads((whole / "resnet/model.json").read_text())
    assert card["learns_everything"]
    assert card["fits"][0]["learnt_from"] == len(index)
    with pytest.raises(DataError, match="has not been measured"):
        publish(whole / "resnet", tmp_path / "out")
    publish(whole / "resnet", tmp_path / "out/sound", folds, "English")
    assert (tmp_path / "out/sound/resnet/card.md").read_text().count("| room (T60, s) ") == 3
    with pytest.raises(DataError, match="segments of .* have been learnt from"):
        choose_samples(find_models(tmp_path / "out").sound, sound)
    voice = write_wav(tmp_path / "voice.wav", speak(9, seed=77))
    judged = run_step("predict", voice, "--model", tmp_path / "out")
    assert judged.returncode == 0, judged.stderr
    assert "recordings from collections it had not seen" in judged.stdout
    assert "trained almost entirely on English" in " ".join(judged.stdout.split())
