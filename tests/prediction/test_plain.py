"""The verdict in plain words: what it says, and how often such an answer is wrong."""

from dataclasses import replace

import pytest

from keras_impl.models.published import STRANGERS, ErrorRates, Known, Rate
from keras_impl.prediction.plain import plain_answer
from keras_impl.prediction.reasons import AskedRate, DemoModel, Elsewhere, HowOften, Says, UnknownErrors
from keras_impl.prediction.render.words import sentence
from keras_impl.prediction.trained import find_models
from tests.prediction.models import add_model

RATES = (
    ErrorRates("heads", 59, 0, None, Rate(0.0, 0.0, 0.06), None, Rate(0.29)),
    ErrorRates(STRANGERS["image"], 90, 90, Rate(0.87), Rate(0.06, 0.03, 0.1), Rate(0.12, 0.1, 0.15), Rate(0.33)),
    ErrorRates("frames", 23, 27, Rate(0.7), Rate(0.13, 0.0, 0.28), Rate(0.41, 0.23, 0.58), Rate(0.32)),
)


@pytest.fixture
def detectors(both_models):
    """Models of both parts, with error rates."""

    def known(models, rates):
        decisive = models.decisive
        return replace(models, trained={decisive.approach: replace(decisive, known=Known(rates))})

    of_sound = (replace(RATES[1], name=STRANGERS["sound"], fnr=Rate(0.14, 0.08, 0.24)),)
    return {"image": known(both_models.image, RATES), "sound": known(both_models.sound, of_sound)}


def in_words(answer):
    return " ".join(map(sentence, answer))


def test_likely_fake_tells_how_many_genuine_ones_are_called_so_first_of_strangers(detectors):
    answer = plain_answer({"image": "likely fake", "sound": "likely real"}, "image", detectors)
    assert [type(each) for each in answer] == [Says, HowOften, Elsewhere, Elsewhere]
    words = in_words(answer)
    assert words.startswith("The faces look forged to this detector.")
    assert "of people it had not seen, it calls about 6 fake (3 to 10)." in words
    assert "Elsewhere (heads): 0 of 100 (0 to 6), measured on 59." in words
    assert "Elsewhere (frames): 13 of 100 (0 to 28), measured on 23." in words


def test_likely_real_tells_how_many_fakes_are_called_so_of_all_parts_that_it_rests_on(detectors):
    answer = plain_answer({"image": "likely real", "sound": "likely real"}, "sound", detectors)
    told = [(type(each), each.part, getattr(each, "files", None)) for each in answer]
    assert told == [
        (Says, None, None),
        (HowOften, "image", None),
        (Elsewhere, "image", 27),  # where there are no fakes, nothing is told
        (HowOften, "sound", None),
    ]
    assert "Of 100 forged recordings from collections it had not seen, it calls about 14 real (8 to 24)." in in_words(
        answer
    )


def test_cannot_tell_says_how_often_that_is_so_and_how_often_the_other_part_looks_genuine_wrongly(detectors):
    answer = plain_answer({"image": "likely real", "sound": "can't tell"}, "sound", detectors)
    assert [each.variant for each in answer] == ["open_but_image", "image_real", "image", "sound_open"]
    assert in_words(answer).endswith("Of 100 recordings from collections it had not seen, it can't tell of about 33.")
    both = plain_answer({"image": "can't tell", "sound": "can't tell"}, "image", detectors)
    assert [each.variant for each in both] == ["open_both", "image_open", "sound_open"]


@pytest.mark.parametrize(
    ("image", "sound", "variant"),
    [
        ("likely fake", None, "fake_image"),
        ("likely fake", "likely fake", "fake_both"),
        ("can't tell", "likely fake", "fake_sound"),
        ("can't tell", "can't tell", "open_both"),
        ("can't tell", "likely real", "open_but_sound"),
        (None, "can't tell", "open_sound"),
        ("likely real", None, "real_image"),
        ("likely real", "likely real", "real_both"),
    ],
)
def test_what_is_said_names_the_parts_that_it_is_said_of(image, sound, variant):
    assert Says(image=image, sound=sound).variant == variant


def test_a_threshold_that_was_asked_for_has_no_measured_rates(detectors):
    answer = plain_answer({"image": "likely fake"}, "image", detectors, max_fpr=0.2)
    assert answer[1:] == (AskedRate(part="image", rate=20.0),)


def test_without_published_rates_that_is_said(models):
    answer = plain_answer({"image": "likely fake"}, "image", {"image": models.image})
    assert answer[1:] == (UnknownErrors(part="image"),)


def test_models_of_the_demo_are_stamped_and_promise_nothing(tmp_path):
    demo = find_models(add_model(tmp_path, "resnet", made_from={"faces": {"layout": "dfdc", "made_up": True}})).image
    assert demo.is_demo
    for allowed in (True, False):
        answer = plain_answer({"image": "can't tell"}, "image", {"image": demo}, gives_demo_verdicts=allowed)
        assert answer[0] == DemoModel(gives_verdicts=allowed)
        assert sentence(answer[0]).startswith("Demo model: not for real use.")
        assert len(answer) == 2
