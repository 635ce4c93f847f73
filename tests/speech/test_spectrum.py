"""The short-time Fourier transform against its definition, and cases known exactly."""

import math

import numpy as np
import pytest

from keras_impl.speech.spectrum import power_spectrum

WINDOW = np.hanning(40)


def test_each_place_is_the_definition_of_the_transform():
    samples = np.random.default_rng(0).normal(size=100).astype(np.float32)
    found = power_spectrum(samples, WINDOW, hop=15, fft=64)
    assert found.shape == (1 + (100 - 40) // 15, 33)
    for frame, bin_ in ((0, 0), (2, 7), (4, 32)):
        weighted = samples[15 * frame : 15 * frame + 40].astype(float) * WINDOW
        real = sum(value * math.cos(2 * math.pi * bin_ * n / 64) for n, value in enumerate(weighted))
        imaginary = sum(value * math.sin(2 * math.pi * bin_ * n / 64) for n, value in enumerate(weighted))
        assert found[frame, bin_] == pytest.approx(real**2 + imaginary**2)


def test_a_tone_stands_in_its_own_column():
    tone = np.sin(2 * np.pi * 8 / 64 * np.arange(400))
    assert (power_spectrum(tone, WINDOW, hop=10, fft=64).argmax(axis=1) == 8).all()


def test_an_unfinished_frame_is_dropped_and_too_few_samples_are_refused():
    assert len(power_spectrum(np.ones(49), WINDOW, hop=10, fft=64)) == 1
    assert len(power_spectrum(np.ones(50), WINDOW, hop=10, fft=64)) == 2
    with pytest.raises(ValueError, match="window shape cannot be larger"):
        power_spectrum(np.ones(39), WINDOW, hop=10, fft=64)
