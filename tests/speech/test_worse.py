"""Features of what went through channels."""

import numpy as np

from keras_impl.speech.config import SoundConfig
from keras_impl.speech.extract import write_clip
from keras_impl.speech.lfcc import pooled_lfcc
from keras_impl.speech.segments import condition
from keras_impl.speech.worse import worse_features
from tests.speech.speech import speak

CONFIG = SoundConfig()


def test_each_clip_goes_through_a_channel_of_its_own_and_a_damaged_one_is_none(tmp_path):
    sounds = [condition(speak(1.5, seed=seed), CONFIG)[0] for seed in range(3)]
    clips = [tmp_path / f"{number}.flac" for number in range(4)]
    for clip, sound in zip(clips, sounds, strict=False):
        write_clip(clip, sound)
    clips[3].write_bytes(b"no sound")
    features = worse_features(clips, CONFIG, 0)
    assert features.shape == (4, CONFIG.feature_dimensions)
    assert np.isnan(features).any(axis=1).tolist() == [False, False, False, True]
    assert np.array_equal(features, worse_features(clips, CONFIG, 0), equal_nan=True)
    assert not np.array_equal(features[:3], worse_features(clips, CONFIG, 1)[:3])
    for found, sound in zip(features, sounds, strict=False):
        assert not np.allclose(found, pooled_lfcc(sound, CONFIG.lfcc), atol=0.01)
