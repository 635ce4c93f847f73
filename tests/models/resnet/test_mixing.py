"""Pairs that show one picture are mixed in it, and their targets with them; others stay as they are."""

from dataclasses import replace

import numpy as np

from keras_impl.models.resnet.feeding import feed_pairs
from keras_impl.models.resnet.mixing import draw_share, is_one_picture, mix, moved_onto
from keras_impl.models.resnet.recipe import Mixing
from tests.models.resnet.noise import LANDMARKS, as_faces

ALWAYS = Mixing(1.0)
PAIRS, SEEDS = np.arange(40).reshape(-1, 2), np.stack([np.zeros(20, int), np.arange(20)], axis=1)


def mixed_faces(reals=50, fakes=200):
    """Grey faces: what is mixed shows in their level."""
    levels = np.where(np.arange(40) % 2, fakes, reals).astype(np.uint8)
    faces = as_faces(np.tile(levels[:, None, None, None], (1, 224, 224, 3)), np.arange(40) % 2)
    return replace(faces, augmentation=replace(faces.augmentation, mixing=ALWAYS))


def test_the_target_says_how_much_of_the_fake_there_is():
    inputs, targets, _ = mixed_faces().take_pairs(PAIRS, SEEDS)
    levels = inputs.mean(axis=(2, 3, 4))
    assert np.abs(levels - (50 + 150 * targets)).max() < 0.51
    assert np.allclose(targets.sum(axis=1), 1)
    assert np.unique(targets[:, 0]).size == 20


def test_targets_reach_the_network_beside_their_faces():
    faces = mixed_faces()
    plain = replace(faces.augmentation, light_share=0.0, jpeg_share=0.0, noise_share=0.0)
    inputs, targets = next(iter(feed_pairs(replace(faces, augmentation=plain), np.arange(40), 0, range(1), 16)))
    assert np.abs(inputs.numpy().mean(axis=(1, 2, 3)) - (50 + 150 * targets.numpy()[:, 0])).max() < 1


def test_so_many_pairs_are_mixed():
    drawn = [draw_share(np.random.default_rng(seed), Mixing(0.3)) for seed in range(2000)]
    shares = [share for share in drawn if share is not None]
    assert abs(len(shares) / 2000 - 0.3) < 0.04
    assert 0 <= min(shares) < 0.05 < 0.95 < max(shares) <= 1


def test_faces_of_two_pictures_are_left_alone():
    faces = mixed_faces()
    apart = faces.landmarks.copy()
    apart[1::2] += 12
    inputs, targets, _ = replace(faces, landmarks=apart).take_pairs(PAIRS, SEEDS)
    assert set(inputs[:, 0].ravel()) == {50}
    assert np.array_equal(targets, np.tile([0.0, 1.0], (20, 1)))
    assert is_one_picture(LANDMARKS, LANDMARKS + 3, ALWAYS)


def test_crops_that_begin_elsewhere_are_laid_over_each_other_in_place():
    picture = np.random.default_rng(0).integers(0, 256, (260, 240, 3)).astype(np.uint8)
    pixels = [picture[5:229, 3:227], picture[12:240, 9:233]] * 20
    landmarks = np.tile(LANDMARKS, (40, 1, 1)) - np.tile([[0.0, 0.0], [6.0, 7.0]], (20, 1))[:, None]
    faces = replace(mixed_faces(), crops=pixels, landmarks=landmarks, origins=np.tile([[3, 5], [9, 12]], (20, 1)))
    inputs, targets, _ = faces.take_pairs(PAIRS, SEEDS)
    assert targets[:, 0].min() > 0
    assert np.array_equal(inputs[:, 0], inputs[:, 1])  # the same picture, whatever is mixed


def test_what_a_picture_lacks_repeats_its_border():
    picture = np.arange(12, dtype=np.uint8).reshape(3, 4, 1)
    moved = moved_onto(picture, (3, 5), np.array([1, -1]))[..., 0]
    assert moved.tolist() == [[4, 4, 5, 6, 7], [8, 8, 9, 10, 11], [8, 8, 9, 10, 11]]


def test_mixing_nothing_leaves_both():
    real, fake = np.random.default_rng(0).integers(0, 256, (2, 9, 9, 3)).astype(np.uint8)
    kept, exchanged = mix(real, fake, 0.0), mix(real, fake, 1.0)
    assert np.array_equal(kept, [real, fake])
    assert np.array_equal(exchanged, [fake, real])
