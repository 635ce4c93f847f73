"""The sound of a file: the same whatever holds it, what there is of a damaged one, and nothing else's."""

import json
import multiprocessing
import os
import random
import struct
import subprocess
import sys
import time
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pytest

from keras_impl.errors import MediaError, SoundError
from keras_impl.media import container
from keras_impl.media.audio import BLOCK, SAMPLE_RATE, SoundReader, in_blocks
from tests.conftest import write_video
from tests.refusals import refused
from tests.speech.speech import at_rate, hear, likeness, speak, write_film, write_sound, write_wav

FORMATS = {
    "8_bit.wav": ("pcm_u8", 16_000, 1, 0.99),
    "16_bit.wav": ("pcm_s16le", 16_000, 1, 0.9999),
    "24_bit.wav": ("pcm_s24le", 16_000, 1, 0.9999),
    "float.wav": ("pcm_f32le", 16_000, 1, 0.9999),
    "studio.wav": ("pcm_s24le", 192_000, 1, 0.999),
    "telephone.wav": ("pcm_mulaw", 8_000, 1, 0.98),
    "disc.wav": ("pcm_s16le", 44_100, 2, 0.999),
    "surround.wav": ("pcm_s16le", 48_000, 6, 0.999),
    "lossless.flac": ("flac", 44_100, 2, 0.999),
    "music.mp3": ("libmp3lame", 44_100, 2, 0.99),
    "phone.m4a": ("aac", 44_100, 1, 0.99),
    "stream.aac": ("aac", 16_000, 1, 0.99),
    "message.ogg": ("libopus", 48_000, 1, 0.9),
    "message.opus": ("libopus", 48_000, 1, 0.9),
    "browser.webm": ("libopus", 48_000, 2, 0.9),
}
"""Files, with codec, rate and channels, and how like the original (correlation) their sound has to be."""

COPIES = 80


@pytest.fixture(scope="module")
def speech():
    return speak(3)


def encode(path, speech):
    """Write speech as `FORMATS` says, the same in all channels; skip where FFmpeg came without the encoder."""
    codec, rate, channels, _ = FORMATS[path.name]
    if codec not in av.codecs_available:
        pytest.skip(f"FFmpeg is built without {codec}")
    return write_sound(path, np.repeat(at_rate(speech, rate)[None], channels, 0), rate, codec)


# ---- one sound, many files ----


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_sound_comes_out_of_every_format(name, speech, tmp_path):
    path = encode(tmp_path / name, speech)
    _, rate, channels, alike = FORMATS[name]
    with SoundReader(path) as reader:
        assert (reader.format.sample_rate, reader.format.channels) == (rate, channels)
        assert reader.format.codec
    sound = hear(path)
    assert sound.dtype == np.float32
    assert len(sound) == pytest.approx(len(speech), abs=0.1 * SAMPLE_RATE)
    assert likeness(sound, speech) > alike
    assert sound.std() == pytest.approx(speech.std(), rel=0.12)  # it gets no louder with more channels


def test_the_sound_of_a_video_is_heard(speech, tmp_path):
    path = write_film(tmp_path / "film.mp4", speech)
    assert likeness(hear(path), speech) > 0.99


def test_channels_count_equally(speech, tmp_path):
    path = write_sound(tmp_path / "left.wav", np.stack([speech, 0 * speech]))
    assert np.allclose(hear(path), speech / 2, atol=1e-3)


def test_rate_and_channels_may_change_halfway(speech, tmp_path):
    first = write_sound(tmp_path / "first.aac", speech).read_bytes()
    second = write_sound(tmp_path / "second.aac", np.stack([at_rate(speech, 44_100)] * 2), 44_100).read_bytes()
    (tmp_path / "both.aac").write_bytes(first + second)
    sound = hear(tmp_path / "both.aac")
    assert len(sound) == pytest.approx(2 * len(speech), abs=0.3 * SAMPLE_RATE)
    for half in np.array_split(sound, 2):
        assert likeness(half, speech) > 0.95


def test_what_is_no_number_is_taken_for_silence(speech, tmp_path):
    for rate in (SAMPLE_RATE, 44_100):
        samples = at_rate(speech, rate)
        samples[1000:1100], samples[2000], samples[3000] = np.nan, np.inf, -np.inf
        sound = hear(write_sound(tmp_path / "bad.wav", samples, rate, "pcm_f32le"))
        assert len(sound) == pytest.approx(len(speech), abs=20)
        assert np.abs(sound).max() <= 1
        assert likeness(sound, speech) > 0.8


