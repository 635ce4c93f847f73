"""The one way in which a face becomes a crop, in training and in prediction alike."""

import cv2
import numpy as np

MARGIN = 0.3
"""How much longer the crop's side is than the longer side of the face's box, as a share of it:
0.3 leaves 15 % on each side, where the seam of a blended face lies."""

SIZE = 224
"""Side of the stored crop in pixels, the larger of what the two networks take (160 and 224)."""


def crop_square(image: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
    """Cut the square around a face out of an image.

    The square is centred on the box. Where it would leave the image it is shifted inside, so that
    all its pixels are real; only if it is larger than the image are border pixels repeated.

    Parameters
    ----------
    image : ndarray of uint8, shape (h, w, 3)
    box : (x, y, width, height), pixels

    Returns
    -------
    ndarray of uint8, shape (SIZE, SIZE, 3)
    """
    left, top, side = square_around(box, *image.shape[:2])
    inside = image[max(top, 0) : top + side, max(left, 0) : left + side]
    above, before = max(-top, 0), max(-left, 0)
    below, after = side - above - inside.shape[0], side - before - inside.shape[1]
    if above or below or before or after:
        inside = cv2.copyMakeBorder(inside, above, below, before, after, cv2.BORDER_REPLICATE)
    return resize(inside, SIZE)


def square_around(box: tuple[float, float, float, float], height: int, width: int) -> tuple[int, int, int]:
    """Left edge, top edge and side of the square that `crop_square` cuts out of an image of that size."""
    x, y, box_width, box_height = box
    side = max(1, round(max(box_width, box_height) * (1 + MARGIN)))
    left = _shift_inside(x + box_width / 2 - side / 2, side, width)
    top = _shift_inside(y + box_height / 2 - side / 2, side, height)
    return left, top, side


def resize(crop: np.ndarray, size: int) -> np.ndarray:
    """Resize a square crop: by area when it shrinks, against aliasing, else bilinearly."""
    if crop.shape[:2] == (size, size):
        return crop
    method = cv2.INTER_AREA if crop.shape[0] > size else cv2.INTER_LINEAR
    return cv2.resize(crop, (size, size), interpolation=method)


def _shift_inside(start: float, side: int, length: int) -> int:
    """Nearest start at which [start, start + side) lies in [0, length); centred if it can't."""
    if side > length:
        return -((side - length) // 2)
    return int(min(max(round(start), 0), length - side))
