"""DFDC's layout, flat and nested, with what can be wrong in it."""

import json

import pytest

from keras_impl.datasets import read_data
from keras_impl.errors import DataError
from tests.datasets import reasons, touch


def write_part(folder, entries, files):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "metadata.json").write_text(json.dumps(entries))
    touch(folder, *files)


def test_flat_folder(tmp_path):
    entries = {"b.mp4": {"label": "FAKE", "original": "a.mp4"}, "a.mp4": {"label": "REAL", "original": None}}
    write_part(tmp_path, entries, entries)
    records, problems = read_data(tmp_path)
    assert [(record.video, record.label, record.original, record.source) for record in records] == [
        ("a.mp4", 0, None, "a.mp4"),
        ("b.mp4", 1, "a.mp4", "a.mp4"),
    ]
    assert problems == []


def test_nested_parts_keep_equal_names_apart(tmp_path):
    entries = {"a.mp4": {"label": "REAL"}, "b.mp4": {"label": "FAKE", "original": "a.mp4"}}
    for part in ("dfdc_train_part_0", "dfdc_train_part_1"):
        write_part(tmp_path / part, entries, entries)
    records, _ = read_data(tmp_path)
    assert len({record.video for record in records}) == 4
    assert records[1].original == "dfdc_train_part_0/a.mp4"


def test_images_are_accepted_and_labels_in_lower_case(tmp_path):
    entries = {"a.JPG": {"label": "real"}, "b.png": {"label": " fake ", "original": "a.JPG"}}
    write_part(tmp_path, entries, [*entries, "stray.webp"])
    records, problems = read_data(tmp_path)
    assert [(record.label, record.is_image, record.is_crop) for record in records] == [
        (0, True, False),
        (1, True, False),
    ]
    assert reasons(problems) == {"stray.webp": "has no entry in metadata.json"}


def test_what_cannot_be_used_is_named_with_its_reason(tmp_path):
    entries = {
        "good.mp4": {"label": "REAL"},
        "missing.mp4": {"label": "REAL"},
        "unsure.mp4": {"label": "MAYBE"},
        "null.mp4": {"label": None},
        "number.mp4": {"label": 1},
        "odd.mp4": "FAKE",
        "list.mp4": ["FAKE"],
        "../outside.mp4": {"label": "REAL"},
        "/root.mp4": {"label": "REAL"},
        "": {"label": "REAL"},
        "n" * 300 + ".mp4": {"label": "REAL"},
        "nul\0.mp4": {"label": "REAL"},
        "\ud800.mp4": {"label": "REAL"},
        "same.mp4": {"label": "REAL"},
        "./same.mp4": {"label": "REAL"},
        "numbered.mp4": {"label": "FAKE", "original": 7},
        "itself.mp4": {"label": "FAKE", "original": "itself.mp4"},
        "chained.mp4": {"label": "FAKE", "original": "itself.mp4"},
        "far.mp4": {"label": "FAKE", "original": "../good.mp4"},
    }
    present = ["good", "unsure", "null", "number", "odd", "list", "same", "numbered", "itself", "chained", "far"]
    write_part(tmp_path, entries, [f"{name}.mp4" for name in (*present, "unlisted")])
    records, problems = read_data(tmp_path)
    assert [record.video for record in records] == ["good.mp4"]
    found = reasons(problems)
    for name, words in {
        "missing.mp4": "file is missing",
        ".": "file is missing",
        "n" * 300 + ".mp4": "file is missing",
        "nul\0.mp4": "file is missing",
        "\\ud800.mp4": "file is missing",
        "unsure.mp4": "no label",
        "null.mp4": "no label",
        "number.mp4": "no label",
        "odd.mp4": "no label",
        "list.mp4": "no label",
        "../outside.mp4": "outside",
        "/root.mp4": "outside",
        "same.mp4": "more than once",
        "numbered.mp4": "original 7 is not the name",
        "itself.mp4": "labelled FAKE too",
        "chained.mp4": "labelled FAKE too",
        "far.mp4": "not the name of a file in its folder",
        "unlisted.mp4": "no entry",
    }.items():
        assert words in found.pop(name), name
    assert not found


