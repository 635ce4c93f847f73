"""What is to be heard is judged apart from what is to be seen, and the file by both."""

import json
import math
from dataclasses import replace

import cv2
import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from keras_impl.demo.clips import write_clip
from keras_impl.errors import DataError
from keras_impl.media.image import write_png
from keras_impl.models.calibration import OperatingPoints
from keras_impl.models.published import ErrorRates, Known, Rate
from keras_impl.models.svm import fit_svm, save_svm
from keras_impl.prediction.judge import Judge
from keras_impl.prediction.reasons import (
    Both,
    Missing,
    NoFace,
    NoModel,
    NoModelForFile,
    NoSoundTrack,
    NoSpeech,
    NotAFile,
    NotDecoded,
    NotJudged,
    Silent,
    TooLong,
    TooShort,
    TooSlow,
    UndecodableSound,
    UnlikeSound,
)
from keras_impl.prediction.render.tables import as_json, headings, rows_of
from keras_impl.prediction.render.words import LANGUAGES, sentence
from keras_impl.prediction.trained import find_models
from keras_impl.speech.config import SoundConfig
from keras_impl.speech.lfcc import pooled_lfcc
from keras_impl.speech.segments import condition
from tests.prediction.films import add_sound
from tests.prediction.models import add_model, describe_model
from tests.prediction.standin import StandInSpeechScorers
from tests.speech.speech import RATE, speak, write_sound, write_wav

SAMPLE = SoundConfig()


def codes(prediction):
    return [(reason.part, reason.code) for reason in prediction.reasons]


@pytest.fixture
def faces(face, tmp_path):
    """Clips whose face the stand-in takes for fake and for real, with speech."""
    made = {}
    for name, alpha, beta in (("bright", 1, 90), ("dark", 0.5, 0)):
        write_clip(tmp_path / "mute.mp4", [cv2.convertScaleAbs(face, alpha=alpha, beta=beta)] * 6, 20)
        made[name] = add_sound(tmp_path / "mute.mp4", speak(6), tmp_path / f"{name}.mp4")
    return made


@pytest.mark.parametrize(
    ("face_shown", "logit", "verdict", "rests_on"),
    [
        ("bright", -3.0, "likely fake", "image"),
        ("dark", 3.0, "likely fake", "sound"),
        ("dark", -3.0, "likely real", "image"),
        ("dark", 0.5, "can't tell", "sound"),
        ("bright", 0.5, "likely fake", "image"),
    ],
)
def test_a_video_is_fake_if_image_or_sound_is_and_real_only_if_both_are(
    both_judge, faces, monkeypatch, face_shown, logit, verdict, rests_on
):
    monkeypatch.setattr(StandInSpeechScorers, "logit", logit)
    stages = []
    prediction = both_judge.judge(faces[face_shown], report=stages.append)
    assert stages == ["reading", "scoring", "listening"]
    assert prediction.verdict == verdict
    assert prediction.image.verdict == ("likely fake" if face_shown == "bright" else "likely real")
    assert prediction.sound.score.logit == pytest.approx(logit, abs=0.1)
    if face_shown == "dark" and logit == -3.0:  # of two that are real the one with the higher score
        rests_on = max(("image", "sound"), key=lambda part: getattr(prediction, part).score.logit)
    assert (prediction.rests_on, prediction.p_fake) == (rests_on, getattr(prediction, rests_on).score.p_fake)
    assert prediction.reasons[-1] == Both(image=prediction.image.verdict, sound=prediction.sound.verdict)


def test_a_recording_is_judged_by_its_sound_alone(both_judge, speech):
    prediction = both_judge.judge(speech)
    assert (prediction.verdict, prediction.rests_on, prediction.image) == ("likely fake", "sound", None)
    sound = prediction.sound
    assert len(sound.segments) == 3
    assert sound.duration == pytest.approx(10, abs=0.1)
    assert sum(segment.seconds for segment in sound.segments) == pytest.approx(10, abs=0.5)
    assert sound.score.low < sound.score.logit < sound.score.high
    assert list(sound.scores) == ["resnet", "svm"]
    assert codes(prediction) == [("sound", "above")]
    assert prediction.reasons[0].p == prediction.p_fake > 0.9


def test_a_picture_is_judged_by_its_image_alone_and_nothing_is_missed(both_judge, face, tmp_path):
    write_png(tmp_path / "photo.png", face)
    prediction = both_judge.judge(tmp_path / "photo.png")
    assert (prediction.rests_on, prediction.sound) == ("image", None)
    assert {part for part, _ in codes(prediction)} == {"image"}


def music(seconds):
    time = np.arange(int(seconds * RATE)) / RATE
    return (0.2 * sum(np.sin(2 * np.pi * pitch * time) for pitch in (220, 277, 330))).astype(np.float32)


