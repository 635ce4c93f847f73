"""Frames must be exact, whatever the file is like."""

import gc
import os
from fractions import Fraction

import av
import cv2
import numpy as np
import pytest

from keras_impl.errors import MediaError
from keras_impl.media.video import VideoReader, spread
from tests.conftest import write_video
from tests.refusals import refused


def decode_all(path):
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def read(path, numbers):
    with VideoReader(path) as reader:
        return list(reader.read(numbers))


@pytest.mark.parametrize(
    ("name", "codec", "container"),
    [
        ("indexed.mp4", "libx264", None),
        ("matroska.mkv", "libx264", None),
        ("web.webm", "libvpx", None),
        ("stamps_twice.avi", "mpeg4", None),
        ("no_stamps.h264", "libx264", "h264"),
        ("inexact_seek.ts", "libx264", "mpegts"),
    ],
)
def test_frames_equal_a_full_decode(tmp_path, name, codec, container):
    path = write_video(tmp_path / name, codec=codec, container=container)
    expected = decode_all(path)
    assert len(expected) == 40
    for numbers in ([0], [39], [5, 17, 30], range(40)):
        frames = read(path, numbers)
        assert [frame.number for frame in frames] == list(numbers)
        assert all(np.array_equal(frame.image, expected[frame.number]) for frame in frames)


def test_times_follow_a_variable_frame_rate(tmp_path):
    stamps = np.cumsum(np.random.default_rng(0).integers(1, 9, 40)).tolist()
    path = write_video(tmp_path / "uneven.mp4", stamps=stamps)
    frames = read(path, [3, 20])
    assert [frame.time for frame in frames] == pytest.approx([(stamps[n] - stamps[0]) / 100 for n in (3, 20)])


@pytest.mark.slow
def test_real_videos_are_exact(shared_videos):
    for path in sorted(shared_videos.glob("videos_*/**/*.mp4")):
        expected = decode_all(path)
        for wanted in (1, 3):  # one alone: the decoder then has seen nothing of the file before it
            frames = read(path, spread(len(expected), wanted))
            assert len(frames) == wanted
            assert all(np.array_equal(frame.image, expected[frame.number]) for frame in frames), path


@pytest.mark.parametrize("threads", [1, 2])
def test_frames_are_exact_whatever_is_skipped_in_between(tmp_path, threads):
    """Frames that no other is built on are skipped; with many of them, none of the others may change."""
    path = tmp_path / "skipped.mp4"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=25, options={"bf": "3", "b-pyramid": "none", "g": "60"})
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        draw = np.random.default_rng(0)
        image = draw.integers(0, 256, (64, 96, 3), np.uint8)
        for _ in range(90):
            image = np.roll(image, draw.integers(-4, 5, 2), axis=(0, 1))
            output.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")))
        output.mux(stream.encode())
    expected = decode_all(path)
    for number in range(0, 90, 7):
        with VideoReader(path, threads) as reader:
            (frame,) = reader.read([number])
        assert np.array_equal(frame.image, expected[number]), number


def test_a_wrong_frame_count_in_the_header_is_not_believed(tmp_path):
    path = write_video(tmp_path / "wrong.avi", codec="mpeg4")
    content = bytearray(path.read_bytes())
    header, streams = content.index(b"avih") + 8, content.index(b"strh") + 8
    for place in (header + 16, streams + 32):  # dwTotalFrames, dwLength
        assert int.from_bytes(content[place : place + 4], "little") == 40
        content[place : place + 4] = (7).to_bytes(4, "little")
    path.write_bytes(content)
    expected = decode_all(path)
    frames = read(path, [3, 20, 39])
    assert [frame.number for frame in frames] == [3, 20, 39]
    assert all(np.array_equal(frame.image, expected[frame.number]) for frame in frames)


def test_reading_ends_when_the_time_is_over(tmp_path):
    path = write_video(tmp_path / "long.mp4")
    with refused("too_slow", "takes more than 0 seconds to read", limit=0):
        VideoReader(path, seconds=0)


