"""How long a file will take, from what others took."""

import pytest

from keras_impl.web.pace import MOST_REMEMBERED, Pace, kind_of


@pytest.mark.parametrize(
    ("name", "kind"), [("a.mp4", "video"), ("b.HEIC", "picture"), ("c.ogg", "recording"), ("d", "video")]
)
def test_a_kind_follows_from_the_ending(name, kind):
    assert kind_of(name) == kind


def test_nothing_is_told_of_a_kind_that_was_not_there_yet():
    pace = Pace()
    pace.note("video", [("reading", 4.0), ("drawing", 2.0)])
    assert pace.left("picture") is None
    assert pace.left("video") == 6


def test_stages_that_are_over_no_longer_count_however_long_they_took():
    pace = Pace()
    for seconds in (1.0, 4.0, 5.0):
        pace.note("video", [("reading", seconds), ("scoring", 1.0), ("drawing", 2.0)])
    assert pace.left("video", [("reading", 1.0)]) == 6
    assert pace.left("video", [("reading", 60.0), ("scoring", 0.5)]) == 2.5


def test_a_file_that_takes_longer_than_others_did_tells_nothing():
    pace = Pace()
    pace.note("video", [("reading", 1.0)])
    assert pace.left("video", [("reading", 3.0)]) is None


def test_what_was_long_ago_is_forgotten():
    pace = Pace()
    for _ in range(MOST_REMEMBERED):
        pace.note("video", [("reading", 50.0)])
    for _ in range(MOST_REMEMBERED):
        pace.note("video", [("reading", 2.0)])
    assert pace.left("video") == 2
