"""Measures of quality go the way that they are named after, and ranges leave out what they should."""

import math

import cv2
import numpy as np
import pytest

from keras_impl.faces.cropping import Crop, Window
from keras_impl.faces.quality import MEASURES, measure, measure_crop, outside, ranges_of, typical
from keras_impl.media import degradation

generator = np.random.default_rng(0)
FACE = cv2.resize(generator.integers(40, 216, (20, 20, 3)).astype(np.uint8), (160, 160))
"""Soft blots: some edges, hardly any noise."""


def measured(window, side=160.0):
    return dict(zip(MEASURES, measure(window, side), strict=True))


@pytest.mark.parametrize(
    ("change", "name", "sign"),
    [
        (lambda face: degradation.blurred(face, 3), "sharpness", -1),
        (lambda face: degradation.noisy(face, 10, np.random.default_rng(0)), "noise", 1),
        (lambda face: degradation.contrast(face, 0.5), "contrast", -1),
    ],
)
def test_what_is_done_to_a_face_shows_in_its_measure(change, name, sign):
    before, after = measured(FACE)[name], measured(change(FACE))[name]
    assert sign * (after - before) > 0.2 * before


def test_noise_is_measured_in_grey_levels():
    grey = np.repeat(np.random.default_rng(0).normal(128, 8, (160, 160, 1)).round(), 3, axis=2).astype(np.uint8)
    assert measured(grey)["noise"] == pytest.approx(8, rel=0.05)


def test_the_size_is_that_in_the_file_and_beyond_the_networks_own_it_is_no_better():
    landmarks = np.array([[30, 40], [70, 40], [50, 60], [35, 90], [65, 90]], float)
    crop = Crop(np.zeros((120, 100, 3), np.uint8), landmarks)
    assert dict(zip(MEASURES, measure_crop(crop, Window(0.625, 160)), strict=True))["size"] == pytest.approx(80)
    assert measured(FACE, 500.0)["size"] == 160


def test_ranges_leave_half_of_the_share_out_at_each_end_but_for_large_faces():
    values = np.tile(np.arange(1000.0)[:, None], (1, len(MEASURES)))
    ranges = ranges_of(values, 0.1)
    assert ranges["noise"] == pytest.approx((50, 949), abs=1)
    assert ranges["size"] == (ranges["noise"][0], math.inf)


def test_the_first_measure_outside_is_named_and_the_median_counts():
    ranges = {"noise": (1.0, 2.0), "contrast": (5.0, 9.0)}
    faces = [np.array([0, noise, contrast, 0], float) for noise, contrast in ((1, 1), (1.5, 1), (50, 6))]
    quality = typical(faces)
    assert quality["noise"] == 1.5
    assert outside(quality, ranges) == "contrast"
    assert outside(quality | {"contrast": 5.0}, ranges) is None
    assert outside(quality | {"noise": 2.1}, ranges) == "noise"
    assert outside(quality, {}) is None