def test_no_sample_is_so_large_that_its_square_is_no_number(speech, tmp_path):
    samples = 32_768 * speech
    samples[1000], samples[2000] = 1e38, -3e38
    sound = hear(write_sound(tmp_path / "large.wav", samples, codec="pcm_f32le"))
    assert np.isfinite(np.square(sound).sum())
    assert np.array_equal(np.delete(sound, [1000, 2000]), np.delete(samples, [1000, 2000]))


def test_blocks_are_of_one_length_and_the_same_again(tmp_path):
    path = write_wav(tmp_path / "long.wav", speak(9.3))
    with SoundReader(path) as reader:
        first = list(reader.blocks())
        next(reader.blocks())  # given up after a block
        second = list(reader.blocks())
    assert [len(block) for block in first] == [BLOCK, BLOCK, int(9.3 * SAMPLE_RATE) - 2 * BLOCK]
    assert all(np.array_equal(*pair) for pair in zip(first, second, strict=True))


def test_pieces_of_any_lengths_make_the_same_blocks():
    generator, sound = np.random.default_rng(0), np.arange(1000)
    for _ in range(20):
        pieces = np.split(sound, np.sort(generator.integers(0, 1001, 30)))
        blocks = list(in_blocks(pieces, 96))
        assert [len(block) for block in blocks] == [96] * 10 + [40]
        assert np.array_equal(np.concatenate(blocks), sound)
    assert list(in_blocks([], 96)) == list(in_blocks([np.empty(0)], 96)) == []


@pytest.mark.parametrize(("channels", "layout"), [(8, "7.1"), (16, "hexadecagonal"), (64, "64 channels")])
@pytest.mark.parametrize("ending", ["wav", "mka"])
def test_any_number_of_channels_is_read(speech, tmp_path, channels, layout, ending):
    write_packed(tmp_path / f"many.{ending}", np.repeat(speech[:, None], channels, axis=1), layout)
    assert likeness(hear(tmp_path / f"many.{ending}"), speech) > 0.999


