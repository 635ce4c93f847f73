"""Pairs as they would look after they had been sent around: compressed, made smaller, blurred, noisy.

What is drawn is drawn once for a pair and done to both its faces, whatever their labels: how a picture was treated says
nothing of whether it is forged. It is done to the original pixels, before a window is cut out and brought to the
network's size, as it happens to a user's file. Re-encoding helped the third of the Deepfake Detection Challenge much.
"""

from collections.abc import Callable

import numpy as np

from keras_impl.media import degradation
from keras_impl.models.resnet.recipe import Degradations

Change = Callable[[np.ndarray], np.ndarray]
"""From a picture, uint8 (h, w, 3), RGB, to another of the same size."""


def draw_changes(generator: np.random.Generator, config: Degradations) -> list[Change]:
    """Draw what is to be done to a pair, one after the other; often nothing."""
    kinds = [_compression, _video, _size, _blur, _noise]
    if generator.random() >= config.share:
        return []
    count = 2 if generator.random() < config.twice else 1
    chosen = generator.choice(len(kinds), count, replace=False)
    return [kinds[kind](generator, config) for kind in chosen]


def degrade(picture: np.ndarray, changes: list[Change]) -> np.ndarray:
    """Do to a picture what was drawn."""
    for change in changes:
        picture = change(picture)
    return picture


def _compression(generator: np.random.Generator, config: Degradations) -> Change:
    quality = int(generator.integers(config.jpeg[0], config.jpeg[1] + 1))
    return lambda picture: degradation.jpeg(picture, quality)


def _video(generator: np.random.Generator, config: Degradations) -> Change:
    crf = int(generator.integers(config.crf[0], config.crf[1] + 1))
    return lambda picture: degradation.h264(picture, crf)


def _size(generator: np.random.Generator, config: Degradations) -> Change:
    share = float(np.exp(generator.uniform(np.log(config.smallest), 0)))
    shrink, enlarge = generator.choice(list(degradation.METHODS), 2)
    return lambda picture: degradation.resized(picture, share, shrink, enlarge)


def _blur(generator: np.random.Generator, config: Degradations) -> Change:
    sigma = float(generator.uniform(*config.blur))
    return lambda picture: degradation.blurred(picture, sigma)


def _noise(generator: np.random.Generator, config: Degradations) -> Change:
    deviation = float(generator.uniform(*config.noise))
    grain = float(generator.uniform(0, config.grain)) * int(generator.integers(2))
    seed = int(generator.integers(2**32))
    return lambda picture: degradation.noisy(picture, deviation, np.random.default_rng(seed), grain)
