"""What a network sees of a face: squares that the five landmarks define, whoever drew the box.

A square's centre is halfway between the centre of the eyes and that of the corners of the mouth, and its side is
the distance between those two, divided by the share that this distance is to be of the side. Turning the head
from side to side hardly changes that distance, as it does the distance between the eyes. Pixels are not rotated:
a second interpolation would blur what is looked for. ``docs/framing.md`` has a drawing, and the measurements
behind the numbers.

A face is kept as a crop: the original pixels of a square that is wider than any window, as far as the picture
goes. Each network's window is cut out of the crop, and brought to the network's size, in one step; training
and prediction call the same functions.
"""

from dataclasses import dataclass
from math import floor
from typing import NamedTuple

import cv2
import numpy as np


@dataclass(frozen=True)
class Window:
    """The part of a face that one network sees.

    Attributes
    ----------
    share : float
        Distance from the centre of the eyes to that of the mouth, as a share of the window's side: 0.05 to 2.
    size : int
        Side in pixels that the network takes: 16 to 1024.
    """

    share: float
    size: int

    def __post_init__(self) -> None:
        if not 0.05 <= self.share <= 2:
            raise ValueError(f"a window's share must be 0.05 to 2, not {self.share:g}")
        if not 16 <= self.size <= 1024:
            raise ValueError(f"a window's size must be 16 to 1024 pixels, not {self.size}")


@dataclass(frozen=True)
class Framing:
    """What is kept of a face, and what each network sees of it.

    Attributes
    ----------
    crop_share : float
        Distance from eyes to mouth as a share of the crop's side; smaller than any window's.
    most_pixels : int
        A crop with a longer side is made smaller, by averaging, to so many pixels: a window is then still larger
        than the networks take it.
    facenet, resnet : Window
    """

    crop_share: float = 0.25
    most_pixels: int = 800
    # FaceNet tells the tutorial's people apart equally well from .37 to .45, in whole photos and in tight crops
    # with repeated border; of these, .43 leaves the least border to repeat in tight crops.
    facenet: Window = Window(0.43, 160)
    # The face from the brows to below the mouth: tightly cut public crops show all of it.
    resnet: Window = Window(0.625, 160)

    def __post_init__(self) -> None:
        if not 0 < self.crop_share <= min(self.facenet.share, self.resnet.share):
            raise ValueError("crop_share must be above 0 and no larger than any window's share")
        if not 16 <= self.most_pixels <= 4096:
            raise ValueError(f"most_pixels must be 16 to 4096, not {self.most_pixels}")


@dataclass(frozen=True)
class Settling:
    """How landmarks are found again in a square that they define themselves.

    Attributes
    ----------
    times : int
        How often: 0 to 10.
    share : float
        Distance from eyes to mouth as a share of that square's side, 0.05 to 2: of shares from .34 to .44 the one at
        which landmarks found in whole frames and in crops of them differ least (``docs/framing.md``).
    most_moved : float
        Landmarks that would move by more than this share of the distance from eyes to mouth, or change it by more than
        this share, stay as they were.
    """

    times: int = 2
    share: float = 0.44
    most_moved: float = 0.5

    def __post_init__(self) -> None:
        if not 0 <= self.times <= 10:
            raise ValueError(f"times must be 0 to 10, not {self.times}")
        if not 0.05 <= self.share <= 2:
            raise ValueError(f"share must be 0.05 to 2, not {self.share:g}")

    def is_near(self, before: np.ndarray, after: np.ndarray) -> bool:
        """Whether landmarks, (5, 2), were moved and scaled by less than `most_moved`."""
        (middle, distance), (moved, again) = eye_to_mouth(before), eye_to_mouth(after)
        is_close = np.hypot(*(moved - middle)) < self.most_moved * distance
        return bool(is_close and abs(again / distance - 1) < self.most_moved)


WINDOWS = ("facenet", "resnet")
"""The windows of a `Framing`."""


class Square(NamedTuple):
    """A square in a picture, in pixels; parts of it may lie outside."""

    left: float
    top: float
    side: float


class Crop(NamedTuple):
    """What is kept of a face.

    Attributes
    ----------
    pixels : ndarray of uint8, shape (h, w, 3)
        RGB.
    landmarks : ndarray of float, shape (5, 2)
        (x, y) in pixels of the crop, in the order of `keras_impl.faces.face.LANDMARKS`.
    """

    pixels: np.ndarray
    landmarks: np.ndarray


class Placed(NamedTuple):
    """A crop, and where it was cut out: ``crop x = (picture x - left) * scale``, and y likewise."""

    crop: Crop
    left: int
    top: int
    scale: float


