"""What a recording went through shows in its measures."""

import numpy as np
import pytest

from keras_impl.media import sound_degradation as degradation
from keras_impl.speech.config import SoundConfig, Trimming
from keras_impl.speech.quality import BETTER, MEASURES, measure, quality_of
from keras_impl.speech.segments import condition
from tests.speech.speech import RATE, speak

SPEECH = condition(speak(4), SoundConfig())[0]


def measured(sound):
    return dict(zip(MEASURES, measure(sound, Trimming()), strict=True))


def noisy(ratio):
    return degradation.with_noise(SPEECH, degradation.coloured_noise(RATE, "pink", np.random.default_rng(0)), ratio)


def test_noise_shows_in_the_signal_to_noise_ratio():
    ratios = [measured(noisy(ratio))["snr"] for ratio in (30, 15, 5)]
    assert ratios == sorted(ratios, reverse=True)
    assert ratios[0] - ratios[2] > 15
    assert measured(SPEECH)["snr"] > ratios[0]


def test_a_room_shows_in_the_reverberation():
    times = [0.2, 0.5, 1.0]
    found = [
        np.median(
            [
                measured(degradation.in_room(SPEECH, degradation.room_response(time, np.random.default_rng(seed))))[
                    "reverberation"
                ]
                for seed in range(5)
            ]
        )
        for time in times
    ]
    assert measured(SPEECH)["reverberation"] < found[0] < found[1] < found[2]


def test_a_narrow_band_shows_in_the_bandwidth():
    assert (
        measured(degradation.band_limited(SPEECH, 0, 3400, order=8))["bandwidth"] < 5000 < measured(SPEECH)["bandwidth"]
    )


def test_the_median_of_the_segments_counts_and_all_may_be_better():
    quality = quality_of([SPEECH, noisy(5), noisy(5)], Trimming())
    assert quality["snr"] == pytest.approx(measured(noisy(5))["snr"])
    assert set(BETTER) == set(MEASURES)
