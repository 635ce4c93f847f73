"""LFCC against a second reading of their definition, written with loops and sums, and cases known exactly."""

import math

import numpy as np
import pytest

from keras_impl.speech.config import LfccConfig
from keras_impl.speech.lfcc import differences, filter_bank, lfcc, pooled_lfcc
from tests.speech.speech import RATE, speak

CONFIG = LfccConfig()
FRAME, HOP, FFT, COEFFICIENTS, REACH = CONFIG.frame, CONFIG.hop, CONFIG.fft, CONFIG.coefficients, CONFIG.reach


@pytest.fixture(scope="module")
def speech():
    return speak(1.5).astype(float)


# ---- a second implementation, for one frame at a time ----


def emphasised(samples):
    """The high pass, sample by sample."""
    return [samples[0]] + [samples[n] - 0.97 * samples[n - 1] for n in range(1, len(samples))]


def power_at(frame, bin_):
    """Power of a frame at a multiple of 31.25 Hz, by the definition of the Fourier transform."""
    real = sum(value * math.cos(2 * math.pi * bin_ * n / 512) for n, value in enumerate(frame))
    imaginary = sum(value * math.sin(2 * math.pi * bin_ * n / 512) for n, value in enumerate(frame))
    return real**2 + imaginary**2


def triangle(frequency, number):
    """Height of a filter: 0 at the last one's centre, 1 at its own, 0 at the next one's; 21 steps are 8 kHz."""
    step = 8000 / 21
    low, centre, high = (step * (number + k) for k in range(3))
    if low <= frequency <= centre:
        return (frequency - low) / (centre - low)
    return (high - frequency) / (high - centre) if centre < frequency <= high else 0.0


def coefficients_of(frame):
    """The 20 coefficients of 320 samples after the high pass."""
    window = [0.54 - 0.46 * math.cos(2 * math.pi * n / 319) for n in range(320)]
    weighted = [value * weight for value, weight in zip(frame, window, strict=True)]
    powers = [power_at(weighted, bin_) for bin_ in range(257)]
    logs = [
        math.log(sum(power * triangle(31.25 * bin_, number) for bin_, power in enumerate(powers)) + 1e-10)
        for number in range(20)
    ]
    return [
        math.sqrt((1 if k == 0 else 2) / 20)
        * sum(value * math.cos(math.pi * k * (2 * n + 1) / 40) for n, value in enumerate(logs))
        for k in range(20)
    ]


def test_a_second_implementation_gives_the_same(speech):
    found, filtered = lfcc(speech, CONFIG), emphasised(speech.tolist())
    assert found.shape == (1 + (len(speech) - 320) // 160, 20)
    for place in (0, 1, 30, len(found) - 1):
        assert found[place] == pytest.approx(coefficients_of(filtered[160 * place : 160 * place + 320]), abs=1e-6)


def test_differences_are_least_squares_slopes(speech):
    coefficients = lfcc(speech, CONFIG)
    found, times = differences(coefficients, REACH), np.arange(-3, 4)
    assert found.shape == coefficients.shape
    for place in (0, 2, 40, len(coefficients) - 1):
        rows = coefficients[np.clip(place + times, 0, len(coefficients) - 1)]
        assert found[place] == pytest.approx(np.polyfit(times, rows, 1)[0], abs=1e-9)


@pytest.mark.parametrize(("reach", "count"), [(1, 1), (3, 2), (3, 7), (9, 5), (50, 30)])
def test_differences_are_least_squares_slopes_however_few_frames_there_are(reach, count):
    coefficients, times = np.random.default_rng(0).normal(size=(count, 4)), np.arange(-reach, reach + 1)
    found = differences(coefficients, reach)
    for place in range(count):
        rows = coefficients[np.clip(place + times, 0, count - 1)]
        assert found[place] == pytest.approx(np.polyfit(times, rows, 1)[0], abs=1e-9)


def test_pooled_are_means_and_deviations_of_all_three(speech):
    static = lfcc(speech, CONFIG)
    first = differences(static, REACH)
    second = differences(first, REACH)
    pooled = pooled_lfcc(speech, CONFIG)
    assert pooled.dtype == np.float32
    assert pooled.shape == (CONFIG.dimensions,) == (120,)
    for place, table in enumerate((static, first, second)):
        assert pooled[20 * place : 20 * place + 20] == pytest.approx(table.sum(axis=0) / len(table), abs=1e-4)
        deviations = np.sqrt(np.square(table - table.mean(axis=0)).mean(axis=0))
        assert pooled[60 + 20 * place : 80 + 20 * place] == pytest.approx(deviations, abs=1e-4)


# ---- exact cases ----


def test_silence_has_one_coefficient_and_no_change():
    found = lfcc(np.zeros(RATE), CONFIG)
    assert found[:, 0] == pytest.approx(math.sqrt(COEFFICIENTS) * math.log(CONFIG.nothing))
    assert np.abs(found[:, 1:]).max() < 1e-9
    assert np.abs(differences(found, REACH)).max() < 1e-9


@pytest.mark.parametrize("number", [0, 3, 10, 19])
def test_a_tone_lands_in_the_filter_around_it(number):
    frequency = (number + 1) * 8000 / (COEFFICIENTS + 1)
    tone = np.sin(2 * np.pi * frequency * np.arange(FRAME) / RATE) * np.hamming(FRAME)
    energies = filter_bank(CONFIG) @ np.square(np.abs(np.fft.rfft(tone, FFT)))
    assert energies.argmax() == number
    assert energies[number] > 0.8 * energies.sum()


def test_filters_share_out_every_frequency_between_them():
    sums = filter_bank(CONFIG).sum(axis=0)
    frequencies = np.arange(FFT // 2 + 1) * RATE / FFT
    first, last = 8000 / (COEFFICIENTS + 1), 8000 * COEFFICIENTS / (COEFFICIENTS + 1)
    assert sums[(frequencies >= first) & (frequencies <= last)] == pytest.approx(1)
    assert sums[0] == pytest.approx(0)
    assert sums[-1] == pytest.approx(0)


def test_twice_as_loud_moves_only_the_first_coefficient(speech):
    noise = np.random.default_rng(0).normal(0, 0.01, len(speech))  # no frame without any sound
    change = lfcc(20 * (speech + noise), CONFIG) - lfcc(10 * (speech + noise), CONFIG)
    assert change[:, 0] == pytest.approx(math.sqrt(COEFFICIENTS) * math.log(4), abs=1e-3)
    assert np.abs(change[:, 1:]).max() < 1e-3


def test_differences_of_a_ramp_are_its_slope():
    ramp = np.outer(np.arange(50), [2.0, -0.5])
    inner = slice(REACH, -REACH)
    assert differences(ramp, REACH)[inner] == pytest.approx(np.tile([2.0, -0.5], (50 - 2 * REACH, 1)))
    assert differences(np.full((9, 2), 7.0), REACH) == pytest.approx(0)


def test_one_frame_is_enough():
    assert lfcc(np.ones(FRAME), CONFIG).shape == (1, COEFFICIENTS)
    assert lfcc(np.ones(FRAME + HOP), CONFIG).shape == (2, COEFFICIENTS)
    assert np.isfinite(pooled_lfcc(np.ones(FRAME, np.float32), CONFIG)).all()
