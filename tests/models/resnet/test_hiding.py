"""A part of the face is hidden, in both of a pair alike, as often as asked for."""

from dataclasses import replace

import numpy as np

from keras_impl.models.resnet.hiding import hide
from keras_impl.models.resnet.recipe import Hiding
from tests.models.resnet.noise import LANDMARKS, noisy_faces

ALWAYS = Hiding(1.0)


def hidden_in(seed, config=ALWAYS):
    """Where both of two windows are hidden, None where nothing is."""
    windows = list(np.random.default_rng(0).integers(0, 256, (2, 224, 224, 3)).astype(np.uint8))
    after = hide(windows, LANDMARKS, np.random.default_rng(seed), config)
    changed = [(new != old).any(axis=-1) for new, old in zip(after, windows, strict=True)]
    if not changed[0].any():
        return None
    # where the colour was there by chance, nothing changed
    rows, columns = (np.flatnonzero(changed[0].any(axis=axis)) for axis in (1, 0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    assert np.array_equal(after[0][box], after[1][box])
    assert len(np.unique(after[0][box].reshape(-1, 3), axis=0)) == 1
    return box


def test_a_box_of_one_colour_lies_over_a_landmark_in_both_windows():
    distance = 100
    for seed in range(50):
        rows, columns = hidden_in(seed)
        sides = np.array([rows.stop - rows.start, columns.stop - columns.start]) / distance
        assert 0.28 < sides.min() <= sides.max() < 0.92
        middle = np.array([columns.start + columns.stop, rows.start + rows.stop]) / 2
        assert np.abs(LANDMARKS - middle).max(axis=1).min() <= 0.15 * distance + 1


def test_so_many_are_hidden():
    drawn = [hidden_in(seed, Hiding(0.25)) is not None for seed in range(400)]
    assert abs(np.mean(drawn) - 0.25) < 0.06


def test_pairs_to_learn_from_are_hidden_alike():
    faces = noisy_faces(8)
    hiding = replace(faces, augmentation=replace(faces.augmentation, hiding=Hiding(1.0)))
    pairs, seeds = np.arange(8).reshape(-1, 2), np.stack([np.zeros(4, int), np.arange(4)], axis=1)
    before, after = (each.take_pairs(pairs, seeds).inputs for each in (faces, hiding))
    changed = (before != after).any(axis=-1)
    assert (changed.mean(axis=(2, 3)) > 0.02).all()
    assert (changed[:, 0] & changed[:, 1]).mean() > 0.95 * changed[:, 0].mean()
