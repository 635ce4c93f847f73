"""How a recording can be heard: whether it is as free of noise and of a room, and as wide in its band, as others.

A detector that was calibrated on nothing so noisy, reverberant or band-limited has no score that means anything.
"""

import math

import numpy as np

from keras_impl.samples.quality import typical
from keras_impl.speech.config import Trimming
from keras_impl.speech.survey import survey

MEASURES = ("snr", "reverberation", "bandwidth")
"""In the order of `measure`: decibels from the background to the loud parts, seconds in which sound decays by 60 dB
where it decays fastest, and hertz; as of `keras_impl.speech.survey.Survey`."""

BETTER = {"snr": math.inf, "reverberation": -math.inf, "bandwidth": math.inf}
"""All may be as good as they like, as of `keras_impl.samples.quality.ranges_of`."""


def measure(samples: np.ndarray, trimming: Trimming) -> np.ndarray:
    """Measure a segment.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)
        As `keras_impl.speech.segments.condition` leaves them.
    trimming : Trimming

    Returns
    -------
    ndarray of float, shape (len(MEASURES),)
    """
    heard = survey([samples], trimming)
    return np.array([heard.snr, heard.reverberation, heard.bandwidth])


def quality_of(segments: list[np.ndarray], trimming: Trimming) -> dict[str, float]:
    """The median of several segments' measures, at least one, by name."""
    return typical([measure(samples, trimming) for samples in segments], MEASURES)
