"""Detectors and weights: there, missing, damaged."""

import json
import shutil

import pytest

from keras_impl.checkup.weights import check_backbone, check_detector, check_facenet
from keras_impl.models import shipped
from keras_impl.models.facenet.tutorial_sdist import WEIGHTS_NAME
from keras_impl.models.facenet.weights import WEIGHTS_VARIABLE


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_IMPL_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv(WEIGHTS_VARIABLE, raising=False)
    (tmp_path / "cache").mkdir()
    return tmp_path / "cache"


@pytest.fixture
def folder(tmp_path):
    """A copy of the detector of sound, with a small file for its model."""
    folder = tmp_path / "resnet"
    folder.mkdir()
    (folder / "model.keras").write_bytes(b"weights")
    digest = "9e2d8a93ad3ad4e6a2b1d2c4d64f5a5c4a2c9a6f"
    (folder / "model.json").write_text(json.dumps({"files": {"model.keras": digest}}))
    return folder


@pytest.mark.parametrize("place", ["resnet", "sound/resnet"])
def test_the_detectors_that_come_with_the_package_are_as_their_cards_say(place):
    (found,) = check_detector("faces", shipped.FOLDER / place)
    assert found.level == "ok"
    assert "model.keras, sha256 " in found.found


def test_a_model_that_its_card_was_not_written_for_is_named(folder):
    (found,) = check_detector("sound", folder)
    assert (found.subject, found.level) == ("detector of sound", "verdicts")
    assert "model.keras is not the file that its card was written for" in found.found
    assert "Install the package again" in found.advice


@pytest.mark.parametrize("missing", ["model.keras", "model.json", "."])
def test_a_detector_of_which_something_is_missing_is_told(folder, missing):
    shutil.rmtree(folder) if missing == "." else (folder / missing).unlink()
    (found,) = check_detector("sound", folder)
    assert found.level == "verdicts"
    assert str(folder) in found.found


@pytest.mark.parametrize("card", ["{", "[]", '{"files": 3}', '{"files": {"model.keras": null}}', "{}"])
def test_a_damaged_card_is_told(folder, card):
    (folder / "model.json").write_text(card)
    (found,) = check_detector("sound", folder)
    assert found.level == "verdicts"


def test_facenets_weights_are_optional_until_they_are_needed(cache):
    (found,) = check_facenet()
    assert found.level == "note"
    assert "not here yet" in found.found
    assert list(cache.iterdir()) == []


def test_facenets_damaged_weights_are_told(cache):
    (cache / WEIGHTS_NAME).write_bytes(b"damaged")
    (found,) = check_facenet()
    assert (found.level, found.found) == ("note", f"{cache / WEIGHTS_NAME} is damaged")


def test_facenets_other_release_is_found(cache):
    (cache / "20170512-110547-weights.h5").write_bytes(b"weights")
    (found,) = check_facenet()
    assert found.level == "ok"
    assert "20170512-110547-weights.h5" in found.found


def test_the_file_that_the_user_has_named_is_the_one_that_is_looked_for(cache, tmp_path, monkeypatch):
    monkeypatch.setenv(WEIGHTS_VARIABLE, str(tmp_path / "mine.h5"))
    (found,) = check_facenet()
    assert (found.level, found.found) == ("limited", f"{tmp_path / 'mine.h5'} is not a file")
    (tmp_path / "mine.h5").write_bytes(b"weights")
    (found,) = check_facenet()
    assert found.level == "ok"


def test_the_backbones_weights_are_found_or_told_to_come(tmp_path):
    (found,) = check_backbone(tmp_path)
    assert (found.level, "not here yet" in found.found) == ("note", True)
    weights = tmp_path / "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5"
    weights.write_bytes(b"weights")
    (found,) = check_backbone(tmp_path)
    assert (found.level, str(weights) in found.found) == ("ok", True)
