"""Faces that networks can learn from in seconds: grey pictures with noise, more of it in fakes; and small networks."""

import numpy as np

from keras_impl.faces.cropping import Window
from keras_impl.models.resnet.config import FacePicture, NetworkConfig, Stage
from keras_impl.models.resnet.feeding import Faces
from keras_impl.models.resnet.recipe import FaceAugmentation

SIDE = 224
"""Of the pictures."""

WINDOW = slice(32, 192)
"""What the network sees of them, in both directions."""

LANDMARKS = np.array([[77, 62], [147, 62], [112, 110], [85, 162], [139, 162]], np.float32)
"""For which that is the window: a distance of 100 pixels from eyes to mouth around the middle."""

NETWORK = NetworkConfig(FacePicture())

SMALL = NetworkConfig(FacePicture(64), (Stage(2, 64, 1),))
"""The first block alone, on a window of 64 pixels."""


def as_faces(pixels: np.ndarray, labels: np.ndarray, network: NetworkConfig = NETWORK) -> Faces:
    """Pictures, (n, 224, 224, 3), as faces; each two that follow each other are of one source."""
    sources = np.array([f"v{number // 2}" for number in range(len(labels))])
    landmarks = np.tile(LANDMARKS, (len(labels), 1, 1))
    return Faces(pixels, labels, sources, landmarks, Window(0.625, network.picture.size), FaceAugmentation())


def noisy_faces(count: int = 12, seed: int = 0, network: NetworkConfig = NETWORK) -> Faces:
    """As many real as fake ones, in turn, each pair of one source."""
    generator = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    noise = np.where(labels, 60, 10)[:, None, None, None]
    pixels = np.clip(generator.normal(128, noise, (count, SIDE, SIDE, 3)), 0, 255).astype(np.uint8)
    return as_faces(pixels, labels, network)
