"""Which models are used, and which are refused."""

import json
import pickle
from pathlib import Path

import pytest

from keras_impl.core.configs import as_json
from keras_impl.core.storage import sha256_of_file
from keras_impl.errors import DataError
from keras_impl.faces.config import FaceConfig
from keras_impl.models import shipped
from keras_impl.models.calibration import OPERATING_NAME
from keras_impl.models.card import CAUTION_NAME
from keras_impl.models.published import STRANGERS
from keras_impl.models.resnet.config import FacePicture, NetworkConfig, SpectrogramPicture
from keras_impl.models.resnet.network import load_model
from keras_impl.models.svm import load_svm
from keras_impl.prediction.trained import find_models
from keras_impl.speech.modality import SPEECH
from tests.prediction.models import add_model


def test_what_comes_with_the_package_judges_unless_a_folder_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    add_model(tmp_path / "results/demo", "resnet")
    (tmp_path / "results/demo" / CAUTION_NAME).write_text("Made up,\nall of it.\n")
    own = find_models()
    assert (own.folder, own.shown, own.caution) == (shipped.FOLDER, "the package", "")
    assert own.image.decisive.known.rates[0].name == STRANGERS["image"]
    named = find_models(Path("results/demo"))
    assert (named.shown, named.caution) == ("results/demo", "Made up, all of it.")


def test_without_a_model_one_line_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(shipped, "FOLDER", tmp_path)
    with pytest.raises(DataError, match="comes with the package is missing: install it again, or name --model"):
        find_models()
    with pytest.raises(DataError, match="has no trained model"):
        find_models(tmp_path)


def test_the_fusion_decides_before_resnet_and_resnet_before_the_svms(tmp_path):
    for approach in ("svm", "resnet", "svm_rbf"):
        add_model(tmp_path, approach)
    assert list(find_models(tmp_path).image.trained) == ["resnet", "svm_rbf", "svm"]
    add_model(tmp_path, "fusion", resnet_sha256=sha256_of_file(tmp_path / "resnet/model.keras"))
    assert find_models(tmp_path).image.decisive.approach == "fusion"


def test_one_approach_can_be_named_alone(tmp_path):
    for approach in ("svm", "resnet"):
        add_model(tmp_path, approach)
    assert list(find_models(tmp_path / "svm").image.trained) == ["svm"]


def test_a_fusion_of_another_resnet_is_left_out_and_named(tmp_path):
    add_model(tmp_path, "resnet")
    add_model(tmp_path, "fusion", resnet_sha256="0" * 64)
    found = find_models(tmp_path)
    assert list(found.image.trained) == ["resnet"]
    assert "was fitted to another model than resnet's" in found.left_out[0]
    with pytest.raises(DataError, match="was fitted to another model than resnet's"):
        find_models(tmp_path / "fusion")


def test_a_file_that_was_changed_is_refused(tmp_path):
    add_model(tmp_path, "resnet")
    with (tmp_path / "resnet/model.keras").open("ab") as file:
        file.write(b"!")
    with pytest.raises(DataError, match="is not the file that model.json was written for, somebody changed it"):
        find_models(tmp_path)


@pytest.mark.parametrize("card", ["{}", "[]", '{"files": []}', "{"])
def test_a_description_without_a_hash_is_refused(tmp_path, card):
    add_model(tmp_path, "resnet")
    (tmp_path / "resnet/model.json").write_text(card)
    with pytest.raises(DataError, match=r"model\.json .*train it again"):
        find_models(tmp_path)


def test_a_model_without_operating_points_is_refused(tmp_path):
    add_model(tmp_path, "resnet")
    (tmp_path / "resnet" / OPERATING_NAME).unlink()
    with pytest.raises(DataError, match=r"operating_points\.json is missing: train the model again"):
        find_models(tmp_path)


