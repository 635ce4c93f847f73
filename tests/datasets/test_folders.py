"""``real/`` and ``fake/``."""

import pytest

from keras_impl.datasets import find_layout, read_data
from keras_impl.datasets.record import Problem
from keras_impl.errors import DataError
from tests.datasets import by_name, touch


def test_the_folder_is_the_label_at_any_depth_and_in_any_case(tmp_path):
    touch(tmp_path, "Real/a.mp4", "Real/notes.txt", "fake/b/a.mp4", "fake/c.PNG", "other/d.mp4")
    records, problems = read_data(tmp_path)
    assert problems == [Problem("other/d.mp4", "is in no folder that says real or fake")]
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


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            ("Dataset/Train/Real/a.jpg", "Dataset/Train/Fake/b.jpg", "Dataset/Test/Fake/c.jpg"),
            "0 t, 1 t, 1 v",
        ),
        (("real/train/a.jpg", "fake/train/b.jpg", "fake/test/c.jpg"), "0 t, 1 t, 1 v"),
        (("train/car/0_real/a.png", "train/car/1_fake/b.png", "val/cat/0_real/c.png"), "0 t, 1 t, 0 v"),
        (("training/real_videos/a.mp4", "training/fake_videos/b.mp4", "testing/real_videos/c.mp4"), "0 t, 1 t, 0 v"),
        (("genuine/a.mp4", "deepfake/b.mp4"), "0, 1"),
        (("original/a.mp4", "Manipulated Videos/b.mp4"), "0, 1"),
        (("bona-fide/a.mp4", "spoof/b.mp4"), "0, 1"),
    ],
)
def test_labels_and_splits_stand_anywhere_in_the_path(tmp_path, files, expected):
    touch(tmp_path, *files)
    found = {record.video: record for record in read_data(tmp_path)[0]}
    for name, each in zip(files, expected.split(", "), strict=True):
        label, _, part = each.partition(" ")
        assert found[name].label == int(label)
        assert (found[name].part or "")[:1] == part[:1]


def test_140k_faces_are_read_as_a_whole_with_the_tables_beside(tmp_path):
    top = tmp_path / "real_vs_fake/real-vs-fake"
    touch(top, *(f"{part}/{label}/x.jpg" for part in ("train", "valid", "test") for label in ("real", "fake")))
    for part in ("train", "valid", "test"):
        (tmp_path / f"{part}.csv").write_text(f",label,label_str,path\n0,1,real,{part}/real/x.jpg\n")
    assert find_layout(tmp_path) == "folders"
    records, problems = read_data(tmp_path)
    assert (len(records), problems) == (6, [])
    assert {(record.label, record.part) for record in records} == {
        (label, part) for label in (0, 1) for part in ("train", "validation")
    }


def test_folders_that_contradict_each_other_are_problems(tmp_path):
    touch(tmp_path, "real/a.mp4", "fake/b.mp4", "fake/real/c.mp4", "real/FakeNews/d.mp4", "real-vs-fake/real/e.mp4")
    records, problems = read_data(tmp_path)
    assert [record.label for record in by_name(records).values()] == [1, 0, 0, 0]
    assert problems == [Problem("fake/real/c.mp4", "is in folders that say both real and fake")]
