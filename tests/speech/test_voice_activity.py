"""Speech told from music and noise."""

import numpy as np
import pytest

from keras_impl.speech.config import SoundConfig
from keras_impl.speech.segments import condition
from keras_impl.speech.voice_activity import SpeechDetector
from tests.speech.speech import RATE, speak

CONFIG = SoundConfig()
TIMES = np.arange(4 * RATE) / RATE


@pytest.fixture(scope="module")
def speech_detector():
    return SpeechDetector(CONFIG.voice)


def chords():
    """Four chords of three notes with overtones, each dying away."""
    parts = []
    for notes in ((220, 277, 330), (196, 247, 294), (175, 220, 262), (165, 208, 247)):
        times = TIMES[:RATE]
        tones = [np.sin(2 * np.pi * note * k * times) / k for note in notes for k in (1, 2, 3)]
        parts.append(sum(tones) * np.exp(-2 * times))
    return np.concatenate(parts)


def drums():
    """Bursts of noise and low thuds, four a second."""
    noise = np.random.default_rng(0).normal(size=len(TIMES))
    beat = np.exp(-30 * (TIMES % 0.25))
    return beat * (noise * (TIMES % 0.5 < 0.25) + 2 * np.sin(2 * np.pi * 60 * TIMES) * (TIMES % 0.5 >= 0.25))


NO_SPEECH = {
    "white noise": np.random.default_rng(0).normal(size=len(TIMES)),
    "brown noise": np.cumsum(np.random.default_rng(0).normal(size=len(TIMES))),
    "hum": np.sin(2 * np.pi * 50 * TIMES) + 0.3 * np.sin(2 * np.pi * 150 * TIMES),
    "tone": np.sin(2 * np.pi * 440 * TIMES),
    "chords": chords(),
    "drums": drums(),
    "music": chords() + drums(),
}


@pytest.mark.parametrize("name", NO_SPEECH)
def test_noise_and_music_are_no_speech(name, speech_detector):
    samples, _ = condition(0.1 * (NO_SPEECH[name] / np.abs(NO_SPEECH[name]).max()).astype(np.float32), CONFIG)
    assert not speech_detector.hears_speech(samples)


@pytest.mark.parametrize("pitch", [100, 120, 200])
@pytest.mark.parametrize("seed", [0, 1])
def test_speech_is_heard(pitch, seed, speech_detector):
    assert speech_detector.hears_speech(condition(speak(3, seed, pitch), CONFIG)[0])


def test_speech_over_noise_is_heard(speech_detector):
    noise = np.random.default_rng(0).normal(0, 0.005, 3 * RATE).astype(np.float32)
    assert speech_detector.hears_speech(condition(speak(3) + noise, CONFIG)[0])


def test_a_word_is_not_enough_and_what_was_heard_before_does_not_count(speech_detector):
    for _ in range(4):
        assert not speech_detector.hears_speech(speak(0.4))
    assert not speech_detector.hears_speech(np.empty(0, np.float32))
