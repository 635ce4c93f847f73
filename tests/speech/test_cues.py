"""What the baseline knows of a file, and the hash of what is heard."""

import numpy as np
import pytest

from keras_impl.media import sound_degradation as degradation
from keras_impl.media.audio import SoundFormat
from keras_impl.speech.config import SoundConfig
from keras_impl.speech.cues import file_cues, sound_hash
from keras_impl.speech.segments import cut_segments, plan_segments
from keras_impl.speech.survey import survey
from tests.speech.speech import RATE, hear, speak, write_sound

CONFIG = SoundConfig()
FORMAT = SoundFormat("flac", 44_100, 2)


def cues_of(*parts):
    return file_cues(survey([np.concatenate(parts)], CONFIG.trimming), FORMAT, 1234)


def pause(seconds):
    return np.zeros(int(seconds * RATE), np.float32)


def hash_of(sound):
    """Of a file's first segment."""
    (segment,) = cut_segments([sound], plan_segments(survey([sound], CONFIG.trimming), 1, CONFIG), CONFIG)
    return sound_hash(segment.samples)


def bits_between(one, other):
    return (int(one, 16) ^ int(other, 16)).bit_count()


def test_silence_is_told_before_after_and_altogether():
    cues = cues_of(pause(1.5), speak(2), pause(1), speak(2, seed=1), pause(0.5))
    assert cues["file_seconds"] == 7
    assert cues["lead"] == pytest.approx(1.5, abs=0.05)
    assert cues["trail"] == pytest.approx(0.5, abs=0.1)
    assert cues["silence"] == pytest.approx(3 / 7, abs=0.06)


def test_the_level_follows_the_gain_and_the_format_is_told():
    loud, quiet = cues_of(speak(3)), cues_of(0.1 * speak(3))
    assert quiet["level"] == pytest.approx(loud["level"] - 20, abs=0.1)
    assert cues_of(0.5 * np.sin(np.arange(RATE)).astype(np.float32))["level"] == pytest.approx(-9, abs=0.3)
    told = {name: loud[name] for name in ("codec", "sample_rate", "channels", "file_bytes")}
    assert told == {"codec": "flac", "sample_rate": 44_100, "channels": 2, "file_bytes": 1234}


@pytest.mark.parametrize("highest", [2000, 3400])
def test_low_passed_speech_has_less_bandwidth(highest):
    spectrum = np.fft.rfft(speak(4))
    assert cues_of(speak(4))["bandwidth"] > 7000
    spectrum[np.fft.rfftfreq(4 * RATE, 1 / RATE) > highest] = 0
    assert cues_of(np.fft.irfft(spectrum).astype(np.float32))["bandwidth"] == pytest.approx(highest, abs=150)


def test_noise_rooms_and_codecs_leave_their_traces():
    clean = cues_of(speak(4))
    noise = degradation.coloured_noise(RATE, "pink", np.random.default_rng(0))
    noisy = cues_of(degradation.with_noise(speak(4), noise, 10))
    assert noisy["snr"] < clean["snr"] - 10
    assert noisy["noise_floor"] > clean["noise_floor"] + 10
    assert clean["snr"] == pytest.approx(clean["level"] - clean["noise_floor"])
    response = degradation.room_response(0.8, np.random.default_rng(0))
    assert cues_of(degradation.in_room(speak(4), response))["reverberation"] > 2 * clean["reverberation"]
    recorded = degradation.with_noise(speak(4), degradation.coloured_noise(RATE, "white", np.random.default_rng(0)), 25)
    before, coded = (cues_of(sound) for sound in (recorded, degradation.coded(recorded, "mp3", 16_000)))
    assert before["holes"] < 0.01 < coded["holes"]
    assert coded["cutoff"] > before["cutoff"] + 10


def test_the_hash_survives_what_sound_goes_through(tmp_path):
    sound = speak(3.8)
    noise = np.random.default_rng(0).normal(0, 0.002, len(sound)).astype(np.float32)
    others = [0.1 * sound, sound + noise, np.concatenate([pause(0.5), sound])]
    others += [hear(write_sound(tmp_path / name, sound)) for name in ("a.mp3", "a.opus", "a.m4a", "a.flac")]
    distances = [bits_between(hash_of(sound), hash_of(other)) for other in others]
    assert max(distances) <= 8, distances


def test_the_hash_tells_sentences_apart():
    hashes = [hash_of(speak(3.8, seed)) for seed in range(12)]
    assert all(len(each) == 16 for each in hashes)
    distances = [bits_between(a, b) for place, a in enumerate(hashes) for b in hashes[:place]]
    assert min(distances) > 10
    assert np.mean(distances) > 20