def test_the_sound_of_a_fake_is_labelled_by_its_original_and_needs_it(tmp_path):
    entries = {
        "a.mp4": {"label": "REAL"},
        "b.mp4": {"label": "FAKE", "original": "a.mp4"},
        "elsewhere.mp4": {"label": "FAKE", "original": "far.mp4"},
        "alone.mp4": {"label": "FAKE"},
        "left.mp4": {"label": "FAKE", "original": "gone.mp4"},
    }
    write_part(tmp_path / "0", entries, [*entries, "stray.wav", "stray.jpg"])
    write_part(tmp_path / "1", {"far.mp4": {"label": "REAL"}}, ["far.mp4"])
    records, problems = read_data(tmp_path, modality="sound")
    assert [(r.video, r.label, r.original, r.label_from_original) for r in records] == [
        ("0/a.mp4", 0, None, False),
        ("0/b.mp4", 1, "0/a.mp4", True),
        ("0/elsewhere.mp4", 1, "1/far.mp4", True),
        ("1/far.mp4", 0, None, False),
    ]
    assert reasons(problems) == {
        "0/alone.mp4": "its sound can't be labelled without its original, which metadata.json doesn't name",
        "0/left.mp4": "its sound can't be labelled without its original 0/gone.mp4: add that video",
        "0/stray.wav": "has no entry in metadata.json",
    }
    assert {record.label_from_original for record in read_data(tmp_path)[0]} == {False}


def test_names_without_valid_text_are_a_problem(tmp_path):
    name = b"odd\xff.mp4".decode(errors="surrogateescape")
    write_part(tmp_path, {name: {"label": "REAL"}}, [name])
    records, problems = read_data(tmp_path)
    assert records == []
    assert [problem.name for problem in problems] == ["odd\\udcff.mp4"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "it needs a metadata.json beside the videos"),
        ("{", "JSON"),
        ("[" * 100_000, "JSON"),
        ("[]", "is not a JSON object"),
        ("{}", "holds nothing"),
        ('{"a.mp4": {"label": "REAL"}, "a.mp4": {"label": "FAKE"}}', "the name a.mp4 is repeated"),
    ],
)
def test_missing_or_malformed_metadata_is_an_error(tmp_path, content, words):
    if content is not None:
        (tmp_path / "metadata.json").write_text(content)
    with pytest.raises(DataError, match=words):
        read_data(tmp_path, "dfdc")


@pytest.mark.parametrize(
    ("original", "real"),
    [("a", "a.mp4"), ("A.MP4", "a.mp4"), ("clip.v1", "clip.v1.mp4"), ("sub\\a.mp4", "sub/a.mp4")],
)
def test_originals_are_found_however_they_are_written(tmp_path, original, real):
    touch(tmp_path, real, "b.mp4")
    entries = {real: {"label": "REAL"}, "b.mp4": {"label": "FAKE", "original": original}}
    (tmp_path / "metadata.json").write_text(json.dumps(entries))
    assert {record.source for record in read_data(tmp_path)[0]} == {real}


def test_an_original_that_could_be_several_is_a_problem(tmp_path):
    touch(tmp_path, "a.mp4", "a.mov", "b.mp4")
    entries = {"a.mp4": {"label": "REAL"}, "a.mov": {"label": "REAL"}, "b.mp4": {"label": "FAKE", "original": "a"}}
    (tmp_path / "metadata.json").write_text(json.dumps(entries))
    records, problems = read_data(tmp_path)
    assert len(records) == 2
    assert reasons(problems) == {"b.mp4": "its original a could be a.mov or a.mp4"}


def test_separators_of_windows_and_its_encodings_are_read(tmp_path):
    touch(tmp_path, "sub/\ud55c.mp4")
    text = json.dumps({"sub\\\ud55c.mp4": {"label": "REAL"}}, ensure_ascii=False)
    (tmp_path / "metadata.json").write_bytes(text.encode("cp949"))
    records, problems = read_data(tmp_path)
    assert ([record.video for record in records], problems) == (["sub/\ud55c.mp4"], [])
