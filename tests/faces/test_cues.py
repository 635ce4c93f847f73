"""Cues: known values of made pictures, and a hash that follows the look."""

import cv2
import numpy as np
import pytest

from keras_impl.faces.cues import CUES, picture_cues
from keras_impl.media.perceptual_hash import perceptual_hash


def distance(one, other):
    """Bits in which two hashes differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def hash_of(image):
    return picture_cues(image)["perceptual_hash"]


def test_an_even_picture_has_its_brightness_and_nothing_else():
    assert picture_cues(np.full((60, 60, 3), 90, np.uint8)) == {
        "brightness": 90,
        "contrast": 0,
        "sharpness": 0,
        "perceptual_hash": "0" * 16,
    }


def test_brightness_is_luma_of_rgb():
    picture = np.zeros((10, 10, 3), np.uint8)
    picture[:, :5] = (255, 0, 0)
    cues = picture_cues(picture)
    assert set(cues) == set(CUES)
    assert cues["brightness"] == pytest.approx(0.299 * 255 / 2, abs=0.5)
    assert cues["contrast"] == pytest.approx(0.299 * 255 / 2, abs=0.5)


def test_sharpness_of_a_checkerboard_and_of_a_blurred_photo(portrait):
    # Each pixel differs by 255 from its four neighbours: its Laplacian is 4 x 255, up or down.
    checkers = (np.indices((64, 64)).sum(axis=0) % 2 * 255).astype(np.uint8)
    assert picture_cues(np.dstack([checkers] * 3))["sharpness"] == (4 * 255) ** 2
    assert picture_cues(cv2.GaussianBlur(portrait, (9, 9), 3))["sharpness"] < picture_cues(portrait)["sharpness"] / 4


def test_a_slightly_changed_picture_is_near_and_another_far(portrait):
    height, width = portrait.shape[:2]
    compressed = cv2.imdecode(cv2.imencode(".jpg", portrait, [cv2.IMWRITE_JPEG_QUALITY, 30])[1], cv2.IMREAD_COLOR)
    slightly_changed = [
        compressed,
        cv2.resize(portrait, (width * 3 // 4, height * 3 // 4), interpolation=cv2.INTER_AREA),
        cv2.convertScaleAbs(portrait, alpha=0.8, beta=20),
        cv2.GaussianBlur(portrait, (5, 5), 1),
    ]
    for changed in slightly_changed:
        assert distance(hash_of(portrait), hash_of(changed)) <= 4
    others = [portrait[:, ::-1], portrait[::-1], np.random.default_rng(0).integers(0, 256, portrait.shape, np.uint8)]
    for other in others:
        assert distance(hash_of(portrait), hash_of(np.ascontiguousarray(other))) >= 20


def test_a_wave_sets_the_bit_of_its_frequency():
    """The product of a cosine of order 2 down and one of order 3 across is a single coefficient."""
    places = (np.arange(320) + 0.5) / 320 * np.pi
    wave = 128 + 100 * np.outer(np.cos(2 * places), np.cos(3 * places))
    bits = f"{int(perceptual_hash(wave.astype(np.uint8)), 16):064b}"
    assert bits[(2 - 1) * 8 + (3 - 1)] == "1"
    negative = f"{int(perceptual_hash((256 - wave).astype(np.uint8)), 16):064b}"
    assert negative[(2 - 1) * 8 + (3 - 1)] == "0"
