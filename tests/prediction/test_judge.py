"""From a file to a prediction; whatever is wrong with the file is in the prediction."""

import os
import zipfile
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from keras_impl.core.storage import sha256_of_file
from keras_impl.demo.clips import SIDE, write_clip
from keras_impl.faces.mtcnn import MTCNN
from keras_impl.media.image import write_png
from keras_impl.prediction.judge import Judge, parts_in
from keras_impl.prediction.many import Settings, judge_files
from keras_impl.prediction.reasons import (
    Caution,
    Faint,
    LeftOut,
    Missing,
    MissingFrames,
    NoFace,
    NoModel,
    NotAFile,
    NotAnImage,
    NotDecoded,
    OneFace,
    People,
    TooFew,
    TooLong,
    TooManyPixels,
    TooSmall,
    UnsupportedType,
)
from keras_impl.prediction.trained import find_models
from tests.faces.test_extract import lose_frames
from tests.prediction.models import add_model
from tests.prediction.standin import StandInSpeechScorers, stand_in_for_faces


def kinds(prediction):
    return [type(reason) for reason in prediction.reasons]


def test_models_of_the_demo_abstain_unless_they_are_asked_to_judge(monkeypatch, clip, tmp_path):
    stand_in_for_faces(monkeypatch)
    add_model(tmp_path, "resnet", made_from={"faces": {"layout": "dfdc", "made_up": True}})
    add_model(tmp_path / "own", "resnet")
    plain = Judge(find_models(tmp_path / "own")).judge(clip)
    assert plain.verdict != "can't tell"
    for allowed in (False, True):
        prediction = Judge(find_models(tmp_path), allow_demo=allowed).judge(clip)
        assert prediction.verdict == prediction.image.verdict == (plain.verdict if allowed else "can't tell")
        assert prediction.stamp == "demo model: not for real use"
        assert prediction.as_dict()["stamp"] == prediction.stamp
        assert "Demo model: not for real use." in prediction.in_words
        assert prediction.p_fake == pytest.approx(plain.p_fake)
    assert not plain.stamp


def test_a_prediction_says_which_file_it_is_of(judge, clip, dark_clip, tmp_path):
    assert judge.judge(clip).facts.sha256 == sha256_of_file(clip)
    assert judge.judge(dark_clip).as_dict()["facts"]["size"] == dark_clip.stat().st_size
    assert judge.judge(tmp_path / "gone.mp4").facts is None


def test_facts_that_take_too_much_memory_cost_no_verdict(judge, clip, monkeypatch):
    def read_facts(*_):
        raise MemoryError

    monkeypatch.setattr("keras_impl.prediction.judge.read_facts", read_facts)
    prediction = judge.judge(clip)
    assert prediction.facts is None
    assert prediction.verdict is not None


def test_a_clip_is_judged_by_frames_spread_over_all_of_it(judge, clip):
    stages = []
    prediction = judge.judge(clip, report=stages.append)
    assert stages == ["reading", "scoring"]
    assert prediction.verdict in ("likely real", "likely fake", "can't tell")
    image = prediction.image
    assert image.frames_read == image.faces_used == 12
    assert [shot.number for shot in image.snapshots] == list(range(12))
    (person,) = image.people
    logits = [face.logits["resnet"] for face in person.faces]
    assert logits[-1] > logits[0] + 0.5
    assert prediction.score.logit == pytest.approx(np.mean(logits))
    assert prediction.score.low < prediction.score.logit < prediction.score.high
    assert list(person.scores) == ["resnet", "svm"]


def test_a_bright_face_is_called_fake_and_a_dark_one_real(judge, face, tmp_path):
    for name, alpha, beta in (("bright", 1, 90), ("dark", 0.5, 0)):
        write_clip(tmp_path / f"{name}.mp4", [cv2.convertScaleAbs(face, alpha=alpha, beta=beta)] * 6, 20)
    assert judge.judge(tmp_path / "bright.mp4").verdict == "likely fake"
    assert judge.judge(tmp_path / "dark.mp4").verdict == "likely real"


def test_a_photo_is_judged_and_says_that_it_has_no_interval(judge, face, tmp_path):
    write_png(tmp_path / "photo.png", face)
    prediction = judge.judge(tmp_path / "photo.png")
    assert prediction.verdict is not None
    assert (prediction.score.low, prediction.image.faces_used, prediction.image.frames_read) == (None, 1, 1)
    assert OneFace in kinds(prediction)