def write_packed(path, samples, layout):
    """Write samples, (n, channels), without the planes on which PyAV crashes."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("pcm_s16le", rate=SAMPLE_RATE, layout=layout)
        values = np.ascontiguousarray((samples * 32767).astype(np.int16)).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(values, format="s16", layout=layout)
        frame.sample_rate = SAMPLE_RATE
        output.mux([*stream.encode(frame), *stream.encode()])


def test_channels_that_cancel_each_other_are_heard(speech, tmp_path):
    sound = hear(write_sound(tmp_path / "opposed.wav", np.stack([speech, -speech])))
    assert likeness(sound, speech) > 0.999
    assert sound.std() == pytest.approx(speech.std(), rel=0.01)
    louder = hear(write_sound(tmp_path / "louder.wav", np.stack([-0.9 * speech, speech])))
    assert np.corrcoef(louder, speech)[0, 1] > 0.999


@pytest.mark.parametrize("rate", [SAMPLE_RATE, 44_100])
@pytest.mark.parametrize("value", [1e30, -1e30, np.nan, np.inf])
def test_one_broken_sample_costs_no_other(speech, tmp_path, rate, value):
    samples = at_rate(speech, rate)
    samples[4000] = value
    sound = hear(write_sound(tmp_path / "broken.wav", samples, rate, "pcm_f32le"))
    assert np.abs(sound).max() < 0.5
    assert likeness(sound, speech) > 0.99


def test_the_default_track_comes_first_and_the_others_can_be_heard(speech, tmp_path):
    other = speak(3, seed=1)
    path = tmp_path / "two.mkv"
    with av.open(str(path), "w") as output:
        streams = [output.add_stream("pcm_s16le", rate=SAMPLE_RATE, layout="mono") for _ in range(2)]
        streams[0].disposition, streams[1].disposition = av.stream.Disposition(0), av.stream.Disposition.default
        for stream, sound in zip(streams, (other, speech), strict=True):
            frame = av.AudioFrame.from_ndarray((sound[None] * 32767).astype(np.int16), format="s16", layout="mono")
            frame.sample_rate = SAMPLE_RATE
            output.mux([*stream.encode(frame), *stream.encode()])
    for track, sound in enumerate((speech, other)):
        with SoundReader(path, track=track) as reader:
            assert reader.tracks == 2
            assert likeness(np.concatenate(list(reader.blocks())), sound) > 0.99


def test_sound_goes_on_where_the_header_says_it_ends(speech, tmp_path):
    path = write_wav(tmp_path / "short.wav", speech)
    content = bytearray(path.read_bytes())
    place = content.index(b"data") + 4
    content[place : place + 4] = (16_000).to_bytes(4, "little")
    path.write_bytes(content)
    assert len(hear(path)) == len(speech)


def test_notes_behind_the_sound_are_not_heard(speech, tmp_path):
    path = write_wav(tmp_path / "noted.wav", speech)
    path.write_bytes(path.read_bytes() + b"LIST" + (10_000).to_bytes(4, "little") + b"x" * 10_000)
    assert len(hear(path)) == len(speech)


# ---- what can't be heard ----


def wav_header(rate, channels, size=128_000):
    """A WAV file of so many zeros that says what it likes of them."""
    form = struct.pack("<HHIIHH", 1, channels, rate, (rate * channels * 2) % 2**32, channels * 2, 16)
    return (
        b"RIFF"
        + struct.pack("<I", 36 + size)
        + b"WAVEfmt \x10\0\0\0"
        + form
        + b"data"
        + struct.pack("<I", size)
        + bytes(size)
    )


@pytest.mark.parametrize(
    ("rate", "channels", "code", "reason", "values"),
    [
        (16_000, 200, "too_many_channels", "200 channels", {"channels": 200}),
        (2**31 - 1, 1, "unsupported_rate", "sample rate of 2147483647 Hz", {"rate": 2**31 - 1}),
        (1, 1, "unsupported_rate", "sample rate of 1 Hz", {"rate": 1}),
    ],
)
def test_sound_beyond_all_bounds_is_refused(tmp_path, rate, channels, code, reason, values):
    (tmp_path / "x.wav").write_bytes(wav_header(rate, channels))
    with refused(code, reason, **values):
        hear(tmp_path / "x.wav")


@pytest.mark.parametrize("step", ["convert", "rest"])
def test_whatever_a_library_throws_stays_with_the_file(speech, tmp_path, monkeypatch, step):
    def fail(*_):
        raise av.error.ArgumentError(22, "Invalid argument") if step == "rest" else ValueError("odd")

    monkeypatch.setattr(f"keras_impl.media.audio._Resampler.{step}", fail)
    with refused("unreadable", "can't be read"):
        hear(write_wav(tmp_path / "x.wav", speech))


def test_a_video_without_a_sound_track_is_told_from_an_unreadable_one(tmp_path):
    with refused("no_sound_track", "has no sound track", SoundError) as error:
        SoundReader(write_video(tmp_path / "mute.mp4"))
    assert error.value.status == "no sound track"


@pytest.mark.parametrize("content", [b"", b"no sound\n" * 500, b"RIFF", bytes(5000)])
def test_what_is_no_sound_is_named(content, tmp_path):
    (tmp_path / "no.wav").write_bytes(content)
    with refused("not_decoded", "can't be opened as sound", expected="sound"):
        SoundReader(tmp_path / "no.wav")


def test_what_is_no_file_is_named(tmp_path):
    with refused("not_a_file", "is not a file"):
        SoundReader(tmp_path)
    with refused("missing", "does not exist"):
        SoundReader(tmp_path / "gone.wav")


@pytest.mark.parametrize(
    "playlist",
    [
        "ffconcat version 1.0\nfile secret.wav\n",
        "file 'secret.wav'\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nsecret.wav\n#EXT-X-ENDLIST\n",
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet>'
        '<Representation id="1"><BaseURL>secret.wav</BaseURL></Representation></AdaptationSet></Period></MPD>',
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
    ],
)
@pytest.mark.parametrize("name", ["list.wav", "list.m3u8", "list.ffconcat"])
def test_a_list_of_other_files_is_refused_whatever_it_is_called(playlist, name, speech, tmp_path):
    write_wav(tmp_path / "secret.wav", speech)
    (tmp_path / name).write_text(playlist)
    with refused("not_decoded", "can't be opened as sound", expected="sound"):
        SoundReader(tmp_path / name)


def test_a_name_that_looks_like_an_address_is_a_file(speech, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_wav(tmp_path / "x.wav", speech).rename(tmp_path / "http:x.wav")
    assert likeness(hear(Path("http:x.wav")), speech) > 0.99


def test_a_format_without_a_decoder_is_named(speech, tmp_path):
    path = write_wav(tmp_path / "strange.wav", speech)
    content = bytearray(path.read_bytes())
    content[20:22] = b"\x77\x77"  # the format's number
    path.write_bytes(content)
    with refused("no_decoder", "no decoder", part="sound"):
        SoundReader(path)


def test_reading_ends_when_the_time_is_over(tmp_path, monkeypatch):
    path = write_wav(tmp_path / "long.wav", speak(5).repeat(20))
    clock = count()  # a second later whenever it is looked at, as it is for each packet
    monkeypatch.setattr(container, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    with refused("too_slow", "takes more than 100 seconds to read", limit=100):
        hear(path, 100)


def test_the_time_limit_holds_for_a_file_that_has_no_end(speech, tmp_path):
    path = write_sound(tmp_path / "endless.mka", speech, codec="aac")
    os.truncate(path, 16 << 30)  # zeros, which take no room on the disk but minutes to read
    started = time.monotonic()
    with refused("too_slow", "takes more than 1 seconds to read", limit=1):
        hear(path, 1)
    assert time.monotonic() - started < 10


# ---- damage ----


@pytest.mark.parametrize("name", ["16_bit.wav", "lossless.flac", "music.mp3", "stream.aac", "browser.webm"])
def test_a_file_cut_short_gives_what_there_is(name, speech, tmp_path):
    content = encode(tmp_path / name, speech).read_bytes()
    (tmp_path / name).write_bytes(content[: len(content) * 6 // 10])
    sound = hear(tmp_path / name)
    assert 0.4 < len(sound) / len(speech) < 0.75
    assert likeness(sound, speech[: len(sound)]) > 0.85


def test_a_file_whose_index_is_cut_off_is_named(speech, tmp_path):
    content = write_sound(tmp_path / "cut.m4a", speech).read_bytes()
    (tmp_path / "cut.m4a").write_bytes(content[: len(content) * 6 // 10])
    with refused("cut_off", "can't be opened as sound", expected="sound"):
        hear(tmp_path / "cut.m4a")


def damage(content, draw):
    """Overwrite random bytes, of every other copy those of the header, or cut it off."""
    copy = bytearray(content)
    last = min(1000, len(copy)) if draw.random() < 0.5 else len(copy)
    for _ in range(draw.choice((1, 10, 100))):
        copy[draw.randrange(last)] = draw.randrange(256)
    return copy[: draw.randrange(len(copy))] if draw.random() < 0.2 else copy


def hear_all(folder):
    """Write down what comes of each copy: how many samples, or the reason why none."""
    outcomes = {}
    for path in sorted(folder.glob("copy_*")):
        try:
            sound = hear(path, 20)
            outcomes[path.name] = len(sound) if np.isfinite(sound).all() else "not finite"
        except MediaError as error:
            outcomes[path.name] = str(error)
    (folder / "outcomes.json").write_text(json.dumps(outcomes))


def test_damaged_copies_give_what_there_is_or_a_reason(speech, tmp_path):
    names = [name for name, (codec, *_) in FORMATS.items() if codec in av.codecs_available]
    donors = [encode(tmp_path / name, speech[:SAMPLE_RATE]).read_bytes() for name in names]
    draw = random.Random(0)
    for number in range(COPIES):
        place = number % len(donors)
        (tmp_path / f"copy_{number:03}_{names[place]}").write_bytes(damage(donors[place], draw))
    process = multiprocessing.get_context("spawn").Process(target=hear_all, args=(tmp_path,))
    process.start()
    process.join(timeout=120)
    status = process.exitcode  # None if it hangs, negative if it crashed, 1 after an exception
    process.kill()
    assert status == 0
    outcomes = json.loads((tmp_path / "outcomes.json").read_text())
    assert len(outcomes) == COPIES
    assert "not finite" not in outcomes.values()
    heard = [outcome for outcome in outcomes.values() if isinstance(outcome, int)]
    assert COPIES / 4 < len(heard) < COPIES * 0.95  # the damage is neither too little nor too much
    assert all(outcome for outcome in outcomes.values() if isinstance(outcome, str))


# ---- channels and samples that are odd ----


def write_channels(path, samples, rate=SAMPLE_RATE, bits=16):
    """Write a WAV file of as many channels as there are rows, with any rate in its header, byte by byte."""
    kind, code = (np.float32, 3) if bits == 32 else (np.int16, 1)
    scaled = samples if bits == 32 else np.round(samples * 32767)
    content, width = scaled.T.astype(kind).tobytes(), samples.shape[0] * bits // 8
    header = struct.pack("<HHIIHH", code, len(samples), rate, rate * width & 0xFFFFFFFF, width & 0xFFFF, bits)
    body = b"WAVEfmt " + struct.pack("<I", len(header)) + header + b"data" + struct.pack("<I", len(content)) + content
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    return path


def read_apart(path):
    """Read a file in a process of its own, which a crash of the decoder ends; return what it prints."""
    code = (
        "import sys; from pathlib import Path; from keras_impl.media.audio import SoundReader\n"
        "from keras_impl.errors import MediaError\n"
        "try: print(sum(map(len, SoundReader(Path(sys.argv[1])).blocks())))\n"
        "except MediaError as error: print(error)"
    )
    result = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.parametrize("channels", [1, 2, 7, 8, 9, 16, 64])
def test_any_number_of_channels_is_read_and_mixed(speech, tmp_path, channels):
    path = write_channels(tmp_path / "many.wav", np.repeat(speech[None], channels, 0))
    assert int(read_apart(path)) == len(speech)
    assert likeness(hear(path), speech) > 0.999


@pytest.mark.parametrize("name", ["film.mkv", "film.mp4", "sound.flac"])
def test_seven_point_one_is_read_whatever_holds_it(speech, tmp_path, name):
    codec = "aac" if name.startswith("film") else "flac"
    path = write_sound(tmp_path / name, np.repeat(at_rate(speech, 48_000)[None], 8, 0), 48_000, codec, "7.1")
    assert abs(int(read_apart(path)) - len(speech)) < 2000
    assert likeness(hear(path), speech) > 0.99


@pytest.mark.parametrize(("channels", "rate"), [(200, SAMPLE_RATE), (1, 2**31 - 1), (2, 0), (65_535, 1)])
def test_what_cannot_be_converted_ends_in_one_line_and_no_crash(speech, tmp_path, channels, rate):
    path = write_channels(tmp_path / "odd.wav", np.repeat(speech[None, :500], channels, 0), rate)
    printed = read_apart(path).strip()
    assert len(printed.splitlines()) == 1
    assert printed.isdecimal() or printed.startswith(("has ", "can't "))


@pytest.mark.parametrize("gain", [1.0, 0.7, 0.1])
def test_channels_that_cancel_each_other_out_are_heard_all_the_same(speech, tmp_path, gain):
    path = write_channels(tmp_path / "swapped.wav", np.stack([speech, -speech]))
    assert likeness(hear(path), speech) > 0.999
    path = write_channels(tmp_path / "wide.wav", np.stack([speech, gain * np.roll(speech, 400)]))
    mean = (speech + gain * np.roll(speech, 400)) / 2  # nothing is cancelled here: still the mean
    assert likeness(hear(path), mean) > 0.999


@pytest.mark.parametrize("value", [1e30, -1e30, 50.0, np.inf, np.nan])
@pytest.mark.parametrize("rate", [SAMPLE_RATE, 44_100])
def test_one_broken_sample_spoils_nothing_else(speech, tmp_path, value, rate):
    sound = at_rate(speech, rate).copy()
    sound[len(sound) // 2] = value
    heard = hear(write_channels(tmp_path / "spike.wav", sound[None], rate, bits=32))
    assert np.abs(heard).max() <= 1
    assert likeness(heard, speech) > 0.98


def test_a_file_that_counts_to_32768_is_heard_whole(speech, tmp_path):
    heard = hear(write_channels(tmp_path / "large.wav", 32_768 * speech[None], bits=32))
    assert likeness(heard, speech) > 0.999
