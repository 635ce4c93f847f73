"""Three verdicts, from thresholds fixed in training and an interval over frames."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from keras_impl.errors import DataError
from keras_impl.models.calibration import OperatingPoints
from keras_impl.prediction.decision import (
    choose_part,
    choose_person,
    decide,
    has_rate,
    is_seen_enough,
    is_surely_a_face,
    real_limit,
    score_of,
    thresholds_of,
)
from keras_impl.prediction.reasons import (
    Above,
    Below,
    Between,
    Close,
    CloseToEqual,
    NoSoundTrack,
    NotJudged,
    OutOfRange,
    Straddles,
    StraddlesEqual,
    Unlike,
)
from keras_impl.prediction.result import (
    ApproachScore,
    ImagePrediction,
    Person,
    SoundPrediction,
    UnjudgedImage,
    UnjudgedSound,
    probability,
)
from keras_impl.prediction.trained import find_models
from tests.prediction.models import POINTS, add_model


def test_the_interval_is_students():
    logits = np.random.default_rng(0).normal(1, 2, 16)
    score = score_of("resnet", logits, 0.0)
    expected = stats.t.interval(0.95, 15, logits.mean(), stats.sem(logits))
    assert (score.logit, (score.low, score.high)) == (pytest.approx(logits.mean()), pytest.approx(expected))


def test_one_face_has_no_interval():
    assert score_of("resnet", [1.5], 0.0) == ApproachScore("resnet", 1.5, None, None, 0.0)


@pytest.mark.parametrize(
    ("low", "logit", "high", "threshold", "verdict", "kind"),
    [
        (1, 2, 3, 0.5, "likely fake", Above),
        (0.7, 0.8, 0.9, 0.5, "can't tell", Close),
        (0.1, 0.2, 0.3, 0.5, "can't tell", Close),
        (-3, -2, -1, 0.5, "likely real", Below),
        (0, 1, 2, 0.5, "can't tell", Straddles),
        (1, 1.5, 2, 3.0, "can't tell", Between),
        (0, 1.5, 2, 3.0, "can't tell", Straddles),
        (-3, -2, -1, 3.0, "likely real", Below),
        (6, 7, 8, 0.5, "can't tell", OutOfRange),
        (-9, -8, -7, 0.5, "can't tell", OutOfRange),
        (None, 2, None, 0.5, "likely fake", Above),
        (None, -2, None, 0.5, "likely real", Below),
    ],
)
def test_the_verdict(low, logit, high, threshold, verdict, kind):
    assert POINTS.equal_error == pytest.approx(0.5, abs=0.1)
    said, reason = decide(ApproachScore("resnet", logit, low, high, threshold), POINTS, "sound")
    assert (said, type(reason), reason.part) == (verdict, kind, "sound")


def test_a_rate_of_false_alarms_that_was_chosen_is_all_that_fake_has_to_exceed():
    score = ApproachScore("resnet", -0.8, -0.9, -0.7, -1.0)
    assert decide(score, POINTS, "image", is_rate_chosen=True)[0] == "likely fake"
    assert isinstance(decide(score, POINTS, "image")[1], Close)


def test_without_operating_points_no_range_is_met_and_the_threshold_is_one_half():
    said, _ = decide(ApproachScore("resnet", 50.0, 49.0, 51.0, 0.0), OperatingPoints((), ()), "image")
    assert said == "likely fake"


@pytest.mark.parametrize(
    ("faces", "with_faces", "read", "supported"),
    [(3, 12, 16, True), (2, 8, 16, False), (3, 16, 16, False), (4, 16, 16, True), (1, 1, 1, True), (2, 2, 2, True)],
)
def test_who_is_seen_often_enough(faces, with_faces, read, supported):
    assert is_seen_enough(faces, with_faces, read) == supported


def person(number, logit, supported=True):
    return Person(number, (), {"resnet": ApproachScore("resnet", logit, None, None, 0.0)}, supported)


def test_the_highest_score_that_is_well_supported_is_taken():
    people = [person(1, 0.0), person(2, 2.0), person(3, 5.0, supported=False)]
    assert choose_person(people).number == 2
    assert choose_person(people[2:]) is None


def test_thresholds_are_those_of_equal_error_unless_a_rate_is_asked_for(tmp_path):
    models = find_models(add_model(tmp_path, "resnet")).image
    assert thresholds_of(models, None) == {"resnet": POINTS.equal_error}
    assert thresholds_of(models, 0.1)["resnet"] == POINTS.threshold(0.1) > POINTS.equal_error
    with pytest.raises(DataError, match="needs at least"):
        thresholds_of(models, 0.001)


def image(verdict, logit=None):
    people = () if logit is None else (person(1, logit),)
    return ImagePrediction(verdict, people=people, decisive=1 if people else None)


MUTE = UnjudgedSound(NotJudged(part="sound", problem=NoSoundTrack()))
UNSEEN = UnjudgedImage(NotJudged(part="image", problem=NoSoundTrack()))


def sound(verdict, logit):
    return SoundPrediction(verdict, scores={"svm": ApproachScore("svm", logit, None, None, 0.0)})


@pytest.mark.parametrize(
    ("of_image", "of_sound", "chosen"),
    [
        (image("likely fake", 1.0), sound("likely real", 3.0), "image"),
        (image("likely real", 1.0), sound("likely fake", 0.5), "sound"),
        (image("likely fake", 1.0), sound("likely fake", 2.0), "sound"),
        (image("can't tell", 0.0), sound("likely real", 1.0), "image"),
        (image("can't tell"), sound("likely real", -3.0), "image"),
        (image("can't tell"), sound("likely fake", 3.0), "sound"),
        (image("likely real", -1.0), sound("likely real", -2.0), "image"),
        (UNSEEN, sound("likely real", -2.0), "sound"),
        (None, sound("can't tell", 0.0), "sound"),
        (image("likely real", -1.0), MUTE, "image"),
        (UNSEEN, MUTE, None),
        (None, None, None),
    ],
)
def test_the_part_that_a_files_verdict_is_taken_from(of_image, of_sound, chosen):
    assert choose_part([of_image, of_sound]) is {"image": of_image, "sound": of_sound, None: None}[chosen]


@pytest.mark.parametrize(
    ("certainties", "sure"), [([0.05], False), ([0.75], True), ([0.1, 0.95, 0.9], True), ([0.1, 0.95, 0.25], False)]
)
def test_a_face_counts_only_where_the_detector_is_mostly_sure_of_it(certainties, sure):
    assert is_surely_a_face(certainties) == sure


def test_a_models_own_rate_sets_its_threshold(tmp_path):
    own = replace(POINTS, max_fpr=0.1)
    models = find_models(add_model(tmp_path, "resnet", points=own)).image
    assert has_rate(own, None)
    assert not has_rate(POINTS, None)
    assert thresholds_of(models, None) == {"resnet": POINTS.threshold(0.1)}
    assert thresholds_of(models, 0.2)["resnet"] == POINTS.threshold(0.2)


@pytest.mark.parametrize(
    ("low", "high", "kind", "named"),
    [
        (0.2, 1.0, StraddlesEqual, POINTS.equal_error),
        (0.7, 3.0, Straddles, 2.0),
        (-1.0, 3.0, Straddles, 2.0),
    ],
)
def test_the_threshold_that_an_interval_includes_is_the_one_that_is_named(low, high, kind, named):
    _, reason = decide(ApproachScore("resnet", (low + high) / 2, low, high, 2.0), POINTS, "image", is_rate_chosen=True)
    assert (type(reason), reason.threshold) == (kind, pytest.approx(probability(named)))


def test_what_is_too_close_names_the_threshold_that_it_is_close_to():
    _, reason = decide(ApproachScore("resnet", 0.3, 0.2, 0.4, 2.0), POINTS, "image", is_rate_chosen=True)
    assert (type(reason), reason.threshold) == (CloseToEqual, pytest.approx(probability(2.0)))
    assert reason.limit == pytest.approx(probability(real_limit(POINTS)))


def test_a_face_of_a_quality_that_calibration_has_not_met_is_no_verdict():
    points = replace(POINTS, quality={"noise": (1.0, 5.0)})
    score = ApproachScore("resnet", 2.0, 1.5, 3.0, 0.5)
    assert decide(score, points, "image", quality={"noise": 4.0})[0] == "likely fake"
    for value, variant in ((6.0, "noise_high"), (0.5, "noise_low")):
        verdict, reason = decide(score, points, "image", quality={"noise": value})
        assert (verdict, type(reason), reason.variant) == ("can't tell", Unlike, variant)
    assert decide(score, POINTS, "image", quality={"noise": 99.0})[0] == "likely fake"
