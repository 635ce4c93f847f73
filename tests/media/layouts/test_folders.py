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


@pytest.mark.parametrize(("real", "fake"), [("training_real", "training_fake"), ("0_real", "1_fake"), ("REAL", "Fake")])
def test_other_names_of_the_two_folders_are_known(tmp_path, real, fake):
    touch(tmp_path, f"{real}/a.jpg", f"{fake}/b.jpg")
    assert {record.video: record.label for record in read_data(tmp_path)[0]} == {f"{real}/a.jpg": 0, f"{fake}/b.jpg": 1}


def test_a_published_split_is_kept(tmp_path):
    """The test part validates, and the validation part is trained on, as in all layouts."""
    files = [f"{part}/{label}/{part}.jpg" for part in ("train", "valid", "test") for label in ("real", "fake")]
    touch(tmp_path, *files)
    records, _ = read_data(tmp_path)
    assert len(records) == 6
    for record in records:
        assert record.label == ("/fake/" in record.video)
        assert record.part == ("validation" if record.video.startswith("test/") else "train")


def test_numbered_pictures_of_a_folder_are_of_one_source(tmp_path):
    """So that no split divides the frames of a video; with names of their own, pictures are sources of their own."""
    touch(
        tmp_path,
        *(f"real/v1/{number:04}.jpg" for number in range(3)),
        *(f"fake/v2/frame_{number}.png" for number in range(3)),
        *("fake/7.jpg", "fake/8.jpg", "fake/people/ann.jpg", "fake/people/bob.jpg", "real/one/1.jpg"),
    )
    sources = {record.video: record.source for record in read_data(tmp_path)[0]}
    assert {sources[f"real/v1/{number:04}.jpg"] for number in range(3)} == {"real/v1"}
    assert {sources[f"fake/v2/frame_{number}.png"] for number in range(3)} == {"fake/v2"}
    alone = ("fake/7.jpg", "fake/8.jpg", "fake/people/ann.jpg", "fake/people/bob.jpg", "real/one/1.jpg")
    assert all(sources[name] == name for name in alone)
