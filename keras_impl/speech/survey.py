"""The first pass over a file: its level over time and its mean spectrum, without keeping the sound.

It decides where segments are cut, and is the source of the shortcut baseline's cues.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import lcm

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from keras_impl.errors import SoundError
from keras_impl.media.audio import SAMPLE_RATE, in_blocks
from keras_impl.speech.config import Trimming

NOTHING = 1e-10
"""Added to powers before the logarithm, so that silence stays finite: -100 dB."""

SPECTRUM = 1024
"""Samples of the frames whose spectra are averaged."""

BIN = SAMPLE_RATE / SPECTRUM
"""Hertz from one frequency of a spectrum to the next."""

REACH = 60.0
"""Decibels below the strongest frequency down to which others count as present."""

QUIETEST = 0.05
"""Share of a file's frames that are its background."""

FALL, STEEPEST, BEGINS = 8, 0.03, 20.0
"""Frames over which it is measured how fast sound decays, which share of these stretches is the steepest, and how many
decibels below the loud parts one may begin: further down there is nothing left to decay."""

GENTLEST = 1.0
"""Decibels a second: sound that decays no faster doesn't decay."""

HOLE, SOUND = 70.0, 30.0
"""Decibels below the strongest frequency of a frame where there is nothing, which compression leaves and nature
doesn't; and below the loudest of the frames that are looked at."""

LOWEST = 300.0
"""Hertz below which recordings are often cut off, so that holes are no sign there."""

EDGE = 400.0
"""Hertz on both sides of the highest frequency that is present, from which its edge is measured."""


@dataclass(frozen=True)
class Survey:
    """Levels and spectrum of a file.

    Attributes
    ----------
    levels : ndarray of float32, shape (frames,)
        Decibels of full scale in each frame.
    spectrum : ndarray of float64, shape (SPECTRUM // 2 + 1,)
        Mean power by frequency, 0 to half the sample rate.
    holes_by_frequency : ndarray of float64, shape (SPECTRUM // 2 + 1,)
        Share of the loud frames in which there is nothing at it, 0 to 1.
    trimming : Trimming
        The size of the frames, and what counts as silence.
    """

    levels: np.ndarray
    spectrum: np.ndarray
    holes_by_frequency: np.ndarray
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

    @property
    def noise_floor(self) -> float:
        """Level of its background, in decibels of full scale: that of its least loud frames."""
        return max(float(np.quantile(self.levels, QUIETEST)), self.trimming.rounding)

    @property
    def snr(self) -> float:
        """Signal-to-noise ratio, estimated: decibels from the background to the loud parts."""
        return self.level - self.noise_floor

    @property
    def reverberation(self) -> float:
        """Seconds in which its sound decays by 60 dB where it decays fastest, which no room lets be less than its own.

        Noise, in which sound is lost, makes it more.
        """
        if len(self.levels) < FALL:
            return 60 / GENTLEST
        stretches = sliding_window_view(self.levels.astype(float), FALL)
        stretches = stretches[stretches[:, 0] >= self.level - BEGINS]
        times = (np.arange(FALL) - (FALL - 1) / 2) * self.trimming.frame / SAMPLE_RATE
        slopes = stretches @ times / (times @ times)
        return float(60 / max(-np.quantile(slopes, STEEPEST), GENTLEST)) if len(slopes) else 60 / GENTLEST

    @property
    def holes(self) -> float:
        """Share of its loud parts, by time and frequency, in which there is nothing at all: a trace of compression."""
        last = self.bandwidth - EDGE / 2
        within = self.holes_by_frequency[int(LOWEST / BIN) + 1 : max(int(last / BIN), int(LOWEST / BIN) + 2)]
        return float(within.mean())

    @property
    def cutoff(self) -> float:
        """Decibels by which sound falls at the highest frequency that is present: another trace; 0 at 8 kHz."""
        power = 10 * np.log10(self.spectrum + NOTHING)
        at, reach = round(self.bandwidth / BIN), round(EDGE / BIN)
        below, above = power[max(0, at - reach) : at + 1], power[at + 1 : at + 1 + reach]
        return float(max(below.mean() - above.mean(), 0)) if len(above) else 0.0


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
    levels, spectrum, holes, count = [], np.zeros(SPECTRUM // 2 + 1), _Holes(), 0
    window = np.hanning(SPECTRUM).astype(np.float32)
    # stretches of whole frames of both kinds, however blocks are cut: about four seconds, with frames of 10 ms
    for block in in_blocks(blocks, 13 * lcm(trimming.frame, SPECTRUM)):
        whole = len(block) - len(block) % trimming.frame
        power = block[:whole].reshape(-1, trimming.frame).var(axis=1)  # a constant offset is not sound
        levels.append((10 * np.log10(power + NOTHING)).astype(np.float32))
        frames = block[: len(block) - len(block) % SPECTRUM].reshape(-1, SPECTRUM)
        swings = frames - frames.mean(axis=1, keepdims=True)
        powers = np.square(np.abs(np.fft.rfft(swings * window, axis=1)))
        holes.add(powers)
        spectrum += powers.sum(axis=0)
        count += len(frames)
    joined = np.concatenate(levels) if levels else np.empty(0, np.float32)
    heard = Survey(joined, spectrum / max(count, 1), holes.shares(), trimming)
    if not len(heard.levels):
        reason = "has a sound track of which nothing can be decoded"
        raise SoundError("unreadable", reason, code="undecodable_sound")
    if heard.levels.max() <= trimming.silence:
        silence = trimming.silence
        reason = f"is silent: nothing in it is louder than {silence:g} dB of full scale"
        raise SoundError("silent", reason, code="silent", silence=silence)
    return heard


class _Holes:
    """In how many loud frames there is nothing at a frequency, by what is the loudest so far.

    Frames are counted by the decibels of their strongest frequency, so that which of them are loud can be said in the
    end without keeping them.
    """

    def __init__(self) -> None:
        self._found: dict[int, np.ndarray] = {}
        self._count: dict[int, int] = {}

    def add(self, powers: np.ndarray) -> None:
        """Count frames: powers of shape (n, SPECTRUM // 2 + 1)."""
        decibels = 10 * np.log10(powers + NOTHING)
        strongest = decibels.max(axis=1, initial=10 * np.log10(NOTHING))
        is_hole = decibels < strongest[:, None] - HOLE
        levels = np.floor(strongest).astype(int)
        for level in np.unique(levels).tolist():
            self._found[level] = self._found.get(level, 0) + is_hole[levels == level].sum(axis=0)
            self._count[level] = self._count.get(level, 0) + int((levels == level).sum())

    def shares(self) -> np.ndarray:
        """Of the loud frames, the share with nothing at each frequency."""
        loud = [level for level in self._count if level >= max(self._count) - SOUND]
        found: np.ndarray = sum((self._found[level] for level in loud), np.zeros(SPECTRUM // 2 + 1))
        return found / max(sum(self._count[level] for level in loud), 1)
