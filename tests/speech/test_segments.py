"""Segments: spread over the file, at one level, without the silence around them, whatever the file was like."""

import tracemalloc
from itertools import pairwise

import av
import numpy as np
import pytest

from keras_impl.errors import SoundError
from keras_impl.speech.config import SoundConfig
from keras_impl.speech.extract import find_in_tracks
from keras_impl.speech.segments import condition, cut_segments, fill, plan_segments
from keras_impl.speech.survey import survey
from keras_impl.speech.voice_activity import SpeechDetector
from tests.refusals import refused
from tests.speech.speech import RATE, speak

CONFIG = SoundConfig()


def pause(seconds):
    return np.zeros(round(seconds * RATE), np.float32)


def segments_of(sound, wanted=100, blocks=None):
    """Plan and cut, from blocks or the whole at once."""
    blocks = [sound] if blocks is None else blocks
    return list(cut_segments(blocks, plan_segments(survey(blocks, CONFIG.trimming), wanted, CONFIG), CONFIG))


def level_of(samples):
    """Decibels of full scale of all of it."""
    return 10 * np.log10(np.square(samples.astype(float)).mean())


@pytest.fixture(scope="module")
def sentence():
    """Eleven seconds of speech with a pause in it, and silence around it."""
    return np.concatenate([pause(1.5), speak(6, seed=1), pause(0.7), speak(5, seed=2), pause(2)])


# ---- where they are ----


def test_they_begin_with_the_first_sound_and_follow_each_other(sentence):
    segments = segments_of(sentence)
    assert len(segments) == 3
    assert segments[0].start == pytest.approx(1.5, abs=0.02)
    for one, next_one in pairwise(segments):
        assert one.start + one.seconds <= next_one.start + 1e-9
    assert all(CONFIG.least_seconds <= segment.seconds <= CONFIG.segment_seconds for segment in segments)
    assert segments[-1].start + segments[-1].seconds == pytest.approx(13.2, abs=0.02)


def test_start_says_where_in_the_file_a_segment_is(sentence):
    sound = np.concatenate([sentence] * 3)
    segments = segments_of(sound)
    assert len(segments) > 6
    for segment in segments:
        there = sound[round(segment.start * RATE) :][: len(segment.samples)].astype(float)
        there -= there.mean()
        scale = segment.samples @ there / (there @ there)
        assert np.abs(segment.samples - scale * there).max() < 0.01


def test_silence_at_both_ends_of_each_is_cut_off():
    segments = segments_of(np.concatenate([speak(3.5), pause(5), speak(3.5, seed=1)]))
    assert [segment.start for segment in segments] == pytest.approx([0, 8.5], abs=0.05)
    assert [segment.seconds for segment in segments] == pytest.approx([3.5, 3.5], abs=0.07)


def test_a_few_are_spread_over_the_whole_file():
    sound = speak(60)
    starts = [segment.start for segment in segments_of(sound, wanted=4)]
    assert len(starts) == 4
    assert starts[0] < 12
    assert starts[-1] > 44
    assert min(np.diff(starts)) > 8


def test_a_piece_with_hardly_any_sound_is_left_out():
    blip = speak(0.5)
    sound = np.concatenate([speak(4), pause(3.4), blip, pause(4), speak(4, seed=1)])
    assert [segment.start > 5 for segment in segments_of(sound)] == [False, True]
    assert plan_segments(survey([blip], CONFIG.trimming), 4, CONFIG) == []


def test_a_piece_of_nothing_but_faint_noise_is_left_out():
    """It counts as sound beside speech that is hardly louder, and as silence by itself."""
    faint = np.random.default_rng(0).normal(0, 10 ** (-72 / 20), 8 * RATE).astype(np.float32)
    quiet = 0.02 * speak(4)
    segments = segments_of(np.concatenate([quiet, faint, quiet]))
    assert 2 <= len(segments) <= 4
    assert max(segment.seconds for segment in segments) <= 4


def test_they_are_the_same_whatever_the_blocks(sentence):
    generator, expected = np.random.default_rng(0), segments_of(sentence)
    cuts = [np.sort(generator.integers(0, len(sentence), 20)) for _ in range(4)]
    for blocks in [*(np.split(sentence, cut) for cut in cuts), np.array_split(sentence, 5000)]:
        found = segments_of(sentence, blocks=blocks)
        assert [segment.start for segment in found] == [segment.start for segment in expected]
        assert all(np.array_equal(a.samples, b.samples) for a, b in zip(found, expected, strict=True))


def test_only_as_much_is_heard_as_is_needed(sentence):
    def blocks():
        yield sentence
        raise AssertionError("heard on")

    assert len(list(cut_segments(blocks(), [(200, 500)], CONFIG))) == 1


# ---- how they sound ----


@pytest.mark.parametrize("gain", [-30, -15, 15, 30])
def test_they_are_the_same_whatever_the_gain_of_the_file(gain, sentence):
    expected, found = segments_of(sentence), segments_of(sentence * np.float32(10 ** (gain / 20)))
    assert [segment.start for segment in found] == pytest.approx([segment.start for segment in expected], abs=0.02)
    for one, other in zip(found, expected, strict=True):
        length = min(len(one.samples), len(other.samples))
        assert length > 0.99 * len(other.samples)
        assert np.abs(one.samples[:length] - other.samples[:length]).max() < 0.002


