"""A first hearing of a file: how loud it is when, and which frequencies it has, without keeping any of it.

From this it is decided where speech may be, and it is what the shortcut baseline knows.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from keras_impl.errors import SoundError
from keras_impl.media.sound import SAMPLE_RATE

FRAME = SAMPLE_RATE // 100
"""Samples of the frames whose level is taken: 10 ms."""

FRAMES_A_SECOND = SAMPLE_RATE // FRAME

QUIET = 40.0
"""Decibels below its loud parts at which a file counts as silent there: pauses, breath, room."""

SILENCE = -65.0
"""Decibels of full scale below which nothing counts as sound, whatever the rest is like."""

LOUD_SHARE = 0.95
"""The level that this share of the frames stays below is how loud a file is in its loud parts."""

NOTHING = 1e-10
"""Power that stands for none in logarithms: -100 dB."""

SPECTRUM = 1024
"""Samples of the frames whose mean spectrum is taken."""

REACH = 60.0
"""Decibels below the strongest frequency down to which one counts as being there."""


@dataclass(frozen=True)
class Survey:
    """What was heard.

    Attributes
    ----------
    levels : ndarray of float32, shape (frames,)
        Decibels of full scale in each 10 ms.
    spectrum : ndarray of float64, shape (SPECTRUM // 2 + 1,)
        Mean power by frequency, 0 to half the sample rate.
    """

    levels: np.ndarray
    spectrum: np.ndarray

    @property
    def seconds(self) -> float:
        """How long the file is."""
        return len(self.levels) / FRAMES_A_SECOND

    @property
    def level(self) -> float:
        """Decibels of full scale of its loud parts."""
        return float(np.quantile(self.levels, LOUD_SHARE))

    @property
    def is_active(self) -> np.ndarray:
        """Whether there is sound in each frame: bool, shape (frames,)."""
        return self.levels > max(self.level - QUIET, SILENCE)

    @property
    def silence(self) -> float:
        """Share of the frames without sound, 0 to 1."""
        return float(1 - self.is_active.mean())

    @property
    def bandwidth(self) -> float:
        """The highest frequency that is there, in hertz."""
        power = 10 * np.log10(self.spectrum + NOTHING)
        highest = np.flatnonzero(power >= power.max() - REACH)[-1]
        return float(highest * SAMPLE_RATE / SPECTRUM)


def survey(blocks: Iterable[np.ndarray]) -> Survey:
    """Hear a file once.

    Parameters
    ----------
    blocks : iterable of ndarray of float32
        As `keras_impl.media.sound.SoundReader.blocks` gives them.

    Raises
    ------
    SoundError
        If there is nothing in it, or nothing but silence.
    """
    levels, spectrum, count = [], np.zeros(SPECTRUM // 2 + 1), 0
    window = np.hanning(SPECTRUM).astype(np.float32)
    for block in blocks:
        whole = len(block) - len(block) % FRAME
        power = np.square(block[:whole].reshape(-1, FRAME)).mean(axis=1)
        levels.append((10 * np.log10(power + NOTHING)).astype(np.float32))
        frames = block[: len(block) - len(block) % SPECTRUM].reshape(-1, SPECTRUM)
        spectrum += np.square(np.abs(np.fft.rfft(frames * window, axis=1))).sum(axis=0)
        count += len(frames)
    heard = Survey(np.concatenate(levels) if levels else np.empty(0, np.float32), spectrum / max(count, 1))
    if not len(heard.levels):
        raise SoundError("unreadable", "has a sound track of which nothing can be decoded")
    if not heard.is_active.any():
        raise SoundError("silent", f"is silent: nothing in it is louder than {SILENCE:g} dB of full scale")
    return heard
