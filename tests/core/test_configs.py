"""Configs come back as they were written; what was changed by hand or comes from elsewhere is refused in a line."""

import json
from dataclasses import replace

import pytest

from keras_impl.core.configs import FORMAT, as_json, check_format, differences, from_json, refuse_other
from keras_impl.errors import DataError
from keras_impl.faces.config import FaceConfig
from keras_impl.faces.cropping import Framing, Window
from keras_impl.models.resnet.config import FacePicture, NetworkConfig, SpectrogramPicture
from keras_impl.models.resnet.recipe import FaceAugmentation, SelfBlending, SoundAugmentation, TrainingConfig
from keras_impl.speech.config import LfccConfig, SoundConfig

CONFIGS = [
    FaceConfig(),
    FaceConfig(min_face_size=None, framing=Framing(resnet=Window(0.5, 224))),
    SoundConfig(segment_seconds=3.0, lfcc=LfccConfig(coefficients=30)),
    NetworkConfig(FacePicture()),
    replace(NetworkConfig(SpectrogramPicture()), input_scale=1.0),
    TrainingConfig(FaceAugmentation(), SelfBlending(0.25)),
    TrainingConfig(SoundAugmentation()),
]


def read(kind, content):
    return from_json(kind, json.loads(json.dumps(content)), "model.json", "train it again")


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: type(config).__name__)
def test_a_config_comes_back_as_it_was(config):
    assert read(type(config), as_json(config)) == config


def test_the_picture_decides_what_a_network_is_of():
    assert isinstance(read(NetworkConfig, as_json(NetworkConfig(FacePicture()))).picture, FacePicture)
    assert isinstance(read(NetworkConfig, as_json(NetworkConfig(SpectrogramPicture()))).picture, SpectrogramPicture)


def changed(path, value):
    content = as_json(FaceConfig())
    place = content
    for name in path[:-1]:
        place = place[name]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return content


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "it is not an object"),
        ([], "it is not an object"),
        (changed(["framing", "resnet", "share"], None), "framing.resnet lacks share"),
        (changed(["framing", "resnet", "share"], "0.5"), "framing.resnet.share is not of type float"),
        (changed(["framing", "resnet", "share"], 1e300), "share must be 0.05 to 2"),
        (changed(["framing", "resnet", "share"], float("nan")), "framing.resnet.share is not a finite number"),
        (changed(["framing", "resnet", "size"], True), "framing.resnet.size is not of type int"),
        (changed(["framing", "resnet", "size"], 10**30), "size must be 16 to 1024"),
        (changed(["framing"], 7), "framing is not an object"),
        (changed(["colour"], "red"), "has unknown fields: colour"),
        (changed(["detector"], "blazeface"), "the face detector 'blazeface' is unknown"),
        (changed(["min_face_size"], 3), "min_face_size must be 12"),
    ],
)
def test_anything_else_is_refused_in_a_line(content, words):
    with pytest.raises(DataError) as refused:
        read(FaceConfig, content)
    message = str(refused.value)
    assert message.startswith("model.json has no valid config (")
    assert words in message
    assert message.endswith("): train it again")
    assert "\n" not in message


@pytest.mark.parametrize("stages", [[], [{"number": 3, "filters": 64, "blocks": 1}], "all"])
def test_stages_that_cannot_be_built_are_refused(stages):
    with pytest.raises(DataError, match="stages"):
        read(NetworkConfig, as_json(NetworkConfig(FacePicture())) | {"stages": stages})


def test_sound_at_another_rate_than_it_is_read_in_is_refused():
    with pytest.raises(DataError, match="sample_rate is 8000 Hz, but this version reads sound at 16000 Hz"):
        read(SoundConfig, as_json(SoundConfig()) | {"sample_rate": 8000})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({}, "has an earlier format, but this version reads format 2"),
        ({"format": 1}, "has format 1, but"),
        ({"format": 3}, "has format 3, but"),
        ([1], "is not a JSON object"),
    ],
)
def test_another_format_is_refused_with_what_to_do(content, words):
    with pytest.raises(DataError, match=words) as refused:
        check_format(content, "settings.json", "run extract_faces again")
    assert str(refused.value).endswith(": run extract_faces again")
    assert check_format({"format": FORMAT}, "settings.json", "") == {"format": FORMAT}


def test_a_contradiction_names_both_sides_and_the_fields():
    one, other = FaceConfig(), FaceConfig(min_face_size=60.0, framing=Framing(resnet=Window(0.5, 160)))
    assert differences(one, other) == [("min_face_size", 40, 60), ("framing.resnet.share", 0.625, 0.5)]
    refuse_other(one, FaceConfig(), ("a", "b"), "")
    with pytest.raises(DataError) as refused:
        refuse_other(one, other, ("the model in a", "faces of b"), "train it again")
    assert str(refused.value) == (
        "the model in a and faces of b don't match (min_face_size: 40.0 and 60.0; framing.resnet.share: 0.625 "
        "and 0.5): train it again"
    )
    with pytest.raises(DataError, match="their types differ"):
        refuse_other(one, SoundConfig(), ("a", "b"), "")