class Trap:
    """Runs code when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


@pytest.mark.parametrize(
    ("approach", "load"), [("resnet", lambda path: load_model(path, NetworkConfig(FacePicture()))), ("svm", load_svm)]
)
def test_a_pickle_is_refused_and_not_run(tmp_path, approach, load):
    """Even one whose description has its hash."""
    add_model(tmp_path, approach, pickle.dumps(Trap(tmp_path / "trapped")))
    model = find_models(tmp_path).image.decisive
    with pytest.raises(DataError) as refusal:
        load(model.path)
    assert not (tmp_path / "trapped").exists()
    assert "train_" in str(refusal.value)


def test_what_it_was_trained_on_is_told_as_far_as_it_is_known(tmp_path):
    add_model(tmp_path, "resnet")
    told = find_models(tmp_path).image.trained_on()
    assert (told["layout"], told["protocol"], told["unseen_videos"]) == ("dfdc", "person", {"real": 90, "fake": 90})
    card = json.loads((tmp_path / "resnet/model.json").read_text())
    needed = {name: card[name] for name in ("format", "files", "sample", "network")}
    (tmp_path / "resnet/model.json").write_text(json.dumps(needed))
    assert find_models(tmp_path).image.trained_on()["layout"] == "unknown"


def rewrite_card(folder, **changes):
    card = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps({name: value for name, value in (card | changes).items() if value}))


def test_a_model_of_another_format_is_refused_with_what_to_do(tmp_path):
    for written, told in ((None, "an earlier format"), (1, "format 1"), (99, "format 99")):
        add_model(tmp_path, "resnet")
        rewrite_card(tmp_path / "resnet", format=written)
        with pytest.raises(DataError, match=f"has {told}, but this version reads format 2: train it again"):
            find_models(tmp_path)


def test_a_card_without_a_config_or_with_one_that_contradicts_itself_is_refused(tmp_path):
    add_model(tmp_path, "resnet")
    rewrite_card(tmp_path / "resnet", sample=None)
    with pytest.raises(DataError, match="has no valid config"):
        find_models(tmp_path)
    add_model(tmp_path, "resnet", network=as_json(NetworkConfig(SpectrogramPicture())))
    with pytest.raises(DataError, match="doesn't take the samples it describes"):
        find_models(tmp_path)
    add_model(tmp_path, "resnet", network=as_json(NetworkConfig(FacePicture(96))))
    with pytest.raises(DataError, match="doesn't take the samples it describes"):
        find_models(tmp_path)


def test_models_of_two_framings_in_one_folder_are_refused_naming_both(tmp_path):
    add_model(tmp_path, "resnet")
    add_model(tmp_path, "svm", sample=as_json(FaceConfig(min_face_size=60.0)))
    with pytest.raises(DataError, match=r"/resnet and that in .*/svm don't match .min_face_size: 40.0 and 60.0"):
        find_models(tmp_path)
    assert find_models(tmp_path / "svm").image.sample.smallest_face == 60


def test_an_approach_whose_training_was_cut_short_is_named_and_left_out(tmp_path):
    """It has a model's file, and no card yet; the finished one beside it judges."""
    for approach in ("resnet", "svm"):
        add_model(tmp_path, approach)
    (tmp_path / "svm/model.json").unlink()
    found = find_models(tmp_path)
    assert list(found.image.trained) == ["resnet"]
    assert found.left_out == (f"{tmp_path / 'svm'} is unfinished, it has no model.json: train it again",)
    (tmp_path / "resnet/model.json").unlink()
    with pytest.raises(DataError, match=r"/resnet is unfinished, it has no model.json: train it again"):
        find_models(tmp_path)
    add_model(tmp_path / "sound", "svm", modality="sound")
    found = find_models(tmp_path)
    assert (found.image, list(found.sound.trained), len(found.left_out)) == (None, ["svm"], 2)


def test_models_of_sound_lie_in_a_folder_of_their_own_beside_those_of_the_image(tmp_path):
    add_model(tmp_path, "svm")
    add_model(tmp_path / "sound", "svm", modality="sound")
    add_model(tmp_path / "sound", "resnet", modality="sound")
    found = find_models(tmp_path)
    assert (list(found.image.trained), list(found.sound.trained)) == (["svm"], ["resnet", "svm"])
    assert {".jpg", ".mp4", ".wav"} <= found.suffixes
    told = found.sound.trained_on()
    assert (told["layout"], told["protocol"], "frames_per_video" in told) == ("asvspoof", "person", False)
    alone = find_models(tmp_path / "sound")
    assert (alone.image, list(alone.sound.trained)) == (None, ["resnet", "svm"])
    assert ".jpg" not in alone.suffixes
    one = find_models(tmp_path / "sound/svm")
    assert (one.image, list(one.sound.trained)) == (None, ["svm"])
    assert find_models(tmp_path / "svm").sound is None


def test_a_results_folder_with_models_of_sound_only_will_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    add_model(tmp_path / "results/sound", "svm", modality="sound")
    found = find_models(Path("results"))
    assert (str(found.folder), found.image, found.sound.modality) == ("results", None, SPEECH)


def test_the_caution_of_a_folder_holds_for_the_sound_in_it_too(tmp_path):
    add_model(tmp_path / "sound", "svm", modality="sound")
    (tmp_path / CAUTION_NAME).write_text("Made up.")
    for named in (tmp_path, tmp_path / "sound", tmp_path / "sound/svm"):
        assert find_models(named).caution == "Made up."


def test_a_fusion_of_sound_is_left_out(tmp_path):
    add_model(tmp_path, "resnet", modality="sound")
    partner = sha256_of_file(tmp_path / "resnet/model.keras")
    add_model(tmp_path, "fusion", modality="sound", resnet_sha256=partner)
    found = find_models(tmp_path)
    assert list(found.sound.trained) == ["resnet"]
    assert "judges sound, which this approach can't" in found.left_out[0]


def test_models_of_image_and_sound_that_were_mixed_up_are_refused(tmp_path):
    add_model(tmp_path, "svm", modality="sound")
    add_model(tmp_path / "sound", "svm", modality="sound")
    with pytest.raises(DataError, match="both have models of sound: name one"):
        find_models(tmp_path)
    add_model(tmp_path, "resnet")
    with pytest.raises(DataError, match="has models of image and of sound side by side"):
        find_models(tmp_path)
    add_model(tmp_path, "resnet", modality="smell")
    with pytest.raises(DataError, match="is of neither image nor sound"):
        find_models(tmp_path)


def test_texts_of_a_results_folder_move_no_cursor(tmp_path):
    hostile = "\x1b[2J\x1b]0;title\x07\u202e"
    add_model(
        tmp_path,
        "svm",
        split={"protocol": hostile},
        made_from={"faces": {"layout": hostile}, hostile: 1},
    )
    card = json.loads((tmp_path / "svm/model.json").read_text())
    (tmp_path / "svm/model.json").write_text(json.dumps(card | {"approach": hostile}))
    (tmp_path / CAUTION_NAME).write_text(hostile)
    found = find_models(tmp_path)
    told = found.image.trained_on()
    for text in (found.image.decisive.title, told["layout"], told["protocol"], found.caution):
        assert text.isprintable()
    assert "\\x1b[2J" in told["layout"]
