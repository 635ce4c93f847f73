"""A first hearing of a file: how loud it is when, and which frequencies it has, without keeping any of it.

From this it is decided where speech may be, and it is what the shortcut baseline knows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import lcm

import numpy as np

from keras_impl.errors import SoundError
from keras_impl.media.sound import SAMPLE_RATE, in_blocks

FRAME = SAMPLE_RATE // 100
"""Samples of the frames whose level is taken: 10 ms."""

FRAMES_A_SECOND = SAMPLE_RATE // FRAME

QUIET = 40.0
"""Decibels below its loud parts at which a file counts as silent there: pauses, breath, room."""

SILENCE = -65.0
"""Decibels of full scale that something has to be louder than, or a file counts as silent."""

ROUNDING = -95.0
"""Decibels of full scale below which nothing counts as sound: all that samples of 16 bits leave there is rounding."""

LOUD_SHARE = 0.95
"""How loud a file is in its loud parts: the level that this share of the frames within `QUIET` of the loudest stays
below. So neither a click nor long silence decides it."""

NOTHING = 1e-10
"""Power that stands for none in logarithms: -100 dB."""

SPECTRUM = 1024
"""Samples of the frames whose mean spectrum is taken."""

STRETCH = 13 * lcm(FRAME, SPECTRUM)
"""Samples that are looked at together: whole frames of both kinds, wherever blocks may end; about four seconds."""

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
        audible = self.levels[self.levels >= self.levels.max() - QUIET]
        return float(np.quantile(audible, LOUD_SHARE))

    @property
    def is_active(self) -> np.ndarray:
        """Whether there is sound in each frame: bool, shape (frames,)."""
        return self.levels > max(self.level - QUIET, ROUNDING)

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
    for block in in_blocks(blocks, STRETCH):
        whole = len(block) - len(block) % FRAME
        power = block[:whole].reshape(-1, FRAME).var(axis=1)  # a constant offset is no sound
        levels.append((10 * np.log10(power + NOTHING)).astype(np.float32))
        frames = block[: len(block) - len(block) % SPECTRUM].reshape(-1, SPECTRUM)
        swings = frames - frames.mean(axis=1, keepdims=True)
        spectrum += np.square(np.abs(np.fft.rfft(swings * window, axis=1))).sum(axis=0)
        count += len(frames)
    heard = Survey(np.concatenate(levels) if levels else np.empty(0, np.float32), spectrum / max(count, 1))
    if not len(heard.levels):
        raise SoundError("unreadable", "has a sound track of which nothing can be decoded")
    if heard.levels.max() <= SILENCE:
        raise SoundError("silent", f"is silent: nothing in it is louder than {SILENCE:g} dB of full scale")
    return heard
