"""Pairs: a real face and a fake of it, another one each epoch."""

import numpy as np

from keras_impl.models.resnet.pairs import draw_pairs

LABELS = np.array([0, 1, 1, 0, 1, 0, 1, 1])
SOURCES = np.array(["a", "a", "a", "b", "b", "c", "x", "x"])
ROWS = np.arange(8)


def test_a_real_face_meets_a_fake_made_from_it():
    for epoch in range(20):
        pairs = dict(draw_pairs(ROWS, LABELS, SOURCES, 0, epoch))
        assert set(pairs) == {0, 3, 5}
        assert pairs[0] in (1, 2)
        assert pairs[3] == 4
        assert LABELS[pairs[5]] == 1  # nothing was made from it: any fake will do


def test_every_fake_gets_its_turn():
    drawn = [draw_pairs(ROWS, LABELS, SOURCES, 0, epoch) for epoch in range(60)]
    assert {fake for pairs in drawn for _, fake in pairs} == {1, 2, 4, 6, 7}
    assert len({tuple(pairs[:, 0]) for pairs in drawn}) > 1


def test_only_the_rows_given_are_drawn_and_equal_seeds_give_equal_pairs():
    rows = np.array([0, 3, 4])
    first = draw_pairs(rows, LABELS, SOURCES, 5, 1)
    assert set(first.ravel()) == set(rows)
    assert (first == draw_pairs(rows, LABELS, SOURCES, 5, 1)).all()
