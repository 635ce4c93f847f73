"""Faces that are partly forged: a real face and the fake made from it, laid over each other.

In one picture twice, the forgery is all that a mixture fades. The target fades with it, so the network learns how much
of it is there, rather than each training face by heart (Zhang et al. 2018, arXiv 1710.09412).
"""

import numpy as np

from keras_impl.faces.cropping import eye_to_mouth
from keras_impl.models.resnet.recipe import Mixing


def draw_share(generator: np.random.Generator, config: Mixing) -> float | None:
    """Draw the fake's share in the real face's place; None where the pair stays as it is."""
    if generator.random() >= config.share:
        return None
    return float(generator.beta(config.alpha, config.alpha))


def is_one_picture(real: np.ndarray, fake: np.ndarray, config: Mixing) -> bool:
    """Whether landmarks of a pair, (5, 2) each, in pixels of the same picture, show that it is one picture twice."""
    _middle, distance = eye_to_mouth(real)
    return bool(np.hypot(*(real - fake).T).mean() < config.most_apart * distance)


def moved_onto(picture: np.ndarray, shape: tuple[int, int], offset: np.ndarray) -> np.ndarray:
    """What a picture, (h, w, 3), shows in the place of another one.

    Parameters
    ----------
    picture : ndarray, shape (h, w, 3)
        Its border is repeated where it doesn't reach.
    shape : tuple of (int, int)
        Height and width of the other one.
    offset : ndarray of int, shape (2,)
        Where the picture begins in the other one: right, down.
    """
    rows, columns = (
        np.clip(np.arange(length) - start, 0, has - 1)
        for length, start, has in zip(shape, offset[::-1], picture.shape[:2], strict=True)
    )
    return picture[rows][:, columns]


def mix(real: np.ndarray, fake: np.ndarray, share: float) -> list[np.ndarray]:
    """The real face with a share of the fake, and the fake with that share of the real face; all uint8, (h, w, 3)."""
    first, second = real.astype(np.float32), fake.astype(np.float32)
    mixed = first + share * (second - first), second + share * (first - second)
    return [np.rint(picture).astype(np.uint8) for picture in mixed]
