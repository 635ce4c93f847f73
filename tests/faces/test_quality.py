"""Measures of quality go the way that they are named after."""

import cv2
import numpy as np
import pytest

from keras_impl.faces.cropping import Crop, Window
from keras_impl.faces.quality import MEASURES, measure, measure_crop
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
