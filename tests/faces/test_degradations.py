"""Conditions that faces are tested under."""

import numpy as np
import pytest

from keras_impl.faces.cropping import Crop, Window, cut_window, square_of
from keras_impl.faces.degradations import DEGRADATIONS, MASK_GREY
from keras_impl.samples import degradations
from keras_impl.samples.degradations import CLEAN, Condition, conditions_of

CONDITIONS = conditions_of(DEGRADATIONS)

WINDOW = Window(0.5, 64)
CROP = Crop(
    np.random.default_rng(0).integers(0, 256, (120, 120, 3)).astype(np.uint8),
    np.array([[45.0, 45], [75, 45], [60, 60], [48, 75], [72, 75]]),
)


def degraded(crop, condition, seed):
    return degradations.degraded(crop, condition, DEGRADATIONS, seed)


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda condition: f"{condition.name}-{condition.strength:.2g}")
def test_a_degraded_face_is_another_one_and_the_same_again_for_the_same_seed(condition):
    pixels, landmarks = CROP.pixels.copy(), CROP.landmarks.copy()
    view = cut_window(degraded(CROP, condition, 3), WINDOW)
    assert np.array_equal(view, cut_window(degraded(CROP, condition, 3), WINDOW))
    assert np.array_equal(view, cut_window(CROP, WINDOW)) == (condition == CLEAN)
    assert np.array_equal(CROP.pixels, pixels)
    assert np.array_equal(CROP.landmarks, landmarks)


def test_names_are_unique_and_each_kind_has_three_strengths():
    assert len(set(CONDITIONS)) == len(CONDITIONS) == 1 + 3 * len(DEGRADATIONS)


def test_what_is_hidden_is_where_the_landmarks_are_and_nothing_else():
    for name, point, others in (("eyes", 0, (3, 4)), ("mouth", 3, (0, 1))):
        pixels = degraded(CROP, Condition(name, 0.3), 0).pixels
        x, y = CROP.landmarks[point].astype(int)
        assert (pixels[y, x] == MASK_GREY).all()
        for other in others:
            x, y = CROP.landmarks[other].astype(int)
            assert np.array_equal(pixels[y, x], CROP.pixels[y, x])


@pytest.mark.parametrize(("name", "factor"), [("smaller", 1.25), ("larger", 1 / 1.25)])
def test_a_smaller_face_lies_in_a_wider_window_around_the_same_middle(name, factor):
    before, after = (square_of(crop.landmarks, 0.5) for crop in (CROP, degraded(CROP, Condition(name, 1.25), 0)))
    assert after.side == pytest.approx(before.side * factor)
    assert after.left + after.side / 2 == pytest.approx(before.left + before.side / 2)
