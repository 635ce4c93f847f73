"""Model cards: they say what approaches judge, and have to agree on it."""

import json

import pytest

from keras_impl.errors import DataError, ScoresError
from keras_impl.faces.modality import FACES
from keras_impl.models.card import modality_of_cards, protocol_of, read_cards
from keras_impl.speech.modality import SPEECH


def write(folder, **cards):
    for name, card in cards.items():
        (folder / name).mkdir()
        (folder / name / "model.json").write_text(json.dumps(card))
    return read_cards(folder, [*cards, "without_a_card"])


@pytest.mark.parametrize(
    ("cards", "subject"),
    [
        ({}, FACES),
        ({"old": {"approach": "An SVM"}, "new": {"modality": "image"}, "odd": [1]}, FACES),
        ({"svm": {"modality": "sound"}, "resnet": {"modality": "sound"}}, SPEECH),
    ],
)
def test_results_are_of_faces_unless_the_cards_say_sound(tmp_path, cards, subject):
    assert modality_of_cards(tmp_path, write(tmp_path, **cards)) is subject


@pytest.mark.parametrize(
    ("cards", "words"),
    [
        ({"svm": {"modality": "sound"}, "resnet": {}}, "svm judges sound and resnet image: keep them in folders"),
        ({"svm": {"modality": "smell"}}, r"unknown modality \(smell\): it has to be image or sound"),
        ({"svm": {"modality": ["sound"]}}, "unknown modality"),
    ],
)
def test_cards_that_contradict_each_other_are_an_error(tmp_path, cards, words):
    with pytest.raises(ScoresError, match=words):
        modality_of_cards(tmp_path, write(tmp_path, **cards))


def test_a_damaged_card_is_an_error(tmp_path):
    (tmp_path / "svm").mkdir()
    (tmp_path / "svm/model.json").write_text("{")
    with pytest.raises(DataError, match="train that approach again"):
        read_cards(tmp_path, ["svm"])


def test_the_split_rule_is_what_the_card_says():
    assert protocol_of({"split": {"protocol": "system"}}) == "system"
    assert protocol_of({"split": "system"}) is protocol_of({}) is None
