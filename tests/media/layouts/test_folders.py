"""``real/`` and ``fake/``."""

import pytest

from keras_impl.errors import DataError
from keras_impl.media.layouts import read_data
from tests.media.layouts import touch


def test_the_folder_is_the_label_at_any_depth_and_in_any_case(tmp_path):
    touch(tmp_path, "Real/a.mp4", "Real/notes.txt", "fake/b/a.mp4", "fake/c.PNG", "other/d.mp4")
    records, problems = read_data(tmp_path)
    assert problems == []
    assert [(record.video, record.label, record.source) for record in records] == [
        ("Real/a.mp4", 0, "Real/a.mp4"),
        ("fake/b/a.mp4", 1, "fake/b/a.mp4"),
        ("fake/c.PNG", 1, "fake/c.PNG"),
    ]


def test_for_sound_recordings_and_videos_count(tmp_path):
    touch(tmp_path, "real/a.WAV", "real/b.jpg", "fake/c.mp4")
    assert [(r.video, r.label) for r in read_data(tmp_path, modality="sound")[0]] == [
        ("fake/c.mp4", 1),
        ("real/a.WAV", 0),
    ]
    assert [record.video for record in read_data(tmp_path)[0]] == ["fake/c.mp4", "real/b.jpg"]


def test_empty_folders_are_an_error(tmp_path):
    touch(tmp_path, "real/notes.txt", "fake/notes.txt")
    with pytest.raises(DataError, match="holds nothing in the layout folders: it needs a folder real/"):
        read_data(tmp_path)
