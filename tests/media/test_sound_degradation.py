"""What is done to sound on its way does what it is named after, and leaves as many samples."""

import numpy as np
import pytest
from scipy.signal import welch

from keras_impl.media import sound_degradation as degradation
from tests.speech.speech import RATE, speak

SPEECH = speak(2)


def decay_of(response):
    """T60 of an impulse response, seconds, from how its energy dies away between -5 and -25 dB (Schroeder 1965)."""
    left = np.cumsum(np.square(response[::-1].astype(float)))[::-1]
    decibels = 10 * np.log10(left / left[0])
    begin, end = (int(np.argmax(decibels < level)) for level in (-5, -25))
    return 3 * (end - begin) / RATE


def power_between(sound, low, high):
    frequencies, power = welch(sound, RATE, nperseg=1024)
    return power[(frequencies >= low) & (frequencies < high)].mean()


@pytest.mark.parametrize("codec", degradation.CODERS)
@pytest.mark.parametrize("end", [0, 1], ids=["lowest rate", "highest rate"])
def test_every_codec_gives_the_speech_back_changed(codec, end):
    heard = degradation.coded(SPEECH, codec, degradation.CODERS[codec].bit_rates[end])
    assert heard.shape == SPEECH.shape
    assert heard.dtype == np.float32
    # whatever the delay, the envelope is that of the speech
    before, after = (np.abs(sound).reshape(-1, RATE // 20).mean(axis=1) for sound in (SPEECH, heard))
    assert np.corrcoef(before, after)[0, 1] > 0.8
    assert not np.allclose(heard, SPEECH, atol=1e-4)


def test_fewer_bits_leave_less_of_it():
    def error(bits):
        return np.square(degradation.coded(SPEECH, "mp3", bits) - SPEECH).mean()

    assert error(16_000) > 3 * error(64_000)


def test_music_codecs_run_at_the_rates_of_music():
    for codec, rate in (("mp3", 44_100), ("aac", 44_100), ("opus", 48_000)):
        assert degradation.coded(SPEECH, codec, 48_000, rate).shape == SPEECH.shape


@pytest.mark.parametrize(("colour", "slope"), [("white", 0), ("pink", -3), ("brown", -6)])
def test_noise_falls_as_its_colour_says(colour, slope):
    noise = degradation.coloured_noise(8 * RATE, colour, np.random.default_rng(0))
    assert noise.std() == pytest.approx(1, rel=0.01)
    octaves = [10 * np.log10(power_between(noise, low, 2 * low)) for low in (250, 500, 1000, 2000)]
    assert np.diff(octaves).mean() == pytest.approx(slope, abs=0.5)


@pytest.mark.parametrize("ratio", [0, 15])
def test_noise_is_so_many_decibels_below_the_sound(ratio):
    noise = degradation.coloured_noise(RATE // 3, "white", np.random.default_rng(0))  # shorter: it is repeated
    added = degradation.with_noise(SPEECH, noise, ratio) - SPEECH
    assert 20 * np.log10(SPEECH.std() / added.std()) == pytest.approx(ratio, abs=0.1)


def test_the_background_of_another_recording_is_found_and_given():
    generator = np.random.default_rng(0)
    hiss = degradation.band_limited(0.02 * degradation.coloured_noise(4 * RATE, "white", generator), 2000, 4000)
    noisy = np.concatenate([np.zeros(RATE, np.float32), speak(3)])[: len(hiss)] + hiss
    given = degradation.with_floor_of(np.zeros(4 * RATE, np.float32), noisy, generator)
    for low, high in ((2200, 3800), (5500, 7500)):
        assert power_between(given, low, high) == pytest.approx(power_between(hiss, low, high), rel=0.35, abs=1e-9)


@pytest.mark.parametrize("reverberation", [0.1, 0.3, 0.6, 1.0])
def test_a_room_decays_within_its_time(reverberation):
    found = [decay_of(degradation.room_response(reverberation, np.random.default_rng(seed))) for seed in range(8)]
    assert np.median(found) == pytest.approx(reverberation, rel=0.25)
    assert decay_of(degradation.decaying_noise(reverberation / 6.9, np.random.default_rng(0))) == pytest.approx(
        reverberation, rel=0.1
    )


def test_the_direct_sound_comes_first_and_unchanged():
    response = degradation.room_response(0.4, np.random.default_rng(1))
    assert response[0] == pytest.approx(1, abs=0.05)
    assert np.abs(response[1:]).max() <= 1
    assert abs(response.sum()) < 0.05  # nothing rumbles
    heard = degradation.in_room(np.eye(1, RATE, dtype=np.float32)[0], response)
    np.testing.assert_allclose(heard[: len(response)], response[:RATE], atol=1e-5)


def test_a_band_keeps_what_is_in_it():
    noise = degradation.coloured_noise(4 * RATE, "white", np.random.default_rng(0))
    heard = degradation.band_limited(noise, 300, 3400)
    assert power_between(heard, 600, 3000) == pytest.approx(power_between(noise, 600, 3000), rel=0.1)
    assert max(power_between(heard, 0, 100), power_between(heard, 5000, 8000)) < 1e-3 * power_between(noise, 600, 3000)
    np.testing.assert_array_equal(degradation.band_limited(noise, 0, RATE / 2), noise)


def test_clipping_cuts_off_the_share_that_it_says():
    heard = degradation.clipped(SPEECH, 0.05)
    assert (np.abs(heard) >= np.abs(heard).max() - 1e-6).mean() == pytest.approx(0.05, abs=0.005)


def test_poor_resampling_leaves_what_a_filter_takes_away():
    tone = np.sin(2 * np.pi * 5000 * np.arange(RATE) / RATE).astype(np.float32)
    good, poor = (degradation.resampled(tone, 8000, is_poor) for is_poor in (False, True))
    assert good.shape == poor.shape == tone.shape
    assert power_between(good, 2500, 3500) < 1e-3 * power_between(poor, 2500, 3500)  # 5 kHz comes back as 3 kHz
