"""What networks see of a face follows from its landmarks: in any picture that shows it, at any size, near any edge."""

import numpy as np
import pytest

from keras_impl.faces.cropping import (
    Crop,
    Framing,
    Square,
    Window,
    cut_crop,
    cut_square,
    cut_window,
    jittered,
    missing_share,
    resize,
    square_of,
)

LANDMARKS = np.array([[80, 90], [120, 90], [100, 110], [85, 130], [115, 130]], float)
"""Eyes around (100, 90), mouth around (100, 130): halfway is (100, 110), the distance 40."""

FRAMING = Framing()


@pytest.fixture
def gradient():
    """Picture whose red channel is x and whose green channel is y."""
    y, x = np.mgrid[:230, :250]
    return np.dstack([x, y, np.zeros_like(x)]).astype(np.uint8)


def corners(view):
    """First and last x and y that a view of the gradient shows, up to interpolation."""
    return tuple(map(int, (view[0, 0, 0], view[0, -1, 0], view[0, 0, 1], view[-1, 0, 1])))


def test_the_square_is_around_the_middle_of_eyes_and_mouth():
    assert square_of(LANDMARKS, 0.5) == Square(60, 70, 80)
    turned = LANDMARKS[:, ::-1] - (0, 0)  # lying on the side, the same square around the same middle
    assert square_of(turned, 0.5) == Square(70, 60, 80)


def test_turning_the_head_moves_the_eyes_together_and_not_the_window():
    turned = LANDMARKS.copy()
    turned[[0, 3], 0] += 12
    turned[[1, 4], 0] -= 12
    assert square_of(turned, 0.5) == square_of(LANDMARKS, 0.5)


def test_landmarks_in_one_point_still_give_a_square():
    assert square_of(np.ones((5, 2)), 0.5).side == 2


@pytest.mark.parametrize("size", [40, 80, 160])
def test_the_window_shows_the_square_at_the_networks_size(gradient, size):
    view = cut_window(Crop(gradient, LANDMARKS), Window(0.5, size))
    assert view.shape == (size, size, 3)
    assert corners(view) == pytest.approx((60, 139, 70, 149), abs=1)


def test_a_window_that_has_the_size_keeps_its_pixels(gradient):
    view = cut_window(Crop(gradient, LANDMARKS), Window(0.5, 80))
    assert np.array_equal(view, gradient[70:150, 60:140])


@pytest.mark.parametrize(
    ("square", "expected"),
    [
        (Square(-20, -10, 60), (0, 39, 0, 49)),
        (Square(220, 200, 60), (220, 249, 200, 229)),
        (Square(-10, -20, 300), (0, 249, 0, 229)),
        (Square(400, 100, 20), (249, 249, 100, 119)),
        (Square(100, -400, 20), (100, 119, 0, 0)),
    ],
)
def test_beyond_the_picture_its_border_is_repeated(gradient, square, expected):
    assert corners(cut_square(gradient, square, 160)) == pytest.approx(expected, abs=2)
    assert cut_square(gradient, square, round(square.side)).shape[0] == round(square.side)


def test_how_much_of_a_window_is_missing(gradient):
    assert missing_share(Crop(gradient, LANDMARKS), Window(0.5, 160)) == 0
    assert missing_share(Crop(gradient, LANDMARKS - (100, 0)), Window(0.5, 160)) == pytest.approx(0.5)
    assert missing_share(Crop(gradient, LANDMARKS - (100, 110)), Window(0.5, 160)) == pytest.approx(0.75)
    assert missing_share(Crop(gradient, LANDMARKS + 1000), Window(0.5, 160)) == 1


@pytest.mark.parametrize("shift", [(0, 0), (-70, -60), (110, 90), (0.4, -0.3)])
def test_the_crop_holds_the_original_pixels_of_more_than_any_window(gradient, shift):
    """So that windows are the same, cut out of the crop or out of the picture."""
    landmarks = LANDMARKS + shift
    crop, left, top, scale = cut_crop(gradient, landmarks, FRAMING)
    assert scale == 1
    height, width = crop.pixels.shape[:2]
    assert np.array_equal(crop.pixels, gradient[top : top + height, left : left + width])
    assert crop.landmarks + np.array([left, top]) == pytest.approx(landmarks)
    for window in (FRAMING.facenet, FRAMING.resnet):
        assert np.array_equal(cut_window(crop, window), cut_window(Crop(gradient, landmarks), window))
        assert missing_share(crop, window) == pytest.approx(missing_share(Crop(gradient, landmarks), window))


def test_a_large_face_is_kept_smaller_and_its_windows_are_about_the_same():
    generator = np.random.default_rng(0)
    large = resize(generator.integers(0, 256, (40, 40, 3), np.uint8), 2000)
    landmarks = LANDMARKS * 10
    crop, left, top, scale = cut_crop(large, landmarks, FRAMING)
    assert max(crop.pixels.shape[:2]) == FRAMING.most_pixels
    assert scale == pytest.approx(0.5, abs=0.01)
    assert crop.landmarks / scale + (left, top) == pytest.approx(landmarks)
    for window in (FRAMING.facenet, FRAMING.resnet):
        direct = cut_window(Crop(large, landmarks), window).astype(float)
        assert np.abs(cut_window(crop, window) - direct).mean() < 2


def test_a_crop_that_is_read_again_stays_as_it_is(gradient):
    for shift in ((0, 0), (-70, -60), (110, 90), (0.5, 0.5), (-99.5, 3)):
        crop = cut_crop(gradient, LANDMARKS + shift, FRAMING).crop
        again, left, top, scale = cut_crop(crop.pixels, crop.landmarks, FRAMING)
        assert (left, top, scale) == (0, 0, 1)
        assert np.array_equal(again.pixels, crop.pixels)


def test_a_face_beyond_the_picture_gives_a_crop_of_its_border(gradient):
    crop = cut_crop(gradient, LANDMARKS + np.array([900, 0]), FRAMING).crop
    assert crop.pixels.shape[1] == 1
    assert (cut_window(crop, FRAMING.resnet)[..., 0] == 249).all()


def test_jitter_grows_around_the_middle_and_moves_by_shares():
    assert jittered(Square(60, 70, 80), 1.5, 0, 0) == Square(40, 50, 120)
    assert jittered(Square(60, 70, 80), 1, 0.1, -0.05) == Square(68, 66, 80)


@pytest.mark.parametrize("size", [1, 160, 224, 300])
def test_resize_gives_the_size(gradient, size):
    assert resize(gradient[:200, :200], size).shape == (size, size, 3)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Window(0, 160),
        lambda: Window(0.5, 5),
        lambda: Framing(crop_share=0.5),
        lambda: Framing(most_pixels=0),
    ],
)
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="must be"):
        wrong()