def test_the_level_is_that_of_the_frames_with_sound():
    sound = np.random.default_rng(0).normal(0, 0.2, 4 * RATE).astype(np.float32)
    sound[RATE : 2 * RATE] = 0
    samples, cut = condition(sound, CONFIG)
    assert cut == 0
    assert level_of(np.delete(samples, slice(RATE, 2 * RATE))) == pytest.approx(CONFIG.level, abs=0.1)


def test_peaks_stay_within_the_range():
    sound = np.random.default_rng(0).normal(0, 0.001, 2 * RATE).astype(np.float32)
    sound[RATE] = 0.9
    samples, _ = condition(sound, CONFIG)
    assert np.abs(samples).max() <= CONFIG.peak + 1e-6
    for segment in segments_of(40 * speak(4)):
        assert np.abs(segment.samples).max() <= CONFIG.peak + 1e-6


@pytest.mark.parametrize("lead", [0.01, 0.333, 2.0, 7.77])
def test_silence_before_and_after_changes_nothing(lead):
    sound = speak(3.5)
    (plain,), (led,) = segments_of(sound), segments_of(np.concatenate([pause(lead), sound, pause(1)]))
    shift = round((led.start - lead - plain.start) * RATE)
    assert abs(shift) <= 160  # frames of 10 ms may begin elsewhere
    one, other = (plain.samples[shift:], led.samples) if shift >= 0 else (plain.samples, led.samples[-shift:])
    length = min(len(one), len(other))
    assert length > 3.4 * RATE
    assert np.abs(one[:length] - other[:length]).max() < 0.01


def test_a_constant_offset_changes_nothing():
    sound = speak(3.5)
    (plain,), (shifted,) = segments_of(sound), segments_of(sound + np.float32(0.2))
    assert abs(shifted.samples.mean()) < 1e-3
    assert len(shifted.samples) == len(plain.samples)
    assert np.abs(shifted.samples - plain.samples).max() < 1e-4


def test_a_short_segment_is_repeated_and_a_long_one_cut():
    short = np.arange(1000, dtype=np.float32)
    assert np.array_equal(fill(short, CONFIG)[:2500], np.concatenate([short, short, short[:500]]))
    assert len(fill(short, CONFIG)) == len(fill(np.zeros(CONFIG.samples + 5), CONFIG)) == CONFIG.samples
    with pytest.raises(SoundError):
        fill(short[:0], CONFIG)


# ---- tracks ----


def write_tracks(path, sounds):
    """Write a film with several sound tracks."""
    with av.open(str(path), "w") as container:
        streams = [container.add_stream("aac", rate=RATE, layout="mono") for _ in sounds]
        for stream, sound in zip(streams, sounds, strict=True):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound[None], np.float32), "fltp", "mono")
            frame.sample_rate = RATE
            resampler = av.AudioResampler("fltp", "mono", RATE, frame_size=stream.frame_size)
            for each in [*resampler.resample(frame), *resampler.resample(None)]:
                container.mux(stream.encode(each))
            container.mux(stream.encode(None))
    return path


def test_the_first_track_in_which_somebody_speaks_is_heard(tmp_path):
    noise = np.random.default_rng(0).normal(0, 0.05, 4 * RATE).astype(np.float32)
    silence = np.zeros(4 * RATE, np.float32)
    how = np.inf, 8, SpeechDetector(CONFIG.voice), CONFIG
    (alone,) = find_in_tracks(write_tracks(tmp_path / "one.mkv", [speak(4)]), *how)[2]
    for number, tracks in enumerate(([noise, speak(4)], [silence, speak(4)], [speak(4), noise])):
        _, _, (segment,) = find_in_tracks(write_tracks(tmp_path / f"{number}.mkv", tracks), *how)
        assert np.array_equal(segment.samples, alone.samples)
    with refused("no_speech", "nobody speaks", SoundError):  # the first one's reason
        find_in_tracks(write_tracks(tmp_path / "none.mkv", [noise, silence]), *how)


# ---- memory ----


def endless(seconds):
    """As many seconds of speech in blocks, never more than one of them at a time."""
    block = speak(4)
    for number in range(seconds // 4):
        yield block * np.float32(0.5 + 0.4 * (number % 3))


def peak_memory(seconds):
    """Megabytes that hearing so much of it takes at most, with eight segments kept."""
    tracemalloc.start()
    heard = survey(endless(seconds), CONFIG.trimming)
    segments = list(cut_segments(endless(seconds), plan_segments(heard, 8, CONFIG), CONFIG))
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    assert heard.seconds == seconds
    assert len(segments) == 8
    return peak


def test_hours_need_the_memory_of_minutes():
    assert peak_memory(3 * 3600) < peak_memory(600) + 25  # levels of 10 ms: 4 MB for 3 hours, sorted once
