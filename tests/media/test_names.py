"""Names from strangers do no harm."""

import pytest

from keras_impl.media.names import file_stem, printable


@pytest.mark.parametrize("name", ["../../etc/x", "a/b.mp4", "a\nb", "<b>.mp4", "..", "\udcff.mp4", "x" * 300, '"'])
def test_no_name_leads_outside_or_is_too_long(name):
    stem = file_stem(name)
    assert stem
    assert not set(stem) & set('/\\\n<>"')
    assert not stem.startswith(".")
    assert len(stem) < 100


def test_plain_names_stay_and_others_stay_apart():
    assert file_stem("a_1.mp4") == "a_1.mp4"
    assert file_stem("a/b.mp4") != file_stem("a-b.mp4") != file_stem("a b.mp4")


def test_what_would_disturb_a_terminal_is_shown_as_an_escape():
    assert printable("a\nb\x1b[31m\udcff\u202e") == "a\\nb\\x1b[31m\\udcff\\u202e"
    assert printable("한국어 é.mp4") == "한국어 é.mp4"
