"""Folders of numbered pictures: a video each."""

import pytest

from keras_impl.datasets import notes_on, read_data
from tests.datasets import by_name, touch

FRAMES = [
    *(f"real/v1/{number:04}.jpg" for number in range(3)),
    *(f"real/v2/frame_{number}.png" for number in (1, 2, 10)),
    *(f"fake/v3/v3_{number}.png" for number in range(2)),
]


def test_pictures_of_such_a_folder_are_the_frames_of_one_video(tmp_path):
    touch(tmp_path, *FRAMES)
    records, problems = read_data(tmp_path)
    assert problems == []
    found = by_name(records)
    assert set(found) == {"real/v1", "real/v2", "fake/v3"}
    assert [path.name for path in found["real/v2"].frames] == ["frame_1.png", "frame_2.png", "frame_10.png"]
    assert (found["fake/v3"].label, found["fake/v3"].path, found["fake/v3"].is_image) == (
        1,
        tmp_path / "fake/v3",
        False,
    )
    assert notes_on(tmp_path, "folders", records)[0].startswith(
        "3 folders of numbered pictures are read as one video each"
    )


@pytest.mark.parametrize(
    "others",
    [
        ("fake/7.jpg", "fake/8.jpg"),  # the folder is a label
        ("train/1.jpg", "train/2.jpg"),
        ("fake/people/ann.jpg", "fake/people/bob.jpg"),
        ("fake/mixed/1.jpg", "fake/mixed/bob.jpg"),
        ("fake/two/a1.jpg", "fake/two/b2.jpg"),
        ("fake/clips/1.mp4", "fake/clips/2.mp4"),
        ("real/one/1.jpg",),
    ],
)
def test_pictures_of_other_folders_stay_apart(tmp_path, others):
    touch(tmp_path, *FRAMES, *others)
    names = {record.video for record in read_data(tmp_path)[0]}
    assert names - {"real/v1", "real/v2", "fake/v3"} == {name for name in others if not name.startswith("train")}


def test_two_folders_are_two_kinds_and_not_two_videos(tmp_path):
    files = [f"{folder}/{number:05}.png" for folder in ("real/ffhq", "fake/stylegan") for number in range(3)]
    touch(tmp_path, *files)
    assert {record.video for record in read_data(tmp_path)[0]} == set(files)


def test_a_table_that_lists_them_is_read_likewise(tmp_path):
    frames = {name: [f"{name}/{number}.jpg" for number in range(2)] for name in ("a", "b", "c")}
    rows = [
        *(f"{name},real," for name in frames["a"] + frames["b"]),
        *(f"{name},fake,a/{number}.jpg" for number, name in enumerate(frames["c"])),
        "d/1.jpg,real,",
        "d/2.jpg,fake,",
    ]
    touch(tmp_path, *frames["a"], *frames["b"], *frames["c"], "d/1.jpg", "d/2.jpg")
    (tmp_path / "list.csv").write_text("\n".join(["path,label,original", *rows]))
    found = by_name(read_data(tmp_path / "list.csv")[0])
    assert set(found) == {"a", "b", "c", "d/1.jpg", "d/2.jpg"}
    assert (found["c"].original, found["c"].source, found["a"].source) == ("a", "a", "a")
    assert len(found["c"].frames) == 2


def test_groups_of_their_own_keep_pictures_of_a_table_apart(tmp_path):
    names = [f"{folder}/{number}.jpg" for folder in "abc" for number in range(2)]
    touch(tmp_path, *names)
    rows = [f"{name},{'fake' if name[0] == 'c' else 'real'},{name}" for name in names]
    (tmp_path / "list.csv").write_text("\n".join(["path,label,group", *rows]))
    assert set(by_name(read_data(tmp_path / "list.csv")[0])) == set(names)
