"""How segments are chosen and normalised, the same for training and prediction.

In many public data sets, silence before and after speech, level and duration tell real from fake (Müller et al. 2021,
"Speech is silver, silence is golden", arXiv 2106.12914), which has nothing to do with forgery. So segments are a few
seconds long, silence at both ends is trimmed, and all have the same level.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from keras_impl.errors import SoundError
from keras_impl.media.audio import SAMPLE_RATE
from keras_impl.media.video import spread
from keras_impl.speech.config import SoundConfig
from keras_impl.speech.survey import NOTHING, Survey, survey


@dataclass(frozen=True)
class Segment:
    """A stretch of a file.

    Attributes
    ----------
    start : float
        Seconds from the file's beginning.
    samples : ndarray of float32, shape (n,)
        16 kHz, -1 to 1, as `condition` leaves them.
    """

    start: float
    samples: np.ndarray

    @property
    def seconds(self) -> float:
        """Its duration."""
        return len(self.samples) / SAMPLE_RATE


def plan_segments(heard: Survey, wanted: int, config: SoundConfig) -> list[tuple[int, int]]:
    """Choose stretches of a file, spread evenly over its sound.

    From the first sound to the last, the file is cut into pieces of ``config.segment_seconds``. Pieces with less
    than ``config.least_seconds`` of sound, or without any above the threshold of silence, are left out.

    Parameters
    ----------
    heard : Survey
    wanted : int
        Most stretches to return.
    config : SoundConfig
        Its trimming must be the survey's.

    Returns
    -------
    list of (int, int)
        First frame, and the one after the last, of each stretch; in order of time, not overlapping. Empty if
        there is too little sound.
    """
    active = heard.is_active
    sounding = np.flatnonzero(active)
    end = int(sounding[-1]) + 1
    longest, least = (
        max(1, int(seconds * config.sample_rate / config.trimming.frame))
        for seconds in (config.segment_seconds, config.least_seconds)
    )
    edges = [*range(int(sounding[0]), end, longest), end]
    pieces = [
        (start, end)
        for start, end in pairwise(edges)
        if active[start:end].sum() >= least and heard.levels[start:end].max() > config.trimming.silence
    ]
    return [pieces[place] for place in spread(len(pieces), min(wanted, len(pieces)))]


def cut_segments(blocks: Iterable[np.ndarray], pieces: list[tuple[int, int]], config: SoundConfig) -> Iterator[Segment]:
    """Read a file again, up to the last planned stretch, and yield each stretch as a conditioned segment.

    Parameters
    ----------
    blocks : iterable of ndarray of float32
        The file from its beginning.
    pieces : list of (int, int)
        From `plan_segments`, with the same config.
    config : SoundConfig
    """
    frame = config.trimming.frame
    waiting = list(pieces)
    held, offset = np.empty(0, np.float32), 0
    for block in blocks:
        held = np.concatenate([held, block])
        while waiting and waiting[0][1] * frame <= offset + len(held):
            start, end = (edge * frame - offset for edge in waiting.pop(0))
            yield _segment(held[start:end], offset + start, config)
        if not waiting:
            return
        drop = max(0, min(waiting[0][0] * frame - offset, len(held)))
        held, offset = held[drop:], offset + drop


def condition(samples: np.ndarray, config: SoundConfig) -> tuple[np.ndarray, int]:
    """Trim silence at both ends, remove any constant offset, and normalise the level to ``config.level``.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)
        With sound in it.
    config : SoundConfig

    Returns
    -------
    tuple of (ndarray of float32, int)
        The samples, and how many were trimmed at the beginning.
    """
    heard = survey([samples], config.trimming)
    sounding = np.flatnonzero(heard.is_active) * config.trimming.frame
    first, end = sounding[0], sounding[-1] + config.trimming.frame
    power = 10 ** (heard.levels[heard.is_active] / 10)
    factor = 10 ** (config.level / 20) / np.sqrt(power.mean() + NOTHING)
    cut = samples[first:end] - samples[first:end].mean()
    loudest = np.abs(cut).max()
    return (cut * min(factor, config.peak / loudest)).astype(np.float32), int(first)


def fill(samples: np.ndarray, config: SoundConfig) -> np.ndarray:
    """Bring a segment to the length of ``config.samples`` by repeating or cutting it.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)
    config : SoundConfig

    Returns
    -------
    ndarray of float32, shape (config.samples,)

    Raises
    ------
    SoundError
        If it is empty.
    """
    if not len(samples):
        raise SoundError("unreadable", "is empty")
    return np.resize(samples, config.samples)


def _segment(samples: np.ndarray, start: int, config: SoundConfig) -> Segment:
    conditioned, cut = condition(samples, config)
    return Segment((start + cut) / SAMPLE_RATE, conditioned)