def test_rotation_flag_is_honoured(tmp_path):
    path = write_video(tmp_path / "phone.mp4", frames=3)
    upright = read(path, [1])[0].image
    content = bytearray(path.read_bytes())
    header = content.index(b"tkhd") + 4 + 40  # the display matrix of version 0
    one, zero, minus_one = b"\0\1\0\0", b"\0\0\0\0", b"\xff\xff\0\0"
    content[header : header + 20] = zero + one + zero + minus_one + zero  # a quarter turn clockwise
    path.write_bytes(content)
    turned = read(path, [1])[0].image
    assert turned.shape == (96, 64, 3)
    assert np.array_equal(turned, np.rot90(upright, -1))


def test_frames_are_freed_without_the_garbage_collector(tmp_path):
    path = write_video(tmp_path / "freed.mp4")
    gc.collect()
    gc.disable()
    try:
        read(path, [1, 20, 39])
        assert not [kept for kept in gc.get_objects() if isinstance(kept, av.VideoFrame)]
    finally:
        gc.enable()


def set_matrix(path, a, b, c, d):
    """Write the turning part of a display matrix into the (only) video track of an MP4 file."""
    content = bytearray(path.read_bytes())
    header = content.index(b"tkhd") + 4 + 40
    for place, element in zip((0, 4, 12, 16), (a, b, c, d), strict=True):
        content[header + place : header + place + 4] = (element << 16).to_bytes(4, "big", signed=True)
    path.write_bytes(content)


MATRICES = {
    (1, 0, 0, 1): lambda image: image,
    (0, 1, -1, 0): lambda image: np.rot90(image, -1),
    (-1, 0, 0, -1): lambda image: np.rot90(image, 2),
    (0, -1, 1, 0): np.rot90,
    (-1, 0, 0, 1): np.fliplr,
    (1, 0, 0, -1): np.flipud,
    (0, 1, 1, 0): lambda image: image.transpose(1, 0, 2),
    (0, -1, -1, 0): lambda image: np.rot90(image, 2).transpose(1, 0, 2),
}


@pytest.mark.parametrize("matrix", MATRICES)
def test_the_whole_display_matrix_is_applied(tmp_path, matrix):
    path = write_video(tmp_path / "turned.mp4", frames=3)
    stored = read(path, [1])[0].image
    set_matrix(path, *matrix)
    assert np.array_equal(read(path, [1])[0].image, MATRICES[matrix](stored))


@pytest.mark.parametrize(
    ("aspect", "size"), [((2, 1), (192, 64)), ((1, 2), (96, 128)), ((4096, 4095), (96, 64)), ((1000, 1), (96, 64))]
)
@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_pixels_come_out_square(tmp_path, aspect, size, ending):
    path = tmp_path / f"oblong.{ending}"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(*aspect)
        image = cv2.resize(np.eye(4, 6, dtype=np.uint8) * 255, (96, 64))
        output.mux(stream.encode(av.VideoFrame.from_ndarray(np.repeat(image[..., None], 3, 2), format="rgb24")))
        output.mux(stream.encode())
    read_image = read(path, [0])[0].image
    assert read_image.shape == (*size[::-1], 3)
    assert np.abs(read_image[..., 0].astype(int) - cv2.resize(image, size)).mean() < 12


def test_oblong_pixels_are_stretched_before_the_picture_is_turned(tmp_path):
    path = tmp_path / "both.mp4"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(2)
        output.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((64, 96, 3), np.uint8), format="rgb24")))
        output.mux(stream.encode())
    set_matrix(path, 0, 1, -1, 0)
    assert read(path, [0])[0].image.shape == (192, 64, 3)


def write_tracks(path, *tracks):
    """Write a video of several tracks: width, number of frames, and whether it is the default one."""
    with av.open(str(path), "w") as output:
        streams = []
        for width, frames, is_default in tracks:
            stream = output.add_stream("libx264", rate=25)
            stream.width, stream.height, stream.pix_fmt = width, 64, "yuv420p"
            stream.disposition = av.stream.Disposition.default if is_default else av.stream.Disposition(0)
            streams.append((stream, frames))
        for stream, frames in streams:
            for _ in range(frames):
                image = np.zeros((64, stream.width, 3), np.uint8)
                output.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
            output.mux(stream.encode())
    return path


