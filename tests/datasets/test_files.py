"""Which files count: none that other programs left in a folder."""

import json
import unicodedata

import pytest

from keras_impl.datasets import read_data
from keras_impl.datasets.files import media_files
from keras_impl.prediction.inputs import find_inputs
from tests.datasets import touch

RUBBISH = (
    "real/.ipynb_checkpoints/a-checkpoint.mp4",
    "real/._a.mp4",
    "fake/.Trashes/501/old.mp4",
    "__MACOSX/real/._a.mp4",
    "real/__MACOSX/a.mp4",
    ".cache/real/a.mp4",
)


@pytest.fixture
def folder(tmp_path):
    """A data set below a hidden folder, which the user named."""
    touch(tmp_path / ".mine/set", "real/a.mp4", "fake/b.mp4", *RUBBISH)
    return tmp_path / ".mine/set"


def test_what_other_programs_left_is_no_data(folder):
    records, problems = read_data(folder)
    assert [record.video for record in records] == ["fake/b.mp4", "real/a.mp4"]
    assert problems == []


def test_lists_that_other_programs_left_are_not_read(tmp_path):
    touch(tmp_path, "a.mp4", "b.mp4")
    (tmp_path / "metadata.json").write_text('{"a.mp4": {"label": "REAL"}, "b.mp4": {"label": "FAKE"}}')
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "__MACOSX/metadata.json").write_text("rubbish")
    records, problems = read_data(tmp_path)
    assert (len(records), problems) == (2, [])


def test_nor_is_it_judged_or_counted_anywhere(folder):
    expected = [folder / "fake/b.mp4", folder / "real/a.mp4"]
    assert find_inputs([folder], {".mp4"}).files == expected
    assert media_files(folder) == expected


def test_a_hidden_file_that_is_named_is_judged(folder):
    assert find_inputs([folder / "real/._a.mp4"], {".mp4"}).files == [folder / "real/._a.mp4"]


@pytest.mark.parametrize(("written", "stored"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_names_match_however_their_letters_are_composed(tmp_path, written, stored):
    names = {name: unicodedata.normalize(stored, name) for name in ("\u00e9_fake.mp4", "\ud55c\uad6d\uc5b4.mp4")}
    touch(tmp_path / "dfdc", *names.values())
    fake, real = (unicodedata.normalize(written, name) for name in names)
    entries = {real: {"label": "REAL"}, fake: {"label": "FAKE", "original": real}}
    (tmp_path / "dfdc/metadata.json").write_text(json.dumps(entries, ensure_ascii=False), encoding="utf-8")
    touch(tmp_path / "table", *names.values())
    text = f"path,label\n{real},real\n{fake},fake\n"
    (tmp_path / "table/list.csv").write_text(text, encoding="utf-8")
    for data in (tmp_path / "dfdc", tmp_path / "table/list.csv"):
        records, problems = read_data(data)
        assert problems == []
        assert {record.label: record.path.is_file() for record in records} == {0: True, 1: True}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_lists_in_other_encodings_are_read(tmp_path, encoding):
    touch(tmp_path, "Celeb-real/id0_0000.mp4", "Celeb-synthesis/id0_id1_0000.mp4")
    (tmp_path / "List_of_testing_videos.txt").write_bytes("1 Celeb-real/id0_0000.mp4\n".encode(encoding))
    records, problems = read_data(tmp_path)
    assert ({record.video: record.part for record in records}, problems) == (
        {"Celeb-real/id0_0000.mp4": "validation", "Celeb-synthesis/id0_id1_0000.mp4": "train"},
        [],
    )
