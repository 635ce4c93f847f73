"""Which files are judged, and what is said of the others."""

import pytest

from keras_impl.errors import DataError
from keras_impl.prediction.inputs import find_inputs
from tests.datasets import touch


@pytest.mark.usefixtures("closed_folders")
def test_folders_that_cannot_be_listed_are_told_apart(tmp_path):
    touch(tmp_path, "a.mp4", "closed/b.mp4")
    found = find_inputs([tmp_path], {".mp4"})
    assert found.files == [tmp_path / "a.mp4"]
    assert found.unlisted == [(tmp_path / "closed", "Permission denied")]
    assert find_inputs([tmp_path / "closed"], {".mp4"}).files == []


def test_what_there_is_no_model_for_is_told_apart(tmp_path):
    touch(tmp_path, "a.mp4", "b.wav", "notes.txt")
    found = find_inputs([tmp_path], {".mp4"})
    assert (found.files, found.without_model) == ([tmp_path / "a.mp4"], [tmp_path / "b.wav"])
    (tmp_path / "a.mp4").unlink()
    with pytest.raises(DataError, match="has only files such as b.wav, and there is no model of sound"):
        find_inputs([tmp_path], {".mp4"})
    assert find_inputs([tmp_path / "b.wav"], {".mp4"}).files == [tmp_path / "b.wav"]


def test_a_path_no_system_can_take_is_an_error_like_any_that_is_not_there(tmp_path):
    touch(tmp_path, "a.mp4")
    long = tmp_path.joinpath(*["a" * 200] * 21)
    with pytest.raises(DataError, match="does not exist"):
        find_inputs([long], {".mp4"})
    assert find_inputs([long, tmp_path / "a.mp4"], {".mp4"}).files == [long, tmp_path / "a.mp4"]
