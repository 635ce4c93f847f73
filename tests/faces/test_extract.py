"""From one video, image or crop to rows and crops."""

import cv2
import numpy as np
import pytest

from keras_impl.datasets.record import MediaRecord
from keras_impl.demo.clips import FRAMES, SIDE, write_clip
from keras_impl.errors import NoFaceError
from keras_impl.faces.crop_files import landmarks_of, read_crop
from keras_impl.faces.cropping import Framing, cut_crop, cut_window
from keras_impl.faces.cues import picture_cues
from keras_impl.faces.extract import Options, extract_video
from keras_impl.faces.modality import FACES, LANDMARK_COLUMNS
from keras_impl.media.image import read_image, write_png
from keras_impl.media.video import VideoReader
from keras_impl.samples.index import read_index, write_index
from tests.refusals import refused

FRAMING = Framing()


def expected_crop(image, row):
    """The crop around a row's landmarks."""
    return cut_crop(image, np.array([row[name] for name in LANDMARK_COLUMNS]).reshape(5, 2), FRAMING).crop


@pytest.fixture
def record(clips):
    name = "mindy_kaling_03_real.mp4"
    return MediaRecord(name, clips / name, 0, None)


def test_rows_describe_what_the_crops_show(record, tmp_path, detector):
    rows = extract_video(record, tmp_path, detector, Options(3))
    index = write_index(tmp_path, FACES, rows)
    assert read_index(tmp_path, FACES).equals(index)
    assert list(index["frame"]) == [2, 6, 10]
    assert (index["tries"] == 1).all()
    with VideoReader(record.path) as reader:
        frames = {frame.number: frame for frame in reader.read(range(FRAMES))}
    for row in rows:
        frame = frames[row["frame"]]
        expected = expected_crop(frame.image, row)
        assert np.array_equal(read_image(tmp_path / row["crop"]), expected.pixels)
        assert row["time"] == pytest.approx(row["frame"] / FRAMES)
        assert row["left_eye_x"] < row["nose_x"] < row["right_eye_x"]
        assert (row["frame_width"], row["frame_height"]) == (SIDE, SIDE)
        assert row["file_bytes"] == record.path.stat().st_size
        assert {name: row[name] for name in ("person", "donor", "part")} == dict.fromkeys(("person", "donor", "part"))
        assert row["perceptual_hash"] == picture_cues(cut_window(expected, FRAMING.facenet))["perceptual_hash"]
        assert (row["missing_facenet"], row["missing_resnet"]) == pytest.approx((0, 0), abs=1e-9)
    for row, landmarks in zip(rows, landmarks_of(index), strict=True):
        crop = read_crop(tmp_path / row["crop"], landmarks, FRAMING)
        expected = expected_crop(frames[row["frame"]].image, row)
        assert np.array_equal(crop.pixels, expected.pixels)
        assert crop.landmarks == pytest.approx(expected.landmarks, abs=1e-3)


def test_other_frames_are_tried_before_giving_up(record, tmp_path, detector):
    """A face that shows in the last quarter only is found at the third try."""
    with VideoReader(record.path) as reader:
        face = next(iter(reader.read([6]))).image
    empty = np.full_like(face, 90)
    path = tmp_path / "late.mp4"
    write_clip(path, [empty] * 9 + [face] * 3, compression=20)
    (row,) = extract_video(MediaRecord("late.mp4", path, 1, None), tmp_path, detector, Options(1))
    assert (row["frame"], row["tries"]) == (9, 3)


def test_a_video_without_faces_is_a_problem(tmp_path, detector):
    path = tmp_path / "empty.mp4"
    write_clip(path, [np.full((SIDE, SIDE, 3), 90, np.uint8)] * 12, compression=20)
    with refused("no_face", "no face of at least 20 px in the 5 frames tried", NoFaceError, smallest=20, frames=5):
        extract_video(MediaRecord("empty.mp4", path, 1, None), tmp_path, detector, Options(1))


def test_a_short_video_gives_each_frame_once(record, tmp_path, detector):
    with VideoReader(record.path) as reader:
        frames = [frame.image for frame in reader.read([0, 6])]
    path = tmp_path / "short.mp4"
    write_clip(path, frames, compression=20)
    rows = extract_video(MediaRecord("short.mp4", path, 1, None), tmp_path, detector, Options(9))
    assert sorted(row["frame"] for row in rows) == [0, 1]


def test_the_larger_of_two_faces_is_taken(record, tmp_path, detector):
    with VideoReader(record.path) as reader:
        face = next(iter(reader.read([6]))).image
    pair = np.full_like(face, 90)
    pair[:160, :160] = cv2.resize(face, (160, 160), interpolation=cv2.INTER_AREA)
    pair[160:, 160:] = cv2.resize(face, (96, 96), interpolation=cv2.INTER_AREA)
    path = tmp_path / "pair.mp4"
    write_clip(path, [pair] * 3, compression=10)
    (row,) = extract_video(MediaRecord("pair.mp4", path, 1, None), tmp_path, detector, Options(1))
    assert row["faces_in_frame"] == 2
    assert row["x"] + row["width"] < 160


@pytest.mark.parametrize("name", ["a/../b c'\".mp4", "нет.mp4", ".hidden.mp4", "x" * 300 + ".mp4"])
def test_crop_names_are_plain_and_stay_in_the_folder(record, tmp_path, detector, name):
    (row,) = extract_video(MediaRecord(name, record.path, 0, None), tmp_path, detector, Options(1))
    assert (tmp_path / row["crop"]).resolve().parent == (tmp_path / "crops").resolve()
    assert row["crop"].isascii()
    assert not row["crop"].removeprefix("crops/").startswith(".")


def test_an_image_is_a_video_of_one_frame(portrait, tmp_path, detector):
    write_png(tmp_path / "a.png", portrait)
    record = MediaRecord("a.png", tmp_path / "a.png", 0, person="ann", part="train", donor="bob")
    (row,) = extract_video(record, tmp_path, detector, Options(3))
    assert (row["sample"], row["frame"], row["time"], row["tries"]) == ("a.png#0", 0, 0.0, 1)
    assert (row["person"], row["part"], row["donor"]) == ("ann", "train", "bob")
    assert (row["frame_height"], row["frame_width"]) == portrait.shape[:2]
    assert np.array_equal(read_image(tmp_path / row["crop"]), expected_crop(portrait, row).pixels)


def test_an_image_without_faces_or_pixels_is_a_problem(tmp_path, detector):
    write_png(tmp_path / "empty.png", np.full((SIDE, SIDE, 3), 90, np.uint8))
    (tmp_path / "text.png").write_text("not an image")
    nobody = {"smallest": 20, "frames": 1}
    for name, code, words, values in (
        ("empty.png", "no_face", "no face of at least 20 px in the image", nobody),
        ("text.png", "not_an_image", "not an image", {}),
    ):
        with refused(code, words, **values):
            extract_video(MediaRecord(name, tmp_path / name, 1), tmp_path, detector, Options(2))


def lose_frames(monkeypatch, lost):
    """Let readers of videos not deliver these frames, as of a damaged file."""
    read = VideoReader.read

    def without(reader, numbers):
        reader.missing |= set(numbers) & lost
        return read(reader, set(numbers) - lost)

    monkeypatch.setattr(VideoReader, "read", without)


def test_wanted_frames_that_never_came_are_counted(record, tmp_path, detector, monkeypatch):
    lose_frames(monkeypatch, {6})
    rows = extract_video(record, tmp_path, detector, Options(3))
    assert [row["frame"] for row in rows] != [2, 6, 10]
    assert {row["frames_missing"] for row in rows} == {1}
