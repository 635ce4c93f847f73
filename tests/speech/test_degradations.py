"""Each kind that a detector of sound is measured under gets worse with its strength."""

import numpy as np
import pytest

from keras_impl.samples.degradations import CLEAN, Condition, conditions_of, degraded
from keras_impl.speech.config import SoundConfig
from keras_impl.speech.degradations import DEGRADATIONS
from keras_impl.speech.segments import condition
from tests.speech.speech import speak

SPEECH = condition(speak(2), SoundConfig())[0]


def spectrum_of(sound):
    frames = sound[: len(sound) // 320 * 320].reshape(-1, 320)
    return np.log(np.abs(np.fft.rfft(frames / sound.std(), axis=1)) + 1e-2)


@pytest.mark.parametrize("kind", DEGRADATIONS, ids=lambda kind: kind.name)
def test_it_gets_worse_with_its_strength(kind):
    heard = [degraded(SPEECH, Condition(kind.name, strength), DEGRADATIONS, 0) for strength in kind.strengths]
    assert all(sound.shape == SPEECH.shape and sound.dtype == np.float32 for sound in heard)
    apart = [np.abs(spectrum_of(sound) - spectrum_of(SPEECH)).mean() for sound in heard]
    assert apart[0] > 0.003
    if kind.name != "room":  # which gets worse by how long it goes on: tests/speech/test_quality.py
        assert apart[0] < apart[2]


def test_clean_is_untouched_and_the_same_seed_gives_the_same():
    assert degraded(SPEECH, CLEAN, DEGRADATIONS, 0) is SPEECH
    assert conditions_of(DEGRADATIONS)[0] == CLEAN
    assert len(conditions_of(DEGRADATIONS)) == 1 + 3 * len(DEGRADATIONS)
    noisy = [degraded(SPEECH, Condition("pink", 15), DEGRADATIONS, seed) for seed in (1, 1, 2)]
    np.testing.assert_array_equal(noisy[0], noisy[1])
    assert not np.array_equal(noisy[0], noisy[2])
