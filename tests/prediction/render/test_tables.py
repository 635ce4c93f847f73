"""Predictions for machines and for people."""

import csv
import io
import json
from dataclasses import replace

from keras_impl import console
from keras_impl.models.approach import APPROACHES
from keras_impl.prediction.reasons import Above, NoSpeech, NotDecoded, NotJudged, Verbatim
from keras_impl.prediction.render.tables import as_csv, as_json, headings, rows_of
from keras_impl.prediction.result import (
    ApproachScore,
    FoundFace,
    ImagePrediction,
    JudgedFile,
    Person,
    SoundPrediction,
    SoundSegment,
    UnjudgedFile,
    UnjudgedSound,
)

VIEWS = {"resnet": ApproachScore("resnet", 2.0, 1.0, 3.0, 0.0), "svm": ApproachScore("svm", -1.0, None, None, 0.2)}
FACE = FoundFace(3, 0.5, (1.0, 2.0, 30.0, 40.0), 1.0, {"resnet": 2.0, "svm": -1.0}, None, None, None, None, None)
ABOVE = Above(part="image", p=0.88, low=0.7, high=0.95, threshold=0.5)
IMAGE = ImagePrediction(
    "likely fake", reasons=(ABOVE,), people=(Person(1, (FACE,), VIEWS, True),), decisive=1, frames_read=16
)
JUDGED = JudgedFile("=a, b.mp4", IMAGE, verdict="likely fake", rests_on="image")
PROBLEM = NotDecoded(expected="a video", detail=Verbatim("no such format"))
FAILED = UnjudgedFile("text.mp4", problems=(PROBLEM,))
TOLD = "The file can't be opened as a video (no such format)."


def test_json_holds_all_figures(models):
    content = json.loads(as_json([JUDGED, FAILED], models))
    judged, failed = content["files"]
    image = judged["image"]
    assert (judged["verdict"], image["faces_used"], image["frames_read"]) == ("likely fake", 1, 16)
    assert round(judged["p_fake"], 4) == 0.8808
    assert [round(bound, 4) for bound in judged["interval"]] == [0.7311, 0.9526]
    (reason,) = judged["reasons"]
    assert (reason["part"], reason["code"]) == ("image", "above")
    assert reason["values"] == {"p": 0.88, "low": 0.7, "high": 0.95, "threshold": 0.5}
    assert reason["text"] == "P(fake) of the image is 0.88 (0.70\N{EN DASH}0.95), above the threshold of 0.50."
    assert image["people"][0]["faces"][0]["box"] == [1.0, 2.0, 30.0, 40.0]
    assert (failed["verdict"], failed["problem"]) == (None, TOLD)
    assert failed["problems"][0]["code"] == "not_decoded"
    assert content["models"]["image"]["decisive"] == "resnet"


def test_csv_has_a_line_a_file_and_no_formula(models):
    judged, failed = csv.DictReader(io.StringIO(as_csv([JUDGED, FAILED], models)))
    assert judged["file"] == "'=a, b.mp4"
    assert (judged["p_fake"], judged["low"], judged["threshold"]) == ("0.8808", "0.7311", "0.5000")
    assert (judged["p_fake_resnet"], judged["p_fake_svm"]) == ("0.8808", "0.2689")
    assert (failed["verdict"], failed["p_fake"], failed["problem"]) == ("", "", TOLD)


def test_the_table_has_a_column_for_each_approach_that_does_not_decide(models):
    assert headings(models) == ["file", "verdict", "P(fake), 95%", "faces", "svm"]


def test_all_approaches_together_fit_into_80_columns(models, capsys):
    trained = dict.fromkeys(APPROACHES, models.image.decisive)
    full = replace(models, image=replace(models.image, trained=trained))
    scores = {name: ApproachScore(name, 2.0, 1.0, 3.0, 0.0) for name in APPROACHES}
    person = replace(IMAGE.people[0], scores=scores)
    image = replace(IMAGE, people=(person,), frames_read=128)
    long = replace(JUDGED, name="a" * 40 + ".mp4", image=image)
    console.table(headings(full), rows_of([long], full))
    printed = capsys.readouterr().out
    assert max(map(len, printed.splitlines())) <= 80
    assert "likely fake" in printed
    assert "0.88 (0.73\N{EN DASH}0.95)" in printed
    assert rows_of([JUDGED, FAILED], models) == [
        ["=a, b.mp4", "likely fake", "0.88 (0.73\N{EN DASH}0.95)", "1 of 16", "0.27"],
        ["text.mp4", "not judged", "", "", ""],
    ]


def test_csv_has_columns_for_the_sound_where_there_is_a_model_of_it(both_models):
    segments = tuple(SoundSegment(4.0 * n, 4.0, {"resnet": 1.0, "svm": 0.0}, None, None) for n in range(2))
    scores = {"resnet": ApproachScore("resnet", 1.0, 0.5, 1.5, 0.0), "svm": ApproachScore("svm", 0.0, None, None, 0.0)}
    heard = SoundPrediction("likely fake", scores, segments=segments)
    recording = JudgedFile("a.wav", sound=heard, verdict="likely fake", rests_on="sound")
    mute = replace(JUDGED, sound=UnjudgedSound(NotJudged(part="sound", problem=NoSpeech(segments=2))))
    first, second = csv.DictReader(io.StringIO(as_csv([recording, mute], both_models)))
    assert (first["rests_on"], first["p_fake"], first["threshold"]) == ("sound", "0.7311", "0.5000")
    assert (first["image"], first["sound"], first["segments"]) == ("", "likely fake", "2")
    assert (first["sound_p_fake_resnet"], first["sound_p_fake_svm"], first["p_fake_resnet"]) == ("0.7311", "0.5000", "")
    assert (second["image"], second["sound"], second["rests_on"]) == ("likely fake", "no speech", "image")
