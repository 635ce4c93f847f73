"""Whether a fake kept its original's sound: a track is known again whatever it was compressed with."""

import numpy as np
import pytest
from scipy.signal import hilbert

from keras_impl.errors import SoundError
from keras_impl.speech.replaced import correlation, is_replaced
from tests.conftest import write_video
from tests.refusals import refused
from tests.speech.speech import RATE, speak, write_film, write_sound, write_wav


@pytest.fixture(scope="module")
def speech():
    return speak(6)


@pytest.fixture
def original(speech, tmp_path):
    return write_film(tmp_path / "original.mp4", speech)


def revoiced(sound):
    """The same loudness at every moment, over other waves."""
    carrier = speak(len(sound) / RATE, seed=99, pitch=180)
    made = np.abs(hilbert(sound)) * carrier / np.maximum(np.abs(hilbert(carrier)), 1e-3)
    return (0.3 * made / np.abs(made).max()).astype(np.float32)


@pytest.mark.parametrize("name", ["same.wav", "same.mp3", "same.opus", "same.m4a"])
@pytest.mark.parametrize("shift", [-0.2, 0, 0.2])
def test_a_track_that_was_compressed_and_shifted_is_kept(name, shift, speech, original, tmp_path):
    count = int(abs(shift) * RATE)
    moved = np.concatenate([np.zeros(count, np.float32), speech]) if shift > 0 else speech[count:]
    assert not is_replaced(write_sound(tmp_path / name, 0.5 * moved), original, 10)


def test_a_track_in_noise_is_kept(speech, original, tmp_path):
    noise = np.random.default_rng(0).normal(0, 0.5 * speech.std(), len(speech)).astype(np.float32)
    assert not is_replaced(write_wav(tmp_path / "noisy.wav", speech + noise), original, 10)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_other_speech_is_a_replacement(seed, original, tmp_path):
    assert is_replaced(write_wav(tmp_path / "other.wav", speak(6, seed)), original, 10)


def test_another_voice_with_the_same_rhythm_is_a_replacement(speech, original, tmp_path):
    assert is_replaced(write_wav(tmp_path / "voice.wav", revoiced(speech)), original, 10)


def test_silence_is_a_replacement(original, tmp_path):
    assert is_replaced(write_wav(tmp_path / "silent.wav", np.zeros(RATE)), original, 10)


def test_what_has_no_sound_or_does_not_exist_is_told(original, tmp_path):
    with refused("no_sound_track", "no sound track", SoundError):
        is_replaced(write_video(tmp_path / "mute.mp4"), original, 10)
    with refused("", "does not exist", SoundError):
        is_replaced(original, tmp_path / "gone.mp4", 10)


def test_correlation_is_one_of_a_sound_with_itself_whatever_gain_and_offset(speech):
    assert correlation(speech, 0.1 * speech + 0.3) == pytest.approx(1, abs=1e-4)
    assert correlation(speech, speech[: RATE * 2]) == pytest.approx(1, abs=1e-4)
    assert correlation(speech, -speech) == pytest.approx(1, abs=1e-4)
    assert correlation(speech, speech[:0]) == 0
    assert correlation(0 * speech, 0 * speech) is None
