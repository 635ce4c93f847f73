"""What the adapters share: endings, and lists that can't be read."""

import re

import pytest

from keras_impl.errors import DataError
from keras_impl.media.layouts.files import MEDIA_SUFFIXES, SOUND_SUFFIXES, media_files, read_lines
from tests.media.layouts import touch


def test_a_video_counts_for_both_but_an_image_and_a_recording_for_one(tmp_path):
    touch(tmp_path, "a.mp4", "b.JPG", "c/d.FLAC", "notes.txt")
    assert [file.name for file in media_files(tmp_path)] == ["a.mp4", "b.JPG"]
    assert [file.name for file in media_files(tmp_path, modality="sound")] == ["a.mp4", "d.FLAC"]
    assert {".mp4"} <= MEDIA_SUFFIXES & SOUND_SUFFIXES
    assert ".wav" not in MEDIA_SUFFIXES
    assert ".png" not in SOUND_SUFFIXES


def test_a_list_may_have_empty_lines_and_odd_bytes(tmp_path):
    path = tmp_path / "list.txt"
    path.write_bytes(b"\r\n 1 a\xff.mp4 \r\n\r\n0 b.mp4")
    assert [line["name"] for line in read_lines(path, re.compile(r"\d (?P<name>.+)"), "1 a.mp4")] == [
        "a\ufffd.mp4",
        "b.mp4",
    ]


def test_a_list_that_cannot_be_read_is_an_error(tmp_path):
    with pytest.raises(DataError, match="can't be read"):
        read_lines(tmp_path, re.compile(".+"), "1 a.mp4")
