"""DFDC's layout, flat and nested, with what can be wrong in it."""

import json

import pytest
from keras_impl.media.dfdc import read_dfdc

from keras_impl.errors import DataError


def write_part(folder, entries, files):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "metadata.json").write_text(json.dumps(entries))
    for name in files:
        (folder / name).touch()


def test_flat_folder(tmp_path):
    entries = {"b.mp4": {"label": "FAKE", "original": "a.mp4"}, "a.mp4": {"label": "REAL", "original": None}}
    write_part(tmp_path, entries, entries)
    records, problems = read_dfdc(tmp_path)
    assert [(record.video, record.label, record.original, record.source) for record in records] == [
        ("a.mp4", 0, None, "a.mp4"),
        ("b.mp4", 1, "a.mp4", "a.mp4"),
    ]
    assert problems == []


def test_nested_parts_keep_equal_names_apart(tmp_path):
    entries = {"a.mp4": {"label": "REAL"}, "b.mp4": {"label": "FAKE", "original": "a.mp4"}}
    for part in ("dfdc_train_part_0", "dfdc_train_part_1"):
        write_part(tmp_path / part, entries, entries)
    records, _ = read_dfdc(tmp_path)
    assert len({record.video for record in records}) == 4
    assert records[1].original == "dfdc_train_part_0/a.mp4"


def test_what_cannot_be_used_is_named_with_its_reason(tmp_path):
    entries = {
        "good.mp4": {"label": "REAL"},
        "missing.mp4": {"label": "REAL"},
        "unsure.mp4": {"label": "MAYBE"},
        "odd.mp4": "FAKE",
        "../outside.mp4": {"label": "REAL"},
    }
    write_part(tmp_path, entries, ["good.mp4", "unsure.mp4", "odd.mp4", "unlisted.mp4"])
    records, problems = read_dfdc(tmp_path)
    assert [record.video for record in records] == ["good.mp4"]
    reasons = {problem.name: problem.reason for problem in problems}
    assert "file is missing" in reasons.pop("missing.mp4")
    assert "no label" in reasons.pop("unsure.mp4")
    assert "no label" in reasons.pop("odd.mp4")
    assert "outside" in reasons.pop("../outside.mp4")
    assert "no entry" in reasons.pop("unlisted.mp4")
    assert not reasons


@pytest.mark.parametrize(("content", "words"), [(None, "no metadata.json"), ("{", "JSON"), ("[]", "not a table")])
def test_missing_or_malformed_metadata_is_an_error(tmp_path, content, words):
    if content is not None:
        (tmp_path / "metadata.json").write_text(content)
    with pytest.raises(DataError, match=words):
        read_dfdc(tmp_path)


def test_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(DataError, match="not a folder"):
        read_dfdc(tmp_path / "nowhere")
