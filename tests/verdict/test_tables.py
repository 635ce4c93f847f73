"""Predictions for machines and for people."""

import csv
import io
import json

from keras_impl.verdict.prediction import FoundFace, Person, Prediction, Reason, View
from keras_impl.verdict.tables import as_csv, as_json, headings, rows_of
from keras_impl.verdict.words import LABELS, LANGUAGES, SENTENCES, VERDICTS, sentence

VIEWS = {"resnet": View("resnet", 2.0, 1.0, 3.0, 0.0), "svm": View("svm", -1.0, None, None, 0.2)}
FACE = FoundFace(3, 0.5, (1.0, 2.0, 30.0, 40.0), {"resnet": 2.0, "svm": -1.0}, None, None, None)
JUDGED = Prediction(
    "=a, b.mp4",
    "likely fake",
    reasons=(Reason("above", {"p": 0.88, "low": 0.7, "high": 0.95, "threshold": 0.5}),),
    people=(Person(1, (FACE,), VIEWS, True),),
    decisive=1,
    frames_read=16,
)
FAILED = Prediction("text.mp4", problem="can't be opened as a video")


def test_json_holds_all_figures(models):
    content = json.loads(as_json([JUDGED, FAILED], models))
    judged, failed = content["files"]
    assert (judged["verdict"], judged["faces_used"], judged["frames_read"]) == ("likely fake", 1, 16)
    assert round(judged["p_fake"], 4) == 0.8808
    assert [round(bound, 4) for bound in judged["interval"]] == [0.7311, 0.9526]
    assert judged["reasons"][0]["text"] == "P(fake) is 0.88 (0.70\N{EN DASH}0.95), above the threshold of 0.50."
    assert judged["people"][0]["faces"][0]["box"] == [1.0, 2.0, 30.0, 40.0]
    assert (failed["verdict"], failed["problem"]) == (None, "can't be opened as a video")
    assert content["models"]["decisive"] == "resnet"


def test_csv_has_a_line_a_file_and_no_formula(models):
    judged, failed = csv.DictReader(io.StringIO(as_csv([JUDGED, FAILED], models)))
    assert judged["file"] == "'=a, b.mp4"
    assert (judged["p_fake"], judged["low"], judged["threshold"]) == ("0.8808", "0.7311", "0.5000")
    assert (judged["p_fake_resnet"], judged["p_fake_svm"]) == ("0.8808", "0.2689")
    assert (failed["verdict"], failed["p_fake"], failed["problem"]) == ("", "", "can't be opened as a video")


def test_the_table_has_a_column_for_each_approach_that_does_not_decide(models):
    assert headings(models) == ["file", "verdict", "P(fake), 95 %", "faces", "svm"]
    assert rows_of([JUDGED, FAILED], models) == [
        ["=a, b.mp4", "likely fake", "0.88 (0.73\N{EN DASH}0.95)", "1 of 16", "0.27"],
        ["text.mp4", "not judged", "", "0 of 0", ""],
    ]


def test_all_words_are_there_in_all_languages():
    for words in (SENTENCES, LABELS, VERDICTS):
        assert {frozenset(words[language]) for language in LANGUAGES} == {frozenset(words["en"])}
    assert sentence(JUDGED.reasons[0], "ko").startswith("P(가짜)는 0.88 (0.70\N{EN DASH}0.95)")