@pytest.mark.parametrize(
    ("samples", "status", "code", "problem"),
    [
        (np.zeros(5 * RATE, np.float32), "silent", "silent", Silent(silence=-65)),
        (speak(0.5), "too short", "too_short", TooShort(least=1)),
        (music(5), "no speech", "no_speech", NoSpeech(segments=2)),
        (None, "no sound track", "no_sound_track", NoSoundTrack()),
    ],
)
def test_sound_that_cannot_be_judged_is_named_and_hinders_no_verdict_on_the_image(
    both_judge, clip, tmp_path, samples, status, code, problem
):
    video = clip if samples is None else add_sound(clip, samples, tmp_path / "clip.mp4")
    prediction = both_judge.judge(video)
    assert prediction.verdict is not None
    assert (prediction.rests_on, prediction.sound.status) == ("image", status)
    (reason,) = [reason for reason in prediction.reasons if reason.part == "sound"]
    assert (reason, reason.code) == (NotJudged(part="sound", problem=problem), code)


def test_a_video_that_shows_nobody_is_judged_by_its_speech(both_judge, dark_clip, tmp_path):
    prediction = both_judge.judge(add_sound(dark_clip, speak(5), tmp_path / "radio.mp4"))
    assert (prediction.verdict, prediction.rests_on) == ("likely fake", "sound")
    assert ("image", "no_face") in codes(prediction)
    assert prediction.problem == ""


def test_a_file_that_is_named_like_a_video_and_holds_only_sound_is_judged_by_that(both_judge, tmp_path):
    prediction = both_judge.judge(write_sound(tmp_path / "voice.mp4", speak(5)))
    assert (prediction.verdict, prediction.rests_on) == ("likely fake", "sound")
    assert ("image", "unreadable") in codes(prediction)


def test_a_video_with_neither_face_nor_speech_cannot_be_judged(both_judge, dark_clip):
    prediction = both_judge.judge(dark_clip)
    assert (prediction.verdict, prediction.rests_on) == (None, None)
    assert prediction.problems == (NoFace(smallest=20, frames=4), NoSoundTrack())


@pytest.mark.parametrize(
    ("name", "write", "problem"),
    [
        ("text.wav", lambda path: path.write_text("text " * 1000), NotDecoded),
        ("text.mp4", lambda path: path.write_text("text " * 1000), NotDecoded),
        ("empty.mp3", lambda path: path.touch(), NotDecoded),
        ("nothing.wav", lambda path: write_wav(path, np.zeros(1, np.float32)), UndecodableSound),
        ("short.wav", lambda path: write_wav(path, speak(0.1)), TooShort),
        ("silent.flac", lambda path: write_wav(path, np.zeros(RATE, np.float32)), Silent),
        ("folder.ogg", lambda path: path.mkdir(), NotAFile),
        ("gone.opus", lambda path: None, Missing),
    ],
)
def test_a_hostile_recording_is_named_with_its_reason(both_judge, tmp_path, name, write, problem):
    write(tmp_path / name)
    prediction = both_judge.judge(tmp_path / name, name)
    assert prediction.verdict is None
    assert [type(each) for each in prediction.problems] == [problem]


def test_of_a_recording_cut_short_what_is_there_is_judged(both_judge, speech, tmp_path):
    (tmp_path / "cut.wav").write_bytes(speech.read_bytes()[: 5 * 2 * RATE])
    prediction = both_judge.judge(tmp_path / "cut.wav")
    assert prediction.verdict == "likely fake"
    assert prediction.sound.duration == pytest.approx(5, abs=0.1)


def test_limits_of_time_and_of_length_hold_for_sound(both_models, speech, monkeypatch):
    monkeypatch.setattr("keras_impl.prediction.speech.Scorers", StandInSpeechScorers)
    models = replace(both_models, image=None)
    assert Judge(models, longest=5).judge(speech).problems == (TooLong(limit=5),)
    assert Judge(models, time_limit=0).judge(speech).problems == (TooSlow(limit=0),)


def test_without_a_model_of_sound_it_is_said_that_it_was_not_judged(judge, models, talking_clip, speech):
    prediction = judge.judge(talking_clip)
    assert (prediction.rests_on, prediction.sound) == ("image", None)
    folder = models.label
    assert prediction.reasons[-1] == NoModel(part="sound", folder=folder)
    assert judge.judge(speech).problems == (NoModelForFile(part="sound", folder=folder),)


def test_with_a_model_of_sound_only_videos_are_judged_by_it_alone(tmp_path, monkeypatch, talking_clip, face):
    monkeypatch.setattr("keras_impl.prediction.speech.Scorers", StandInSpeechScorers)
    judge = Judge(find_models(add_model(tmp_path / "sound", "svm", modality="sound")))
    prediction = judge.judge(talking_clip)
    assert (prediction.verdict, prediction.rests_on, prediction.image) == ("likely fake", "sound", None)
    assert codes(prediction)[-1] == ("image", "no_model")
    write_png(tmp_path / "photo.png", face)
    (problem,) = judge.judge(tmp_path / "photo.png").problems
    assert (type(problem), problem.part) == (NoModelForFile, "image")


