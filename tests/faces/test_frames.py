"""How many faces are taken from each video where nobody says."""

from pathlib import Path

import pytest

from keras_impl.datasets.record import MediaRecord
from keras_impl.faces.frames import default_frames


def records(count, name="{}.mp4", **told):
    return [MediaRecord(name.format(n), Path(name.format(n)), 0, **told) for n in range(count)]


@pytest.mark.parametrize(
    ("videos", "frames"), [(1, 8), (250, 8), (251, 4), (500, 4), (501, 2), (1000, 2), (1001, 1), (3000, 1)]
)
def test_of_few_videos_more_faces_are_taken_in_steps(videos, frames):
    assert default_frames(records(videos)) == frames


def test_pictures_give_one_each_and_do_not_count():
    assert default_frames(records(300, "{}.jpg", is_crop=True)) == 1
    assert default_frames(records(300, "{}.jpg") + records(10)) == 8
    assert default_frames(records(300, "{}", frames=(Path("1.png"),))) == 4
