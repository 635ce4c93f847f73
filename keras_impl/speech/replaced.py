"""Whether a fake's sound is still its original's: what the Deepfake Detection Challenge doesn't say.

There a fake can have a forged picture, a forged voice, or both. A track that was kept, however often it was
compressed, follows the original's wave for wave; a voice that was made anew does not, even if it says the same
at the same time.
"""

from itertools import islice
from pathlib import Path

import numpy as np
from scipy.signal import correlate

from keras_impl.errors import MediaError, SoundError
from keras_impl.media.audio import BLOCK, SAMPLE_RATE, SoundReader

SECONDS = 12
"""Of each file that are compared."""

SAME = 0.5
"""Correlation of the two waves, at the shift where it is highest, from which on they are one recording."""

MOST_SHIFT = SAMPLE_RATE // 2
"""Samples by which they may be shifted: half a second."""


def is_replaced(fake: Path, original: Path, seconds: float) -> bool:
    """Whether a fake's sound is another recording than its original's.

    Parameters
    ----------
    fake, original : Path
    seconds : float
        How long reading each may take.

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
    """The strongest correlation of two waves over all shifts up to `MOST_SHIFT`, 0 to 1, whichever way up they are.

    None if both are silent or empty, 0 if one of them is.
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
