"""Words for real and fake."""

import pytest

from keras_impl.datasets.words import label_by_column, label_named, labels_in


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("real", 0),
        ("FAKE", 1),
        ("0_real", 0),
        ("1_fake", 1),
        ("training_real", 0),
        ("RealVideos", 0),
        ("bona-fide", 0),
        ("Bonafide", 0),
        ("DeepFake", 1),
        ("deepfakes", 1),
        ("AI-generated images", 1),
        ("original", 0),
        ("Celeb-real", None),  # says more: a layout of its own
        ("real-vs-fake", None),
        ("FakeNews", None),
        ("non_fake", None),
        ("surreal", None),
        ("", None),
        ("1", None),
    ],
)
def test_a_name_says_real_or_fake_only_if_it_says_nothing_else(text, label):
    assert label_named(text) == label


def test_words_among_others_are_hints():
    assert labels_in("Celeb-real") == {0}
    assert labels_in("real_a") == {0}
    assert labels_in("fake_of_real_12") == {0, 1}
    assert labels_in("surreal") == set()


@pytest.mark.parametrize(
    ("column", "value", "label"),
    [
        ("is_real", "1", 0),
        ("is_real", "0.0", 1),
        ("is_fake", "True", 1),
        ("fake", "no", 0),
        ("real_or_fake", "1", None),
        ("is_real", "maybe", None),
        ("quality", "1", None),
    ],
)
def test_columns_of_yes_and_no_say_it_by_their_name(column, value, label):
    assert label_by_column(column, value) == label
