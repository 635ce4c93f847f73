"""In-the-Wild: its meta.csv, and what in it can't be used."""

import pytest

from keras_impl.datasets import find_layout, read_data
from keras_impl.errors import DataError
from tests.datasets import reasons, touch


def write(folder, text, *files):
    touch(folder, *files)
    (folder / "meta.csv").write_text(text)


def test_speakers_are_people_and_each_file_is_a_source(tmp_path):
    text = '\ufefffile,speaker,label\n0.wav,Alec Guinness,spoof\n1.wav,"King, Jr.",bona-fide\n2.wav,,Spoof\n'
    write(tmp_path, text, "0.wav", "1.wav", "2.wav")
    records, problems = read_data(tmp_path, modality="sound")
    assert problems == []
    assert [(r.video, r.label, r.person, r.source, r.system, r.part) for r in records] == [
        ("0.wav", 1, "Alec Guinness", "0.wav", None, None),
        ("1.wav", 0, "King, Jr.", "1.wav", None, None),
        ("2.wav", 1, None, "2.wav", None, None),
    ]


def test_what_cannot_be_used_is_named_with_its_reason(tmp_path):
    text = (
        "file,speaker,label\n"
        "good.wav,a,spoof\n"
        "missing.wav,a,spoof\n"
        "unsure.wav,a,real\n"
        "short.wav\n"
        "same.wav,a,spoof\n"
        "./same.wav,a,spoof\n"
        "../outside.wav,a,spoof\n"
        "/root.wav,a,spoof\n"
    )
    write(tmp_path, text, *(f"{name}.wav" for name in ("good", "unsure", "short", "same", "stray")), "notes.txt")
    records, problems = read_data(tmp_path, modality="sound")
    assert [record.video for record in records] == ["good.wav"]
    found = reasons(problems)
    for name, words in {
        "missing.wav": "is named in meta.csv but the file is missing",
        "unsure.wav": "the label 'real' in line 4 of meta.csv, not bona-fide or spoof",
        "short.wav": "the label '' in line 5",
        "same.wav": "more than once",
        "../outside.wav": "outside",
        "/root.wav": "outside",
        "stray.wav": "no entry in meta.csv",
    }.items():
        assert words in found.pop(name), name
    assert not found


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"file,label\n0.wav,spoof\n", "lacks the column speaker: it must be a meta.csv beside"),
        (b"file,speaker,label\n0.wav,King, Jr.,spoof\n", "line 2 .* more values than columns"),
        (b"file,speaker,label\n\x81\xff.wav,a,spoof\n", "can't be read as a CSV file"),
        (b"file,speaker,label\n", "holds nothing in the layout inthewild"),
    ],
)
def test_a_meta_csv_that_cannot_be_right_is_an_error(tmp_path, content, words):
    (tmp_path / "meta.csv").write_bytes(content)
    with pytest.raises(DataError, match=words):
        read_data(tmp_path, "inthewild", "sound")


@pytest.mark.parametrize("content", [b"", b"name,label\n", b"\xff\xfe\x00" * 2000])
def test_another_meta_csv_is_not_taken_for_it(tmp_path, content):
    (tmp_path / "meta.csv").write_bytes(content)
    with pytest.raises(DataError, match="is in no known layout"):
        find_layout(tmp_path, modality="sound")