def test_the_table_fits_80_columns_with_image_and_sound_side_by_side(both_judge, both_models, talking_clip, speech):
    heads = headings(both_models)
    assert heads == ["file", "verdict", "image, P(fake)", "faces", "sound, P(fake)"]
    rows = rows_of([both_judge.judge(talking_clip), both_judge.judge(speech, "speech.wav")], both_models)
    assert rows[0][4].startswith("0.9")
    assert (rows[1][:2], rows[1][2:4]) == (["speech.wav", "likely fake"], ["", ""])
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    assert sum(widths) + 2 * (len(widths) - 1) <= 80


def test_json_has_an_object_for_image_and_for_sound(both_judge, both_models, talking_clip, speech):
    predictions = [both_judge.judge(talking_clip), both_judge.judge(speech)]
    content = json.loads(as_json(predictions, both_models))
    film, recording = content["files"]
    assert film["image"]["faces_used"] == 12
    assert len(film["sound"]["segments"]) == 3
    assert film["sound"]["segments"][0]["p_fake"].keys() == {"resnet", "svm"}
    assert (recording["image"], recording["rests_on"]) == (None, "sound")
    assert recording["p_fake"] == recording["sound"]["p_fake"]
    assert content["models"]["sound"]["trained_on"]["layout"] == "asvspoof"


def dull(samples):
    """The same without high frequencies, as a poor vocoder would leave it."""
    return sosfilt(butter(6, 3000, fs=RATE, output="sos"), samples).astype(np.float32)


@pytest.fixture(scope="module")
def svm_of_speech(tmp_path_factory):
    """A results folder with an SVM that has learnt to call dull speech fake."""
    results = tmp_path_factory.mktemp("results")
    voices = [speak(4, seed) for seed in range(20)]
    segments = [condition(samples, SAMPLE)[0] for samples in (*voices, *map(dull, voices))]
    features = np.stack([pooled_lfcc(samples, SAMPLE.lfcc) for samples in segments])
    fit = fit_svm(features, np.repeat([0, 1], 20), np.arange(40).astype(str), standardise=True)
    (results / "sound/svm").mkdir(parents=True)
    save_svm(results / "sound/svm/model.skops", fit.model)
    points = OperatingPoints(tuple(np.linspace(-9, 1, 40)), tuple(np.linspace(-1, 9, 40)))
    describe_model(results / "sound", "svm", points, modality="sound")
    return results


def test_a_real_svm_tells_what_it_learnt_to_tell(svm_of_speech, tmp_path):
    judge = Judge(find_models(svm_of_speech))
    voice = speak(20, 100)
    for samples, verdict in ((voice, "likely real"), (dull(voice), "likely fake")):
        write_wav(tmp_path / "voice.wav", samples)
        prediction = judge.judge(tmp_path / "voice.wav")
        assert prediction.verdict == verdict
        assert len(prediction.sound.segments) == 5


def test_an_svm_of_other_features_is_refused(tmp_path):
    fit = fit_svm(np.random.default_rng(0).normal(size=(40, 128)), np.arange(40) % 2, np.arange(40).astype(str))
    (tmp_path / "sound/svm").mkdir(parents=True)
    save_svm(tmp_path / "sound/svm/model.skops", fit.model)
    describe_model(tmp_path / "sound", "svm", modality="sound")
    with pytest.raises(DataError, match="was not trained on the 120 numbers"):
        Judge(find_models(tmp_path))


@pytest.mark.parametrize(
    ("measure", "ends"),
    [("snr", (200.0, math.inf)), ("reverberation", (-math.inf, 0.01)), ("bandwidth", (9000.0, math.inf))],
)
def test_a_recording_unlike_all_that_was_calibrated_on_gets_no_verdict(measure, ends, both_judge, both_models, speech):
    assert both_judge.judge(speech).verdict == "likely fake"
    decisive = both_models.sound.decisive
    points = replace(decisive.points, quality={measure: ends})
    models = replace(both_models.sound, trained={decisive.approach: replace(decisive, points=points)})
    prediction = Judge(replace(both_models, sound=models), parts=["sound"]).judge(speech)
    assert prediction.verdict == "can't tell"
    (reason,) = (each for each in prediction.reasons if isinstance(each, UnlikeSound))
    assert (reason.part, reason.measure, reason.limit) == (
        "sound",
        measure,
        next(end for end in ends if math.isfinite(end)),
    )
    assert all(sentence(reason, language).strip() for language in LANGUAGES)


def test_a_published_detector_tells_its_errors_and_its_language(both_judge, both_models, speech):
    decisive = both_models.sound.decisive
    rate = Rate(0.1, 0.05, 0.2)
    rates = (ErrorRates("recordings of repositories it had not met", 300, 400, rate, rate, rate, rate),)
    models = replace(both_models.sound, trained={decisive.approach: replace(decisive, known=Known(rates, "English"))})
    for max_fpr, told in ((None, ["known_errors", "learnt_language"]), (0.1, ["learnt_language"])):
        prediction = Judge(replace(both_models, sound=models), max_fpr, parts=["sound"]).judge(speech)
        found = [reason for reason in prediction.reasons if reason.code in ("known_errors", "learnt_language")]
        assert [reason.code for reason in found] == told  # the rates are those of its own threshold
        assert all(reason.part == "sound" for reason in found)
        for language in LANGUAGES:
            assert all(sentence(reason, language).strip() for reason in found)