def eye_to_mouth(landmarks: np.ndarray) -> tuple[np.ndarray, float]:
    """The point halfway between eyes and mouth, (2,), and their distance, in pixels; 1 at least."""
    eyes, mouth = landmarks[:2].mean(axis=0), landmarks[3:].mean(axis=0)
    return (eyes + mouth) / 2, max(float(np.hypot(*(mouth - eyes))), 1.0)


def square_of(landmarks: np.ndarray, share: float) -> Square:
    """The square around a face in which the distance from eyes to mouth is a share of the side.

    Parameters
    ----------
    landmarks : ndarray of float, shape (5, 2)
        Pixels.
    share : float
    """
    centre, distance = eye_to_mouth(landmarks)
    left, top = (centre - distance / share / 2).tolist()
    return Square(left, top, distance / share)


def jittered(square: Square, scale: float, right: float, down: float) -> Square:
    """A square made larger by a factor around its centre, then moved by shares of its side before."""
    left, top, side = square
    grown = side * scale
    return Square(left + side * right - (grown - side) / 2, top + side * down - (grown - side) / 2, grown)


def cut_crop(image: np.ndarray, landmarks: np.ndarray, framing: Framing) -> Placed:
    """Cut out of a picture what is kept of a face.

    Parameters
    ----------
    image : ndarray of uint8, shape (h, w, 3)
        RGB.
    landmarks : ndarray of float, shape (5, 2)
        Pixels of the image.
    framing : Framing

    Returns
    -------
    Placed
        Its crop ends where the picture does, so it is a square only away from the edges.
    """
    height, width = image.shape[:2]
    left, top, side = _whole(square_of(landmarks, framing.crop_share))
    x, y = min(max(left, 0), width - 1), min(max(top, 0), height - 1)
    pixels = image[y : max(top + side, y + 1), x : max(left + side, x + 1)]
    scale = min(1.0, framing.most_pixels / max(pixels.shape[:2]))
    if scale < 1:
        size = [max(1, round(length * scale)) for length in pixels.shape[1::-1]]
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return Placed(Crop(np.ascontiguousarray(pixels), (landmarks - (x, y)) * scale), x, y, scale)


def cut_window(crop: Crop, window: Window) -> np.ndarray:
    """What a network sees of a face: uint8 (size, size, 3), RGB."""
    return cut_square(crop.pixels, square_of(crop.landmarks, window.share), window.size)


def cut_square(image: np.ndarray, square: Square, size: int) -> np.ndarray:
    """Cut a square out of a picture and bring it to a size, in one resampling.

    The edges are rounded to whole pixels, so that a square that has the size already keeps its pixels. What
    lies outside of the picture repeats its border.

    Parameters
    ----------
    image : ndarray of uint8, shape (h, w, 3)
    square : Square
    size : int

    Returns
    -------
    ndarray of uint8, shape (size, size, 3)
    """
    left, top, side = _whole(square)
    height, width = image.shape[:2]
    # of a square that lies wholly outside, what is repeated is the nearest border
    x, y = (np.clip(np.arange(start, start + side), 0, length - 1) for start, length in ((left, width), (top, height)))
    inside = image[y[0] : y[-1] + 1, x[0] : x[-1] + 1]
    if inside.shape[:2] != (side, side):
        before, above = int((x == x[0]).sum()) - 1, int((y == y[0]).sum()) - 1
        after, below = side - before - inside.shape[1], side - above - inside.shape[0]
        inside = cv2.copyMakeBorder(inside, above, below, before, after, cv2.BORDER_REPLICATE)
    return resize(inside, size)


def missing_share(crop: Crop, window: Window) -> float:
    """How much of a network's window lies outside of the crop: 0 to 1."""
    left, top, side = square_of(crop.landmarks, window.share)
    height, width = crop.pixels.shape[:2]
    inside = max(0.0, min(left + side, width) - max(left, 0)) * max(0.0, min(top + side, height) - max(top, 0))
    return max(0.0, 1 - inside / side**2)


def resize(picture: np.ndarray, size: int) -> np.ndarray:
    """Resize a picture to a square: by area where it shrinks, against aliasing, else bilinearly."""
    if picture.shape[:2] == (size, size):
        return picture
    method = cv2.INTER_AREA if max(picture.shape[:2]) > size else cv2.INTER_LINEAR
    return cv2.resize(picture, (size, size), interpolation=method)


def _whole(square: Square) -> tuple[int, int, int]:
    """Left edge, top edge and side in whole pixels; halves are rounded up, so that moving a square moves its edges."""
    return floor(square.left + 0.5), floor(square.top + 0.5), max(1, floor(square.side + 0.5))
