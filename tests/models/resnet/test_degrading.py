"""Pairs are degraded alike, as often as asked for."""

from dataclasses import replace

import cv2
import numpy as np

from keras_impl.models.resnet.degrading import degrade, draw_changes
from keras_impl.models.resnet.recipe import Degradations
from tests.models.resnet.noise import as_faces

ALWAYS = Degradations(1.0)


def smooth(count):
    """Pictures that all kinds of degradation change."""
    generator = np.random.default_rng(0)
    small = generator.integers(0, 256, (count, 40, 40, 3)).astype(np.uint8)
    return np.stack([cv2.resize(each, (224, 224)) for each in small])


def test_so_many_are_degraded_and_so_many_of_these_twice():
    drawn = [len(draw_changes(np.random.default_rng(seed), Degradations(0.4, twice=0.25))) for seed in range(2000)]
    counts = np.bincount(drawn, minlength=3) / 2000
    assert np.abs(counts - (0.6, 0.3, 0.1)).max() < 0.04


def test_each_kind_is_drawn_and_changes_the_picture():
    (picture,) = smooth(1)
    kinds = set()
    for seed in range(60):
        (change, *_) = draw_changes(np.random.default_rng(seed), ALWAYS)
        kinds.add(change.__qualname__)
        assert not np.array_equal(degrade(picture, [change]), picture)
    assert len(kinds) == 5


def test_a_fake_is_degraded_as_its_real_partner_whatever_the_label():
    pixels = np.repeat(smooth(10), 2, axis=0)
    for labels in (np.arange(20) % 2, 1 - np.arange(20) % 2):
        faces = as_faces(pixels, labels)
        faces = replace(faces, augmentation=replace(faces.augmentation, degradations=ALWAYS))
        pairs = np.arange(20).reshape(-1, 2)
        views = faces.take_pairs(pairs, np.stack([np.zeros(10, int), np.arange(10)], axis=1)).inputs
        assert np.array_equal(views[:, 0], views[:, 1])


def test_without_degradations_pixels_are_those_of_the_crop():
    faces = as_faces(smooth(4), np.arange(4) % 2)
    pairs, seeds = np.arange(4).reshape(-1, 2), np.zeros((2, 2), int)
    plain = faces.take_pairs(pairs, seeds).inputs
    always = replace(faces.augmentation, degradations=ALWAYS)
    worse = replace(faces, augmentation=always).take_pairs(pairs, seeds).inputs
    never = replace(faces.augmentation, degradations=Degradations(0.0))
    assert np.array_equal(plain, replace(faces, augmentation=never).take_pairs(pairs, seeds)[0])
    assert not np.array_equal(plain, worse)


def test_faces_to_calibrate_with_are_all_degraded_and_the_same_each_time():
    faces = as_faces(smooth(6), np.arange(6) % 2)
    rows = np.arange(6)
    assert len(faces.take_worse(rows)) == 0
    degraded = replace(faces, augmentation=replace(faces.augmentation, degradations=Degradations(0.1)))
    worse = degraded.take_worse(rows)
    assert np.array_equal(worse, degraded.take_worse(rows))
    assert (worse != faces.take(rows)).any(axis=(1, 2, 3)).all()
