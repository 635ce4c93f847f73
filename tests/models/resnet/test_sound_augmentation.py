"""What training changes about sound: the same for both of a pair, within 16 bits, and as often as it says."""

from dataclasses import replace

import numpy as np
import pytest

from keras_impl.core.tensorflow import tf
from keras_impl.models.resnet.draws import Draws
from keras_impl.models.resnet.recipe import SoundAugmentation
from keras_impl.models.resnet.sound_augmentation import FULL_SCALE, change_sound, mask_frequencies, through_telephone
from tests.speech.speech import RATE, speak

TIMES = np.arange(2 * RATE) / RATE


@pytest.fixture(scope="module")
def pair():
    return tf.constant(np.stack([speak(2), speak(2, seed=1)]) * FULL_SCALE, tf.float32)


SHARES = ("noise_share", "band_share", "codec_share", "mask_share")


def only(name=None):
    """A recipe in which one change happens always and all others never."""
    shares = {share: float(share == name) for share in SHARES}
    return replace(SoundAugmentation(), **shares, **({} if name == "gain" else {"gain": 1e-6}))


def changed(pair, seed, config=SoundAugmentation()):  # noqa: B008 - frozen
    return change_sound(pair, Draws(tf.constant([seed, 7])), config, RATE).numpy()


def power(sounds):
    return np.square(np.abs(np.fft.rfft(sounds, axis=-1)))


def test_the_same_seed_gives_the_same_and_another_one_something_else(pair):
    assert np.array_equal(changed(pair, 1), changed(pair, 1))
    assert not np.array_equal(changed(pair, 1), changed(pair, 2))


def test_the_outcome_is_finite_and_within_16_bits(pair):
    for seed in range(60):
        outcome = changed(3 * pair, seed)
        assert outcome.shape == pair.shape
        assert outcome.dtype == np.float32
        assert np.isfinite(outcome).all()
        assert np.abs(outcome).max() <= 32767


def test_silence_stays_finite():
    for seed in range(30):
        assert np.isfinite(changed(tf.zeros((2, RATE)), seed)).all()


@pytest.mark.parametrize("change", ["gain", "band_share", "codec_share", "mask_share"])
def test_both_of_a_pair_are_changed_in_the_same_way(change, pair):
    for seed in range(8):
        first, second = changed(tf.stack([pair[0], pair[0]]), seed, only(change))
        assert np.array_equal(first, second)
        assert not np.array_equal(first, pair[0])


def test_noise_is_as_loud_for_both_but_not_the_same(pair):
    plain = [changed(pair, seed, only()) for seed in range(4)]
    for seed, before in enumerate(plain):
        noise = changed(pair, seed, only("noise_share")) - before
        assert np.corrcoef(noise)[0, 1] == pytest.approx(0, abs=0.05)
        assert noise[0].std() == pytest.approx(noise[1].std(), rel=0.05)
        assert 14 < 20 * np.log10(before.std() / noise.std()) < 41


def test_without_any_change_it_is_only_turned_in_time(pair):
    outcome = changed(pair, 3, only())
    shift = int(np.argmax(np.fft.irfft(np.fft.rfft(outcome[0]) * np.conj(np.fft.rfft(pair[0])))))
    assert np.allclose(outcome, np.roll(pair, shift, axis=1), atol=0.1)
    assert shift


@pytest.mark.parametrize(("low", "high"), [(1000, 2000), (3400, 8000), (0, 300)])
def test_a_masked_band_is_gone_and_the_rest_untouched(low, high, pair):
    before, after = power(pair), power(mask_frequencies(pair, low, high, RATE).numpy())
    frequencies = np.fft.rfftfreq(pair.shape[1], 1 / RATE)
    inside = (frequencies >= low) & (frequencies <= high)
    assert after[:, inside].sum() < 1e-9 * before[:, inside].sum()
    assert after[:, ~inside].sum() == pytest.approx(before[:, ~inside].sum(), rel=1e-4)


def test_a_band_ends_at_a_frequency_of_the_telephone_or_higher(pair):
    frequencies = np.fft.rfftfreq(pair.shape[1], 1 / RATE)
    for seed in range(10):
        strength = power(changed(pair, seed, only("band_share"))).sum(axis=0)
        highest = frequencies[strength > 1e-9 * strength.max()].max()
        assert 3390 <= highest <= 8000


def test_a_mask_in_time_is_silence_of_at_most_its_length():
    constant = tf.ones((2, 2 * RATE)) * 1000.0
    lengths = []
    for seed in range(12):
        outcome = changed(constant, seed, only("mask_share"))
        assert (np.abs(outcome) < 1).mean(axis=1) == pytest.approx([(np.abs(outcome) < 1).mean()] * 2)
        lengths.append((np.abs(outcome[0]) < 1).sum() / RATE)
    assert max(lengths) <= 2  # all of it, where the mask over frequencies hits the constant
    assert np.median(lengths) <= 0.4


def test_the_telephone_rounds_finely_what_is_not_loud():
    sounds = tf.constant(np.linspace(-32767, 32767, 20_001), tf.float32)
    error = np.abs(through_telephone(sounds, 255.0) - sounds)
    assert np.all(error <= 0.025 * np.abs(sounds) + 6)
    assert len(np.unique(through_telephone(sounds, 255.0).numpy().round(2))) <= 256
    loud = through_telephone(tf.constant([-32767.0, 0.0, 32767.0]), 255.0).numpy()
    assert loud == pytest.approx([-32767, 0, 32767], abs=1)


def test_the_telephone_leaves_speech_recognisable(pair):
    rounded = through_telephone(pair, 255.0).numpy()
    assert np.corrcoef(rounded[0], pair[0])[0, 1] > 0.998
    assert not np.array_equal(rounded, pair)


def test_gain_is_within_its_bounds(pair):
    gains = [
        20 * np.log10(changed(0.1 * pair, seed, only("gain")).std() / (0.1 * pair.numpy()).std()) for seed in range(40)
    ]
    assert max(np.abs(gains)) <= 6.001
    assert max(gains) - min(gains) > 6
