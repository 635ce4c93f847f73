"""Channels are drawn whatever the label, do something, and give segments as they are cut."""

import numpy as np
import pytest

from keras_impl.speech.channels import Channels, as_float, babble, draw_channel, draw_some_channel, send
from keras_impl.speech.config import SoundConfig
from keras_impl.speech.segments import condition
from tests.speech.speech import RATE, speak

CONFIG = SoundConfig()
SPEECH = condition(speak(3), CONFIG)[0]
OTHERS = [condition(speak(2, seed=seed), CONFIG)[0] for seed in range(1, 4)]


def test_shares_are_those_of_the_config():
    generator = np.random.default_rng(0)
    counts = [len(draw_channel(generator, Channels(), OTHERS)) for _ in range(600)]
    none = np.prod([1 - share for share in (0.35, 0.4, 0.07, 0.15, 0.1, 0.4)])
    assert np.mean(np.array(counts) == 0) == pytest.approx(none, abs=0.05)
    assert np.mean(np.array(counts) >= 2) > 0.3
    assert not any(draw_channel(generator, Channels(0, 0, 0, 0, 0, 0), OTHERS) for _ in range(20))


def test_the_same_draw_does_the_same_to_both_of_a_pair():
    for seed in range(12):
        one, other = (
            send(SPEECH, draw_some_channel(np.random.default_rng(seed), Channels(), OTHERS), CONFIG) for _ in range(2)
        )
        np.testing.assert_array_equal(one, other)


KINDS = ("room", "noise", "clipping", "band", "resampling", "codec")


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_changes_a_segment_and_leaves_its_level(kind):
    only = Channels(
        **{name: float(name == kind) for name in ("room", "noise", "clipping", "band", "resampling", "codec")}
    )
    for seed in range(4):
        changes = draw_channel(np.random.default_rng(seed), only, OTHERS)
        sent = send(SPEECH, changes, CONFIG)
        assert changes
        assert len(sent) <= len(SPEECH)
        assert not np.array_equal(sent[:RATE], SPEECH[:RATE])
        assert 20 * np.log10(sent.std()) == pytest.approx(CONFIG.level, abs=3)


def test_what_nothing_is_left_of_stays_as_it_was():
    np.testing.assert_array_equal(send(SPEECH, [np.zeros_like], CONFIG), SPEECH)
    assert send(SPEECH, [], CONFIG) is SPEECH
    # a channel that makes it very quiet is no silence: the other end turns it up
    assert send(SPEECH, [lambda sound: sound * np.float32(1e-4)], CONFIG).std() == pytest.approx(SPEECH.std(), rel=0.1)


def test_babble_is_made_of_the_others():
    noise = babble(OTHERS, 3, np.random.default_rng(0))
    assert len(noise) == max(map(len, OTHERS))
    assert noise.std() > 1.2 * OTHERS[0].std()
    without = draw_channel(np.random.default_rng(0), Channels(0, 1, 0, 0, 0, 0, babble=1.0), [])
    assert send(SPEECH, without, CONFIG).std() > 0  # nobody else is there: noise of a colour


def test_16_bits_are_read_as_shares_of_full_scale():
    np.testing.assert_allclose(as_float(np.array([-32767, 0, 32767], np.int16)), [-1, 0, 1])
