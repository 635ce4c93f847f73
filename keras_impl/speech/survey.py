"""The first pass over a file: its level over time and its mean spectrum, without keeping the sound.

It decides where segments are cut, and is the source of the shortcut baseline's cues.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import lcm

import numpy as np

from keras_impl.errors import SoundError
from keras_impl.media.audio import SAMPLE_RATE, in_blocks
from keras_impl.speech.config import Trimming

NOTHING = 1e-10
"""Added to powers before the logarithm, so that silence stays finite: -100 dB."""

SPECTRUM = 1024
"""Samples of the frames whose spectra are averaged."""

REACH = 60.0
"""Decibels below the strongest frequency down to which others count as present."""


@dataclass(frozen=True)
class Survey:
    """Levels and spectrum of a file.

    Attributes
    ----------
    levels : ndarray of float32, shape (frames,)
        Decibels of full scale in each frame.
    spectrum : ndarray of float64, shape (SPECTRUM // 2 + 1,)
        Mean power by frequency, 0 to half the sample rate.
    trimming : Trimming
        The size of the frames, and what counts as silence.
    """

    levels: np.ndarray
    spectrum: np.ndarray
    trimming: Trimming

    @property
    def seconds(self) -> float:
        """Duration of the file."""
        return len(self.levels) * self.trimming.frame / SAMPLE_RATE

    @property
    def level(self) -> float:
        """Level of its loud parts, in decibels of full scale."""
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
        """The highest frequency that is present, in hertz."""
        power = 10 * np.log10(self.spectrum + NOTHING)
        highest = np.flatnonzero(power >= power.max() - REACH)[-1]
        return float(highest * SAMPLE_RATE / SPECTRUM)


def survey(blocks: Iterable[np.ndarray], trimming: Trimming) -> Survey:
    """Measure a file in one pass.

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
    # stretches of whole frames of both kinds, however blocks are cut: about four seconds, with frames of 10 ms
    for block in in_blocks(blocks, 13 * lcm(trimming.frame, SPECTRUM)):
        whole = len(block) - len(block) % trimming.frame
        power = block[:whole].reshape(-1, trimming.frame).var(axis=1)  # a constant offset is not sound
        levels.append((10 * np.log10(power + NOTHING)).astype(np.float32))
        frames = block[: len(block) - len(block) % SPECTRUM].reshape(-1, SPECTRUM)
        swings = frames - frames.mean(axis=1, keepdims=True)
        spectrum += np.square(np.abs(np.fft.rfft(swings * window, axis=1))).sum(axis=0)
        count += len(frames)
    heard = Survey(np.concatenate(levels) if levels else np.empty(0, np.float32), spectrum / max(count, 1), trimming)
    if not len(heard.levels):
        reason = "has a sound track of which nothing can be decoded"
        raise SoundError("unreadable", reason, code="undecodable_sound")
    if heard.levels.max() <= trimming.silence:
        silence = trimming.silence
        reason = f"is silent: nothing in it is louder than {silence:g} dB of full scale"
        raise SoundError("silent", reason, code="silent", silence=silence)
    return heard
