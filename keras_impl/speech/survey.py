"""A first hearing of a file: how loud it is when, and which frequencies it has, without keeping any of it.

From this it is decided where speech may be, and it is what the shortcut baseline knows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import lcm

import numpy as np

from keras_impl.errors import SoundError
from keras_impl.media.audio import SAMPLE_RATE, in_blocks
from keras_impl.speech.config import Trimming

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
        Decibels of full scale in each frame.
    spectrum : ndarray of float64, shape (SPECTRUM // 2 + 1,)
        Mean power by frequency, 0 to half the sample rate.
    trimming : Trimming
        Which frames those are, and what counts as silence.
    """

    levels: np.ndarray
    spectrum: np.ndarray
    trimming: Trimming

    @property
    def seconds(self) -> float:
        """How long the file is."""
        return len(self.levels) * self.trimming.frame / SAMPLE_RATE

    @property
    def level(self) -> float:
        """Decibels of full scale of its loud parts."""
        audible = self.levels[self.levels >= self.levels.max() - self.trimming.quiet]
        return float(np.quantile(audible, self.trimming.loud_share))

    @property
    def is_active(self) -> np.ndarray:
        """Whether there is sound in each frame: bool, shape (frames,)."""
        return self.levels > max(self.level - self.trimming.quiet, self.trimming.rounding)

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


def survey(blocks: Iterable[np.ndarray], trimming: Trimming) -> Survey:
    """Hear a file once.

    Parameters
    ----------
    blocks : iterable of ndarray of float32
        As `keras_impl.media.audio.SoundReader.blocks` gives them.
    trimming : Trimming

    Raises
    ------
    SoundError
        If there is nothing in it, or nothing but silence.
    """
    levels, spectrum, count = [], np.zeros(SPECTRUM // 2 + 1), 0
    window = np.hanning(SPECTRUM).astype(np.float32)
    # stretches of whole frames of both kinds, wherever blocks may end; with frames of 10 ms, of four seconds
    for block in in_blocks(blocks, 13 * lcm(trimming.frame, SPECTRUM)):
        whole = len(block) - len(block) % trimming.frame
        power = block[:whole].reshape(-1, trimming.frame).var(axis=1)  # a constant offset is no sound
        levels.append((10 * np.log10(power + NOTHING)).astype(np.float32))
        frames = block[: len(block) - len(block) % SPECTRUM].reshape(-1, SPECTRUM)
        swings = frames - frames.mean(axis=1, keepdims=True)
        spectrum += np.square(np.abs(np.fft.rfft(swings * window, axis=1))).sum(axis=0)
        count += len(frames)
    heard = Survey(np.concatenate(levels) if levels else np.empty(0, np.float32), spectrum / max(count, 1), trimming)
    if not len(heard.levels):
        raise SoundError("unreadable", "has a sound track of which nothing can be decoded")
    if heard.levels.max() <= trimming.silence:
        silence = trimming.silence
        reason = f"is silent: nothing in it is louder than {silence:g} dB of full scale"
        raise SoundError("silent", reason, silence=silence)
    return heard
