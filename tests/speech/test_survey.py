"""A first hearing: where there is sound, whatever the file's level and however it comes in blocks."""

import math

import numpy as np
import pytest

from keras_impl.errors import SoundError
from keras_impl.speech.config import Trimming
from keras_impl.speech.survey import SPECTRUM, survey
from tests.refusals import refused
from tests.speech.speech import RATE, speak

SILENCE = np.zeros(RATE, np.float32)

TRIMMING = Trimming()
FRAME, QUIET = TRIMMING.frame, TRIMMING.quiet
FRAMES_A_SECOND = RATE // FRAME
STRETCH = 13 * math.lcm(FRAME, SPECTRUM)


def tone(seconds, frequency=440.0, level=-20.0):
    """A sine whose root mean square is so many decibels of full scale."""
    times = np.arange(int(seconds * RATE)) / RATE
    return (np.sqrt(2) * 10 ** (level / 20) * np.sin(2 * np.pi * frequency * times)).astype(np.float32)


def cut(sound, generator):
    """Sound in blocks of random lengths, some of them empty."""
    return np.split(sound, np.sort(generator.integers(0, len(sound) + 1, 15)))


def test_levels_are_root_mean_squares_in_decibels_of_full_scale():
    heard = survey([tone(1, level=-20), tone(1, level=-50)], TRIMMING)
    assert len(heard.levels) == 2 * FRAMES_A_SECOND
    assert heard.levels[:FRAMES_A_SECOND] == pytest.approx(-20, abs=0.5)
    assert heard.levels[FRAMES_A_SECOND:] == pytest.approx(-50, abs=0.5)
    assert survey([tone(1)], TRIMMING).level == pytest.approx(-20, abs=0.5)


def test_what_is_far_below_the_loud_parts_counts_as_silence():
    heard = survey(
        [SILENCE, tone(1, level=-20), tone(1, level=-20 - QUIET + 3), tone(1, level=-20 - QUIET - 3)], TRIMMING
    )
    assert heard.is_active.reshape(4, FRAMES_A_SECOND).mean(axis=1).tolist() == [0, 1, 1, 0]
    assert heard.silence == pytest.approx(0.5)
    assert heard.seconds == 4


@pytest.mark.parametrize("gain", [-30, -10, 10, 30])
def test_where_sound_is_does_not_depend_on_the_gain(gain):
    sound = np.concatenate([SILENCE, speak(3), SILENCE])
    loud, other = survey([sound], TRIMMING), survey([sound * np.float32(10 ** (gain / 20))], TRIMMING)
    assert other.level == pytest.approx(loud.level + gain, abs=0.1)
    assert (other.is_active == loud.is_active).mean() > 0.98
    assert other.bandwidth == pytest.approx(loud.bandwidth, abs=50)


def test_a_little_sound_in_a_long_silence_is_found():
    heard = survey([*[SILENCE] * 50, speak(1), *[SILENCE] * 50], TRIMMING)
    assert np.flatnonzero(heard.is_active)[[0, -1]].tolist() == pytest.approx([5000, 5099], abs=3)
    assert heard.level == pytest.approx(survey([speak(1)], TRIMMING).level, abs=0.5)


def test_a_click_does_not_decide_where_sound_is():
    sound = np.concatenate([SILENCE, 0.1 * speak(3), SILENCE])
    clicked = sound.copy()
    clicked[100:105] = 0.99
    assert (survey([clicked], TRIMMING).is_active == survey([sound], TRIMMING).is_active).mean() > 0.98


def test_a_constant_offset_is_no_sound():
    sound = np.concatenate([SILENCE, speak(2), SILENCE])
    plain, shifted = survey([sound], TRIMMING), survey([sound + np.float32(0.25)], TRIMMING)
    assert (plain.is_active == shifted.is_active).all()
    assert shifted.bandwidth == plain.bandwidth


def test_rounding_is_no_sound():
    rounded = np.random.default_rng(0).integers(-1, 2, RATE) / 2**16
    heard = survey([tone(1, level=-60), rounded.astype(np.float32)], TRIMMING)
    assert heard.silence == pytest.approx(0.5)


def test_it_is_the_same_whatever_the_blocks():
    generator = np.random.default_rng(0)
    sound = np.concatenate([0.3 * SILENCE, speak(2 * STRETCH / RATE + 1.23)])
    whole = survey([sound], TRIMMING)
    assert len(whole.levels) == len(sound) // FRAME  # no frame is lost where blocks end
    for blocks in [cut(sound, generator) for _ in range(5)] + [np.array_split(sound, 300)]:
        heard = survey(blocks, TRIMMING)
        assert np.array_equal(heard.levels, whole.levels)
        assert np.array_equal(heard.spectrum, whole.spectrum)


@pytest.mark.parametrize("highest", [1000, 3400, 7000])
def test_bandwidth_is_the_highest_frequency_that_is_there(highest):
    noise = np.fft.rfft(np.random.default_rng(0).normal(size=4 * RATE))
    noise[np.fft.rfftfreq(4 * RATE, 1 / RATE) > highest] = 0
    heard = survey([0.1 * np.fft.irfft(noise).astype(np.float32)], TRIMMING)
    assert heard.bandwidth == pytest.approx(highest, abs=100)


@pytest.mark.parametrize(
    ("sound", "status", "code"),
    [
        (np.empty(0, np.float32), "unreadable", "undecodable_sound"),
        (np.zeros(FRAME - 1, np.float32), "unreadable", "undecodable_sound"),
        (SILENCE, "silent", "silent"),
        (tone(1, level=-70), "silent", "silent"),
        (np.full(RATE, 0.3, np.float32), "silent", "silent"),
    ],
)
def test_nothing_and_silence_are_told_apart(sound, status, code):
    with pytest.raises(SoundError) as error:
        survey([sound], TRIMMING)
    assert (error.value.status, error.value.code) == (status, code)
    assert error.value.values == ({"silence": TRIMMING.silence} if code == "silent" else {})


def test_no_blocks_at_all_are_unreadable():
    with refused("undecodable_sound", "nothing can be decoded", SoundError):
        survey([], TRIMMING)
