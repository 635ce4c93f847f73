"""What happens to pictures: each stays a picture of its size, and stronger is worse."""

import cv2
import numpy as np
import pytest

from keras_impl.media import degradation

GENERATOR = np.random.default_rng(0)
PICTURE = cv2.resize(GENERATOR.integers(0, 256, (24, 20, 3)).astype(np.uint8), (167, 201))

CHANGES = {
    "jpeg": (degradation.jpeg, (90, 50, 10)),
    "h264": (degradation.h264, (18, 30, 42)),
    "resized": (degradation.resized, (0.8, 0.5, 0.1)),
    "blurred": (degradation.blurred, (0.8, 2.0, 5.0)),
    "noisy": (lambda picture, deviation: degradation.noisy(picture, deviation, np.random.default_rng(0)), (2, 9, 30)),
    "lighter": (degradation.lighter, (10, 40, 80)),
    "darker": (degradation.lighter, (-10, -40, -80)),
    "contrast": (degradation.contrast, (0.9, 0.6, 0.2)),
    "saturation": (degradation.saturation, (0.8, 0.4, 0.0)),
}


@pytest.mark.parametrize("name", CHANGES)
def test_stronger_is_further_from_the_picture_which_stays_as_it_is(name):
    change, strengths = CHANGES[name]
    before = PICTURE.copy()
    changed = [change(PICTURE, strength) for strength in strengths]
    assert np.array_equal(PICTURE, before)
    assert all(each.shape == PICTURE.shape and each.dtype == np.uint8 for each in changed)
    likeness = [cv2.PSNR(PICTURE, each) for each in changed]
    assert likeness == sorted(likeness, reverse=True)
    assert likeness[0] > likeness[-1] + 3
    assert np.abs(changed[0].mean(axis=(0, 1)) - PICTURE.mean(axis=(0, 1))).max() < 20  # no channel has changed places


@pytest.mark.parametrize("shape", [(1, 1), (7, 301), (33, 32)])
def test_pictures_of_any_size_can_be_encoded(shape):
    picture = np.full((*shape, 3), (200, 100, 50), np.uint8)
    for changed in (degradation.jpeg(picture, 95), degradation.h264(picture, 18), degradation.resized(picture, 0.01)):
        assert changed.shape == picture.shape
        assert np.abs(changed.astype(int) - picture).max() < 12


def test_noise_has_the_deviation_asked_for_with_grain_and_without():
    grey = np.full((200, 200, 3), 128, np.uint8)
    for grain in (0.0, 1.0):
        noise = degradation.noisy(grey, 10, np.random.default_rng(1), grain).astype(float) - 128
        assert noise.std() == pytest.approx(10, rel=0.03)
        alike = np.corrcoef(noise[:, 1:].ravel(), noise[:, :-1].ravel())[0, 1]
        assert (alike > 0.5) == bool(grain)


def test_no_colour_is_grey():
    assert np.ptp(degradation.saturation(PICTURE, 0), axis=2).max() == 0
    assert np.array_equal(degradation.saturation(PICTURE, 1), PICTURE)