@pytest.mark.parametrize(
    "tracks",
    [
        [(128, 9, False), (96, 9, True)],
        [(96, 9, True), (128, 9, False)],
        [(64, 9, True), (96, 9, True)],
        [(128, 1, True), (96, 9, False)],
    ],
)
def test_the_track_that_a_player_shows_is_read(tmp_path, tracks):
    assert read(write_tracks(tmp_path / "two.mp4", *tracks), [0])[0].image.shape == (64, 96, 3)


def test_a_cover_is_no_video(tmp_path):
    path = tmp_path / "cover.mp4"
    with av.open(str(path), "w") as output:
        sound = output.add_stream("aac", rate=16000, layout="mono")
        cover = output.add_stream("mjpeg", rate=25)
        cover.width, cover.height, cover.pix_fmt = 64, 64, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        output.mux(cover.encode(av.VideoFrame(64, 64, "yuvj420p")))
        output.mux(cover.encode())
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 16000
        output.mux([*sound.encode(frame), *sound.encode()])
    with refused("no_video_track", "it has sound only", has_sound=True):
        VideoReader(path)


def as_stored(source, path):
    """Copy a video into a container, its packets numbered in the order in which they are stored."""
    with av.open(str(source)) as given, av.open(str(path), "w") as output:
        stream = output.add_stream_from_template(given.streams.video[0])
        for number, packet in enumerate(given.demux(video=0)):
            if packet.size:
                packet.stream, packet.time_base = stream, Fraction(1, 25)
                packet.pts = packet.dts = number
                output.mux(packet)
    return path


@pytest.mark.parametrize("ending", ["avi", "mkv"])
def test_all_frames_come_where_packets_are_numbered_as_they_are_stored(tmp_path, ending):
    """AVI knows no display order; what is copied from it to Matroska may keep its numbers."""
    source = write_video(tmp_path / ("x.avi" if ending == "avi" else "source.mp4"))
    expected = decode_all(source)
    path = source if ending == "avi" else as_stored(source, tmp_path / "x.mkv")
    with VideoReader(path) as reader:
        frames = list(reader.read(range(len(reader))))
        assert reader.missing == set()
    assert len(frames) == 40
    assert all(np.array_equal(frame.image, expected[frame.number]) for frame in frames)
    assert frames[-1].time == pytest.approx(39 / 25, abs=0.01)


def test_video_cut_short_still_gives_its_beginning(tmp_path):
    path = write_video(tmp_path / "whole.ts", frames=200, container="mpegts")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with VideoReader(path) as reader:
        assert 0 < len(reader) < 200
        assert len(list(reader.read(spread(len(reader), 4)))) >= 3


def test_frames_that_cannot_be_decoded_are_left_out(tmp_path):
    path = write_video(tmp_path / "damaged.mp4")
    content = bytearray(path.read_bytes())
    start = content.index(b"mdat") + 4
    content[start : start + 400] = bytes(400)
    path.write_bytes(content)
    with VideoReader(path) as reader:
        came = {frame.number for frame in reader.read(range(len(reader)))}
        assert len(came) < 40
        assert reader.missing == set(range(len(reader))) - came


def test_tags_that_are_not_utf8_do_no_harm(tmp_path):
    path = tmp_path / "tagged.mp4"
    with av.open(str(path), "w") as output:
        output.metadata["title"] = "PLACEHOLDER"
        stream = output.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        output.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")))
        output.mux(stream.encode())
    content = path.read_bytes()
    assert content.count(b"PLACEHOLDER") == 1
    path.write_bytes(content.replace(b"PLACEHOLDER", b"caf\xe9 \xff\xfe   "))
    assert len(read(path, [0])) == 1


@pytest.mark.parametrize(
    ("content", "code", "reason"),
    [
        (b"", "not_decoded", "can't be opened"),
        (b"just text\n" * 100, "not_decoded", "can't be opened"),
        (None, "missing", "does not exist"),
    ],
)
def test_what_is_no_video_is_refused(tmp_path, content, code, reason):
    path = tmp_path / "x.mp4"
    if content is not None:
        path.write_bytes(content)
    with refused(code, reason):
        VideoReader(path)


