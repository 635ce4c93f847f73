"""One crop for training and prediction: square, centred, inside the image where it can be."""

import numpy as np
import pytest

from keras_impl.faces.cropping import MARGIN, SIZE, crop_square, resize


@pytest.fixture
def gradient():
    """Image whose red channel is x and whose green channel is y."""
    y, x = np.mgrid[:200, :250]
    return np.dstack([x, y, np.zeros_like(x)]).astype(np.uint8)


def corners(crop):
    """First and last x and y that a crop of the gradient shows, up to interpolation."""
    return crop[0, 0, 0], crop[0, -1, 0], crop[0, 0, 1], crop[-1, 0, 1]


def test_square_is_centred_with_its_margin(gradient):
    crop = crop_square(gradient, (100, 80, 40, 50))
    side = 50 * (1 + MARGIN)
    assert crop.shape == (SIZE, SIZE, 3)
    expected = (120 - side / 2, 120 + side / 2, 105 - side / 2, 105 + side / 2)
    assert corners(crop) == pytest.approx(expected, abs=1.5)


@pytest.mark.parametrize(("x", "y", "first"), [(0, 0, (0, 0)), (220, 170, (250 - 39, 200 - 39))])
def test_square_is_shifted_inside_at_the_border(gradient, x, y, first):
    crop = crop_square(gradient, (x, y, 30, 30))
    assert (crop[0, 0, 0], crop[0, 0, 1]) == pytest.approx(first, abs=1.5)


def test_only_a_square_larger_than_the_image_repeats_border_pixels(gradient):
    crop = crop_square(gradient, (10, 0, 190, 200))
    assert crop.shape == (SIZE, SIZE, 3)
    assert crop[0, 0, 1] == crop[20, 0, 1] == 0
    assert crop[-1, 0, 1] == crop[-20, 0, 1] == 199


@pytest.mark.parametrize("size", [1, 160, 224, 300])
def test_resize_gives_the_size(gradient, size):
    assert resize(gradient[:200, :200], size).shape == (size, size, 3)
