"""Which layout a data set is taken for, and what is said when there is none."""

import pytest

from keras_impl.errors import DataError
from keras_impl.media.layouts import LAYOUTS, find_layout, read_data
from tests.media.layouts import touch

TREES = {
    "table": ["list.csv"],
    "faceforensics": ["manipulated_sequences/Deepfakes/c23/videos/519_515.mp4"],
    "celebdf": ["Celeb-real/id0_0000.mp4"],
    "crops": ["metadata.json", "faces/a.jpg"],
    "dfdc": ["part_0/metadata.json", "part_0/a.mp4"],
    "folders": ["real/a.mp4", "fake/a.mp4"],
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_layout_is_recognised_and_by_itself_alone(tmp_path, name):
    touch(tmp_path, *TREES[name])
    path = tmp_path / "list.csv" if name == "table" else tmp_path
    assert find_layout(path) == name
    # A pool of crops has DFDC's metadata.json; the order of the registry decides.
    taken_by = {other for other, layout in LAYOUTS.items() if layout.recognises(path)}
    assert taken_by - {name} == ({"dfdc"} if name == "crops" else set())


def test_a_layout_can_be_forced(tmp_path):
    touch(tmp_path, *TREES["celebdf"], *TREES["folders"])
    assert [record.video for record in read_data(tmp_path)[0]] == ["Celeb-real/id0_0000.mp4"]
    assert [record.video for record in read_data(tmp_path, "folders")[0]] == ["fake/a.mp4", "real/a.mp4"]


@pytest.mark.parametrize(("layout", "words"), [(None, "is in no known layout"), ("movies", "movies is not a known")])
def test_unknown_layouts_are_an_error_that_lists_what_each_needs(tmp_path, layout, words):
    with pytest.raises(DataError, match=words) as error:
        find_layout(tmp_path, layout)
    assert "\n" not in str(error.value)
    for name, adapter in LAYOUTS.items():
        assert f"{name} needs {adapter.NEEDS}" in str(error.value)


@pytest.mark.parametrize("name", sorted(set(LAYOUTS) - {"table"}))
def test_a_forced_layout_that_does_not_fit_says_what_it_needs(tmp_path, name):
    touch(tmp_path, "notes.txt")
    for path in (tmp_path, tmp_path / "notes.txt"):
        if name == "crops" and path.is_file():
            continue  # a file is read as a table of crops
        with pytest.raises(DataError, match=f"holds nothing in the layout {name}: it needs"):
            read_data(path, name)


def test_nothing_there_is_an_error(tmp_path):
    with pytest.raises(DataError, match="doesn't exist"):
        read_data(tmp_path / "nowhere", "dfdc")