def test_a_folder_and_a_broken_link_are_refused(tmp_path):
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "link.mp4").symlink_to(tmp_path / "nowhere")
    with refused("not_a_file", "is not a file"):
        VideoReader(tmp_path / "folder.mp4")
    with refused("missing", "does not exist"):
        VideoReader(tmp_path / "link.mp4")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_read_permission_is_refused(tmp_path):
    path = write_video(tmp_path / "secret.mp4", frames=2)
    path.chmod(0)
    with refused("not_opened", "can't be opened"):
        VideoReader(path)


def test_sound_alone_is_refused(tmp_path):
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("aac", rate=16000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 16000
        output.mux(stream.encode(frame))
        output.mux(stream.encode())
    with refused("no_video_track", "no video track", has_sound=True):
        VideoReader(path)


def test_spread_is_even_and_later_attempts_differ():
    assert spread(300, 1) == [150]
    assert spread(300, 4) == [37, 112, 187, 262]
    attempts = [spread(300, 1, attempt)[0] for attempt in range(5)]
    assert attempts == [150, 75, 225, 37, 187]
    assert spread(1, 1, attempt=4) == [0]


def test_frames_are_spread_over_time_where_the_rate_varies(tmp_path):
    stamps = [*range(0, 90, 3), 100, 150, 200]
    with VideoReader(write_video(tmp_path / "uneven.mp4", frames=33, stamps=stamps)) as reader:
        assert reader.spread(3) == [11, 30, 31]
        assert reader.spread(1) == [30]
        for wanted in range(1, 34):
            numbers = reader.spread(wanted)
            assert len(set(numbers)) == wanted
            assert numbers == sorted(numbers)
            assert 0 <= numbers[0] <= numbers[-1] < 33
        assert len(reader.spread(40)) == 40


@pytest.mark.parametrize("stamps", [None, [0, 3, 7, 10, 13, 17, 20, 23, 27, 30], [0, 4, 8, 12, 20, 24, 28, 32, 36, 40]])
def test_at_an_even_rate_frames_are_spread_by_number(tmp_path, stamps):
    """Rounded time stamps, and a frame dropped now and then, make no difference."""
    with VideoReader(write_video(tmp_path / "even.mp4", frames=10, stamps=stamps)) as reader:
        for attempt in range(3):
            assert reader.spread(4, attempt) == spread(10, 4, attempt)


def test_a_video_cut_off_before_its_index_is_named(tmp_path):
    path = write_video(tmp_path / "cut.mp4")
    path.write_bytes(path.read_bytes()[:1000])
    with refused("cut_off", "seems to be cut off, copy it again", expected="a video"):
        VideoReader(path)


def test_decoders_write_nothing_to_the_terminal(tmp_path, capfd):
    path = write_video(tmp_path / "damaged.mp4")
    capfd.readouterr()
    content = bytearray(path.read_bytes())
    start = content.index(b"mdat") + 4
    content[start + 50 : start + 400] = bytes(350)
    path.write_bytes(content)
    read(path, range(40))
    path.write_bytes(content[:1000])
    with pytest.raises(MediaError):
        read(path, [0])
    assert capfd.readouterr() == ("", "")


def test_an_image_called_a_video_is_named(tmp_path):
    (tmp_path / "x.mp4").write_bytes(b"GIF89a" + bytes(2000))
    with refused("wrong_kind", "it is a GIF image", expected="a video", kind="a GIF image"):
        VideoReader(tmp_path / "x.mp4")


def test_whatever_a_library_throws_stays_with_the_file(tmp_path, monkeypatch):
    path = write_video(tmp_path / "x.mp4")
    monkeypatch.setattr("keras_impl.media.video.reduced", lambda image: {}[0])
    with refused("unreadable", "can't be read"):
        read(path, [0])


@pytest.mark.parametrize(
    "content",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nsecret.mp4\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile secret.mp4\n",
    ],
)
def test_a_list_of_other_files_is_no_video_whatever_it_is_called(tmp_path, content):
    write_video(tmp_path / "secret.mp4")
    (tmp_path / "x.mp4").write_text(content)
    with refused("not_decoded", "can't be opened as a video", expected="a video"):
        VideoReader(tmp_path / "x.mp4")


def test_frames_that_would_fill_the_memory_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("keras_impl.media.image.MOST_PIXELS", 96 * 64 - 1)
    with refused("too_many_pixels", "has 96 x 64 pixels, more than", width=96, height=64):
        VideoReader(write_video(tmp_path / "x.mp4"))
