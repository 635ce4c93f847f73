"""The JSON that is printed is the JSON that is published."""

import json
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest

from keras_impl.media.image import write_png
from keras_impl.models.calibration import OperatingPoints
from keras_impl.prediction.judge import Judge
from keras_impl.prediction.reasons import Crashed, NoFilm, TooSlow, Verbatim
from keras_impl.prediction.render.tables import SCHEMA_VERSION, as_json
from keras_impl.prediction.result import UnjudgedFile
from keras_impl.prediction.trained import find_models
from tests.conftest import ROOT
from tests.prediction.films import add_sound
from tests.prediction.models import add_model
from tests.prediction.render.test_words import kinds
from tests.speech.speech import RATE, speak, write_sound

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")

SCHEMA = json.loads((ROOT / "docs/prediction.schema.json").read_text(encoding="utf-8"))


def closed(schema):
    """The same schema, which takes no key that it doesn't name: so that none is printed and not described."""
    if isinstance(schema, dict):
        schema = {name: closed(each) for name, each in schema.items()}
        if "properties" in schema and "additionalProperties" not in schema:
            schema["additionalProperties"] = False
    if isinstance(schema, list):
        schema = [closed(each) for each in schema]
    return schema


def strict():
    """A validator that takes no key that is not described."""
    made = closed(deepcopy(SCHEMA))
    made["$defs"]["message"].pop("additionalProperties")  # reasons add their part to it
    return jsonschema.Draft202012Validator(made)


def assert_valid(predictions, models):
    content = json.loads(as_json(predictions, models))
    assert not [f"{error.json_path}: {error.message}" for error in strict().iter_errors(content)]
    return content["files"]


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["schema_version"]["const"] == SCHEMA_VERSION


def test_files_with_both_parts_with_one_and_with_none(
    both_judge, both_models, clip, talking_clip, dark_clip, speech, face, tmp_path
):
    write_png(tmp_path / "photo.png", face)
    (tmp_path / "text.mp4").write_text("text")
    silent = add_sound(clip, np.zeros(5 * RATE, np.float32), tmp_path / "silent.mp4")
    voice = write_sound(tmp_path / "voice.mp4", speak(5))
    paths = [talking_clip, clip, silent, voice, speech, tmp_path / "photo.png"]
    unjudged = [dark_clip, tmp_path / "text.mp4", tmp_path / "gone.wav", tmp_path / "notes.txt"]
    judged = [both_judge.judge(path) for path in [*paths, *unjudged]]
    judged[0] = replace(judged[0], notes=(*judged[0].notes, NoFilm(problem=TooSlow(limit=1))))
    files = assert_valid([*judged, UnjudgedFile("bad.mp4", problems=(Crashed(),))], both_models)
    parts = [(file["verdict"] is None, bool(file["image"]), bool(file["sound"])) for file in files]
    assert parts[:6] == [(False, True, True)] * 4 + [(False, False, True), (False, True, False)]
    assert all(is_unjudged for is_unjudged, _, _ in parts[6:])
    assert all(file["problem"] and file["problems"] for file in files[6:])
    (reason,) = [reason for reason in files[3]["reasons"] if reason["part"] == "image"]
    assert (reason["code"], reason["values"]["cause"]) == ("unreadable", "no_video_track")
    assert reason["values"]["problem"] in reason["text"]


def test_models_of_one_part_without_calibration_and_with_a_caution(models, judge, talking_clip, tmp_path):
    assert_valid([judge.judge(talking_clip)], replace(models, caution="Made up."))
    add_model(tmp_path / "other", "resnet", points=OperatingPoints((), ()))
    uncalibrated = find_models(tmp_path / "other")
    (file,) = assert_valid([Judge(uncalibrated).judge(talking_clip)], uncalibrated)
    assert "uncalibrated" in [reason["code"] for reason in file["reasons"]]


def test_the_codes_that_the_schema_names_are_all_that_there_are():
    from keras_impl.prediction.reasons import NotJudged, Problem, Reason, Unreadable

    problems = {kind.name for kind in kinds(Problem)}
    assert set(SCHEMA["$defs"]["problem"]["properties"]["code"]["examples"]) == problems
    reasons = {kind.name for kind in kinds(Reason)} - {NotJudged.name}
    reasons |= {kind.name for kind in kinds(Problem) if kind.status != "unreadable"}
    reasons.add(NotJudged(part="image", problem=Unreadable(detail=Verbatim("x"))).code)
    assert set(SCHEMA["$defs"]["reason"]["properties"]["code"]["examples"]) == reasons


def test_what_is_wrong_is_found(both_judge, both_models, clip):
    """The validator sees what it should: a key too many, one too few, a verdict that is none."""
    content = json.loads(as_json([both_judge.judge(clip)], both_models))
    assert strict().is_valid(content)
    for spoil in (
        lambda file: file.update(more=1),
        lambda file: file.pop("interval"),
        lambda file: file.update(verdict="fake"),
        lambda file: file["image"].update(p_fake=1.5),
        lambda file: file["reasons"][0].pop("part"),
    ):
        spoilt = deepcopy(content)
        spoil(spoilt["files"][0])
        assert not strict().is_valid(spoilt)
