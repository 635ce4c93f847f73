"""Whether a fake's sound was replaced, which the labels of the Deepfake Detection Challenge don't say.

There, a fake can have a forged picture, a forged voice, or both. A track that was kept has the original's waveform,
however often it was compressed; a synthesised voice doesn't, even if it says the same at the same time.
"""

from itertools import islice
from pathlib import Path

import numpy as np
from scipy.signal import correlate

from keras_impl.errors import MediaError, SoundError
from keras_impl.media.audio import BLOCK, SAMPLE_RATE, SoundReader

SECONDS = 12
"""How much of each file is compared, from its beginning."""

SAME = 0.5
"""Correlation of two waveforms, at the best shift, from which they count as the same recording."""

MOST_SHIFT = SAMPLE_RATE // 2
"""Largest shift between them, in samples: half a second."""


def is_replaced(fake: Path, original: Path, seconds: float) -> bool:
    """Whether a fake's sound is a different recording from its original's.

    Parameters
    ----------
    fake, original : Path
    seconds : float
        Time limit for reading each.

    Raises
    ------
    SoundError
        If there is nothing to compare: both begin with silence, or the original has no sound.
    MediaError
        If the fake can't be read or has no sound.
    """
    one = _beginning(fake, seconds)
    try:
        other = _beginning(original, seconds)
    except MediaError as error:
        raise SoundError("no original", f"can't be labelled: its original {error}") from None
    alike = correlation(one, other)
    if alike is None:
        raise SoundError(
            "no original", f"can't be labelled: the first {SECONDS} s of it and of its original are silent"
        )
    return alike < SAME


def correlation(one: np.ndarray, other: np.ndarray) -> float | None:
    """The strongest correlation of two waveforms over all shifts up to `MOST_SHIFT`, regardless of polarity.

    Parameters
    ----------
    one, other : ndarray of float, shapes (n,) and (m,)
        Compared over the shorter length.

    Returns
    -------
    float or None
        0 to 1; None if both are silent or empty, 0 if one of them is.

    Examples
    --------
    >>> wave = np.sin(np.arange(100.0) ** 2)
    >>> round(correlation(wave, -wave), 6)
    1.0
    """
    if not one.any() and not other.any():
        return None
    size = min(len(one), len(other))
    if not size:
        return 0.0
    one, other = one[:size] - one[:size].mean(), other[:size] - other[:size].mean()
    norm = np.sqrt(np.square(one).sum() * np.square(other).sum())
    if not norm:
        return 0.0
    shifts = correlate(one, other, method="fft")[max(0, size - 1 - MOST_SHIFT) : size + MOST_SHIFT]
    return float(np.abs(shifts).max() / norm)


def _beginning(path: Path, seconds: float) -> np.ndarray:
    with SoundReader(path, seconds) as reader:
        blocks = list(islice(reader.blocks(), SECONDS * SAMPLE_RATE // BLOCK + 1))
    return np.concatenate([np.empty(0, np.float32), *blocks])[: SECONDS * SAMPLE_RATE]
