"""Faces of which a part is hidden, so that the network looks at all of them (Das et al. 2021, arXiv 2102.09603)."""

import numpy as np

from keras_impl.faces.cropping import eye_to_mouth
from keras_impl.models.resnet.recipe import Hiding


def hide(
    windows: list[np.ndarray], landmarks: np.ndarray, generator: np.random.Generator, config: Hiding
) -> list[np.ndarray]:
    """Put a box of one colour over an eye, the nose or a corner of the mouth, in all windows alike; often nothing.

    Parameters
    ----------
    windows : list of ndarray of uint8, shape (s, s, 3)
    landmarks : ndarray of float, shape (5, 2)
        Pixels of the windows.
    generator : Generator
    config : Hiding
    """
    if generator.random() >= config.share:
        return windows
    _middle, distance = eye_to_mouth(landmarks)
    middle = landmarks[generator.integers(len(landmarks))] + generator.uniform(-1, 1, 2) * config.apart * distance
    half = generator.uniform(*config.sides, 2) * distance / 2
    colour = generator.integers(0, 256, 3)
    (left, top), (right, bottom) = (np.rint(edge).astype(int).clip(0) for edge in (middle - half, middle + half))
    hidden = [window.copy() for window in windows]
    for window in hidden:
        window[top:bottom, left:right] = colour
    return hidden
