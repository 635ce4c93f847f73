"""Inputs that belong to nobody, always the same, on which an export is compared with what it was made of."""

import numpy as np

from keras_impl.exporting.interface import Interface

GRAINS = (1, 2, 8, 32)
"""Sides in pixels of the squares that make up noise, from the finest that there can be to half a dozen on a face."""


def make_up(interface: Interface) -> np.ndarray:
    """Inputs as a detector takes them: about a dozen, of its own type and shape, with (n, ...) in front."""
    return _faces(interface.shape[0]) if len(interface.shape) == 3 else _sounds(*interface.shape)


def _faces(size: int) -> np.ndarray:
    """Black, white, grey, slopes of colour, squares, and noise of several grains, plain and on the slopes."""
    generator = np.random.default_rng(0)
    down, right = np.mgrid[:size, :size] / (size - 1) * 255
    slopes = np.stack([down, right, 255 - down], -1)
    pictures = [np.full((size, size, 3), level) for level in (0.0, 255.0, 128.0)] + [slopes]
    for grain in GRAINS:
        cells = -(-size // grain)
        drawn = generator.integers(0, 256, (cells, cells, 3)).repeat(grain, 0).repeat(grain, 1)[:size, :size]
        pictures += [drawn, 0.7 * slopes + 0.3 * drawn]
    squares = np.indices((size, size)).sum(0) % 2 * 255
    return np.stack([*pictures, np.repeat(squares[..., None], 3, -1)]).round().astype(np.uint8)


def _sounds(samples: int) -> np.ndarray:
    """Silence, noise from faint to full scale, tones, clicks, a sweep, something like a voice, whole and in part."""
    generator = np.random.default_rng(0)
    at = np.arange(samples) / samples
    noise = generator.normal(size=samples)
    pitch = 2 * np.pi * np.cumsum(400 + 100 * np.sin(20 * at)) / samples
    voice = sum(np.sin(number * pitch) / number for number in range(1, 20)) * (1 + np.sin(30 * np.pi * at))
    sounds = [np.zeros(samples), *(noise * level for level in (3, 100, 3000, 40_000))]
    sounds += [8000 * np.sin(2 * np.pi * cycles * at) for cycles in (400, 4000, 0.45 * samples)]
    sounds += [20_000.0 * (np.arange(samples) % 4000 == 0), 10_000 * np.sin(0.2 * np.pi * samples * at**2)]
    sounds += [2000 * voice, 2000 * voice + 100 * noise, 2000 * voice * (at < 0.5)]
    return np.stack(sounds).clip(-32_768, 32_767).round().astype(np.int16)
