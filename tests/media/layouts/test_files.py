"""Which files count: none that other programs left in a folder."""

import pytest

from keras_impl.media.layouts import read_data
from keras_impl.media.layouts.files import media_files
from keras_impl.verdict.inputs import find_inputs
from tests.media.layouts import touch

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


def test_nor_is_it_judged_or_counted_anywhere(folder):
    expected = [folder / "fake/b.mp4", folder / "real/a.mp4"]
    assert find_inputs([folder], {".mp4"}) == expected
    assert media_files(folder) == expected


def test_a_hidden_file_that_is_named_is_judged(folder):
    assert find_inputs([folder / "real/._a.mp4"], {".mp4"}) == [folder / "real/._a.mp4"]
