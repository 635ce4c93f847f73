"""Pictures as videos: one alone, or a folder of numbered ones."""

import numpy as np
import pytest

from keras_impl.datasets.record import MediaRecord
from keras_impl.faces.extract import open_record
from keras_impl.media.image import write_png
from keras_impl.media.still import open_frames
from keras_impl.media.video import VideoReader
from tests.conftest import write_video
from tests.refusals import refused


def grey(level, size=(8, 6)):
    return np.full((*size, 3), level, np.uint8)


def test_a_picture_is_a_video_of_one_frame(tmp_path):
    write_png(tmp_path / "x.png", grey(50))
    with open_frames(tmp_path / "x.png") as reader:
        assert (len(reader), reader.duration, reader.spread(1)) == (1, 0, [0])
        (frame,) = reader.read([0])
        assert (frame.number, frame.time) == (0, 0)
        assert np.array_equal(frame.image, grey(50))
        assert list(reader.read([])) == []


def test_what_a_file_is_follows_from_its_content(tmp_path):
    write_png(tmp_path / "x.png", grey(50))
    (tmp_path / "x.png").rename(tmp_path / "picture.mp4")
    with open_frames(tmp_path / "picture.mp4") as reader:
        assert len(reader) == 1
    with open_frames(write_video(tmp_path / "video.mp4")) as reader:
        assert isinstance(reader, VideoReader)


def frames_of(folder, *names):
    return MediaRecord("v", folder, 0, frames=tuple(folder / name for name in names))


def test_a_folder_of_numbered_pictures_is_one_video(tmp_path):
    names = [f"frame{number}.png" for number in (1, 2, 9, 10, 11, 100)]
    for name in names:
        number = int(name[5:-4])
        write_png(tmp_path / name, grey(number, (8, number + 5)))
    with open_record(frames_of(tmp_path, *names)) as reader:
        assert len(reader) == 6
        assert reader.duration == pytest.approx(5 / 25)
        frames = list(reader.read([5, 0, 3]))
        assert [frame.number for frame in frames] == [0, 3, 5]
        assert [frame.time for frame in frames] == pytest.approx([0, 3 / 25, 5 / 25])
        assert [frame.image[0, 0, 0] for frame in frames] == [1, 10, 100]
        assert [frame.image.shape[1] for frame in frames] == [6, 15, 105]
        assert reader.spread(3) == [1, 3, 5]


def test_pictures_of_a_folder_that_cannot_be_read_are_missing(tmp_path):
    for number in range(4):
        write_png(tmp_path / f"{number:04}.png", grey(number))
    (tmp_path / "0002.png").write_bytes(b"damaged")
    with open_record(frames_of(tmp_path, *(f"{number:04}.png" for number in range(4)))) as reader:
        assert [frame.number for frame in reader.read(range(4))] == [0, 1, 3]
        assert reader.missing == {2}


def test_a_folder_is_no_video(tmp_path):
    with refused("not_a_file", "is not a file"):
        open_frames(tmp_path)


def test_the_time_limit_holds_for_pictures(tmp_path):
    write_png(tmp_path / "a1.png", grey(1))
    with refused("too_slow", "takes more than 0 seconds", limit=0):
        open_frames(tmp_path / "a1.png", seconds=0)
    write_png(tmp_path / "a2.png", grey(2))
    record = frames_of(tmp_path, "a1.png", "a2.png")
    with open_record(record, seconds=0) as reader, refused("too_slow", "takes more than 0 seconds", limit=0):
        list(reader.read([0, 1]))
