"""Celeb-DF: people, pairs, and its list whose 1 means real."""

import pytest

from keras_impl.datasets import read_data
from keras_impl.errors import DataError
from tests.datasets import by_name, reasons, touch

NAMES = [
    "Celeb-real/id0_0000.mp4",
    "Celeb-synthesis/id0_id1_0000.mp4",
    "Celeb-synthesis/id1_id0_0007.mp4",
    "YouTube-real/00170.mp4",
]


def test_names_tell_person_original_and_donor(tmp_path):
    touch(tmp_path, *NAMES)
    records, problems = read_data(tmp_path)
    assert problems == []
    assert [(record.video, record.label, record.person, record.original, record.donor) for record in records] == [
        ("Celeb-real/id0_0000.mp4", 0, "id0", None, None),
        ("Celeb-synthesis/id0_id1_0000.mp4", 1, "id0", "Celeb-real/id0_0000.mp4", "id1"),
        ("Celeb-synthesis/id1_id0_0007.mp4", 1, "id1", "Celeb-real/id1_0007.mp4", "id0"),
        ("YouTube-real/00170.mp4", 0, None, None, None),
    ]
    assert {record.part for record in records} == {None}


def test_listed_videos_validate_and_labels_stay_this_projects(tmp_path):
    touch(tmp_path, *NAMES)
    (tmp_path / "List_of_testing_videos.txt").write_text(
        "1 YouTube-real/00170.mp4\n0 Celeb-synthesis/id1_id0_0007.mp4\n\n1 Celeb-real/id9_0000.mp4\n"
    )
    records, problems = read_data(tmp_path)
    assert [(record.label, record.part) for record in records] == [
        (0, "train"),
        (1, "train"),
        (1, "validation"),
        (0, "validation"),
    ]
    assert "file is missing" in reasons(problems)["Celeb-real/id9_0000.mp4"]
    assert len(problems) == 1


def test_contradictions_and_odd_names_are_problems(tmp_path):
    touch(tmp_path, *NAMES, "Celeb-synthesis/id0_0003.mp4")
    (tmp_path / "List_of_testing_videos.txt").write_text("0 YouTube-real/00170.mp4\n")
    records, problems = read_data(tmp_path)
    assert set(by_name(records)) == set(NAMES[:3])
    assert "contradict" in reasons(problems)["YouTube-real/00170.mp4"]
    assert "id0_id1_0000" in reasons(problems)["Celeb-synthesis/id0_0003.mp4"]


def test_a_malformed_list_is_an_error_that_names_the_line(tmp_path):
    touch(tmp_path, *NAMES)
    (tmp_path / "List_of_testing_videos.txt").write_text("1 YouTube-real/00170.mp4\nreal id0_0000.mp4\n")
    with pytest.raises(DataError, match="line 2"):
        read_data(tmp_path)