def test_of_several_people_each_has_a_score_and_the_highest_is_taken(judge, face, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "keras_impl.prediction.tracking.SAME_FACE", -1
    )  # the stand-in finds all faces alike: by place alone
    dark, bright = cv2.convertScaleAbs(face, alpha=0.5), cv2.convertScaleAbs(face, beta=60)
    small = [cv2.resize(each, (SIDE // 2, SIDE // 2)) for each in (dark, bright)]
    both = np.zeros((SIDE, SIDE, 3), np.uint8)
    both[64:192] = np.hstack(small)
    write_clip(tmp_path / "two.mp4", [both] * 6, 18)
    prediction = judge.judge(tmp_path / "two.mp4")
    assert len(prediction.image.people) == 2
    first, second = sorted(prediction.image.people, key=lambda person: person.faces[0].box[0])
    assert prediction.image.decisive == second.number
    assert second.score.logit > first.score.logit
    assert prediction.p_fake == second.score.p_fake
    (reason,) = [reason for reason in prediction.reasons if isinstance(reason, People)]
    assert (reason.people, reason.supported, reason.chosen) == (2, 2, second.number)


def test_a_face_that_is_seen_too_seldom_gives_no_verdict(judge, face, tmp_path):
    nobody = np.full_like(face, 60)
    write_clip(tmp_path / "x.mp4", [face, face, *[nobody] * 10], 20)
    prediction = judge.judge(tmp_path / "x.mp4")
    assert (prediction.verdict, kinds(prediction)) == ("can't tell", [TooFew, NoModel])
    assert (prediction.image.decisive, prediction.p_fake) == (None, None)
    assert prediction.reasons[0] == TooFew(faces=2, frames=12)


def test_a_face_too_small_to_judge_is_named_as_such(judge, face, tmp_path):
    tiny = np.full((300, 300, 3), 60, np.uint8)
    tiny[100:148, 100:148] = cv2.resize(face, (48, 48), interpolation=cv2.INTER_AREA)
    write_png(tmp_path / "tiny.png", tiny)
    prediction = judge.judge(tmp_path / "tiny.png")
    assert (prediction.verdict, kinds(prediction)) == ("can't tell", [TooSmall])
    assert 0 < prediction.reasons[0].size < 40


def test_what_may_be_no_face_gets_no_verdict(judge, face, tmp_path, monkeypatch):
    """A faint detection; the same picture counts as soon as the detector is sure."""
    write_png(tmp_path / "face.png", face)
    found = MTCNN.detect
    for certainty, kind in ((0.1, Faint), (0.85, OneFace)):

        def doubtful(detector, images, certainty=certainty):
            return [[replace(each, certainty=certainty) for each in faces] for faces in found(detector, images)]

        monkeypatch.setattr(MTCNN, "detect", doubtful)
        prediction = judge.judge(tmp_path / "face.png")
        assert kind in kinds(prediction)
        if kind is Faint:
            assert (prediction.verdict, prediction.p_fake) == ("can't tell", None)
            assert prediction.reasons[0] == Faint(certainty=pytest.approx(0.1), least=0.5)


def test_frames_that_never_came_are_told(judge, clip, monkeypatch):
    lose_frames(monkeypatch, {3, 4})
    prediction = judge.judge(clip)
    assert prediction.image.frames_read == 10
    assert MissingFrames(frames=2) in prediction.reasons


def test_more_faces_than_are_judged_are_counted(judge, face, tmp_path, monkeypatch):
    monkeypatch.setattr("keras_impl.prediction.faces.MOST_FACES", 1)
    write_png(tmp_path / "two.png", np.hstack([face, face]))
    prediction = judge.judge(tmp_path / "two.png")
    assert len(prediction.image.people) == 1
    assert LeftOut in kinds(prediction)


def test_a_file_that_shows_nobody_cannot_be_judged(judge, dark_clip):
    prediction = judge.judge(dark_clip)
    assert (prediction.verdict, prediction.p_fake) == (None, None)
    assert prediction.problems == (NoFace(smallest=20, frames=4),)
    assert prediction.problem == "There is no face of at least 20 px in 4 frames."


def write_zip_bomb(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("zeros", bytes(10**7))


def write_large_picture(path):
    Image.new("1", (10_000, 10_000)).save(path)


@pytest.mark.parametrize(
    ("name", "write", "problem"),
    [
        ("text.mp4", lambda path: path.write_text("text " * 100), NotDecoded),
        ("bomb.mp4", write_zip_bomb, NotDecoded),
        ("empty.mov", lambda path: path.touch(), NotDecoded),
        ("text.jpg", lambda path: path.write_text("text"), NotAnImage),
        ("100_megapixels.png", write_large_picture, TooManyPixels),
        ("folder.png", lambda path: path.mkdir(), NotAFile),
        ("gone.mp4", lambda path: None, Missing),
        ("notes.txt", lambda path: path.write_text("text"), UnsupportedType),
        ('a "b"\n<script>.mp4', lambda path: path.write_text("text"), NotDecoded),
    ],
)
def test_a_hostile_file_is_named_with_its_reason(judge, tmp_path, name, write, problem):
    write(tmp_path / name)
    before = sorted(os.listdir(tmp_path))
    prediction = judge.judge(tmp_path / name, name)
    assert prediction.verdict is None
    assert [type(each) for each in prediction.problems] == [problem]
    assert prediction.problem.endswith(".")
    assert prediction.name.isprintable()
    assert sorted(os.listdir(tmp_path)) == before


def test_a_video_that_lasts_too_long_is_refused(models, monkeypatch, clip):
    from tests.prediction.standin import stand_in_for_faces

    stand_in_for_faces(monkeypatch)
    prediction = Judge(models, longest=0.5).judge(clip)
    assert prediction.problems == (TooLong(limit=0.5),)


def test_cautions_of_the_models_go_with_every_verdict(models, monkeypatch, clip):
    from dataclasses import replace

    from tests.prediction.standin import stand_in_for_faces

    stand_in_for_faces(monkeypatch)
    prediction = Judge(replace(models, caution="Made up.")).judge(clip)
    assert prediction.reasons[-1] == Caution(text="Made up.")


def test_models_of_a_part_that_no_file_has_are_not_loaded(both_models, speech, monkeypatch):
    def refuse(*_):
        raise AssertionError("these models are not needed")

    monkeypatch.setattr("keras_impl.prediction.judge.ImageJudge", refuse)
    monkeypatch.setattr("keras_impl.prediction.speech.Scorers", StandInSpeechScorers)
    (prediction,) = judge_files([speech], Settings(both_models))
    assert prediction.verdict == "likely fake"
    assert parts_in([Path("a.WAV"), Path("b.txt")]) == ("sound",)
    assert parts_in([Path("a.png")]) == ("image",)
    assert parts_in([Path("a.mp4")]) == ("image", "sound")
