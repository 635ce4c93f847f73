"""Faces that networks can learn from in seconds: grey pictures with noise, more of it in fakes."""

import numpy as np

from keras_impl.approaches.feeding import Faces
from keras_impl.faces.cropping import SIZE


def noisy_faces(count: int = 12, seed: int = 0) -> Faces:
    """As many real as fake ones, in turn, each pair of one source."""
    generator = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    noise = np.where(labels, 60, 10)[:, None, None, None]
    pixels = np.clip(generator.normal(128, noise, (count, SIZE, SIZE, 3)), 0, 255).astype(np.uint8)
    sources = np.array([f"v{number // 2}" for number in range(count)])
    return Faces(pixels, labels, sources, np.full((count, 5, 2), np.nan, np.float32))
