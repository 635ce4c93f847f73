"""The detector, and each known defect of mtcnn 1.0.0 that it must not let through."""

import numpy as np
import pytest

from keras_impl.errors import ImageInputError
from keras_impl.faces.face import Box, Face, main_face
from keras_impl.faces.mtcnn import MTCNN, pyramid_scales


def overlap(one, other):
    """Intersection over union of two boxes (x, y, width, height)."""
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    shared = max(width, 0) * max(height, 0)
    return shared / (one[2] * one[3] + other[2] * other[3] - shared)


def test_finds_the_faces_that_mtcnn_finds(photos, detector):
    """Same main face at IoU >= 0.7 on every third photo, at mtcnn's own default of 20 px."""
    from mtcnn import MTCNN

    from keras_impl.media.image import read_image

    reference, compared = MTCNN(), 0
    for path in sorted(photos.glob("*/*/*.jpg"))[::3]:
        image = read_image(path)
        expected = reference.detect_faces(image)
        if expected:
            boxes = [Face(Box(*face["box"]), face["confidence"], np.empty(0), 1.0) for face in expected]
            assert overlap(main_face(detector.detect([image])[0]).box, main_face(boxes).box) > 0.7, path
            compared += 1
    assert compared > 30


@pytest.mark.parametrize("min_face_size", [20, 23, 40, 60, 80])
def test_large_min_face_size_still_finds_large_faces(portrait, min_face_size):
    large = np.repeat(np.repeat(portrait, 3, axis=0), 3, axis=1)
    (faces,) = MTCNN(min_face_size).detect([large])
    assert max(face.box[2] for face in faces) > 100


def test_pyramid_ends_where_the_window_no_longer_fits():
    scales = pyramid_scales(1080, 1920, 60)
    assert scales[0] == pytest.approx(12 / 60)
    assert 1080 * scales[-1] >= 12 > 1080 * scales[-1] * 0.709
    assert pyramid_scales(30, 30, 60) == []


@pytest.mark.parametrize(
    "image", ["no/such/file.jpg", b"garbage", np.zeros((50, 50, 3)), np.zeros((1, 50, 50, 3), np.uint8)]
)
def test_input_that_mtcnn_takes_for_faceless_is_an_error(detector, image):
    with pytest.raises(ImageInputError):
        detector.detect([image])


def test_grey_and_rgba_are_accepted(portrait, detector):
    opaque = np.dstack([portrait, np.full(portrait.shape[:2], 255, np.uint8)])
    grey = portrait.mean(axis=2).astype(np.uint8)
    (of_rgb,), (of_rgba,), (of_grey,) = detector.detect([portrait, opaque, grey])
    assert of_rgba.box == of_rgb.box
    assert overlap(of_grey.box, of_rgb.box) > 0.6


def test_an_image_without_faces_does_not_empty_the_batch(portrait, detector):
    flat, noise = np.full((80, 80, 3), 127, np.uint8), np.random.default_rng(0).integers(0, 255, (90, 70, 3), np.uint8)
    dot = np.zeros((1, 1, 3), np.uint8)
    found = detector.detect([flat, portrait, noise, dot, portrait])
    assert [len(faces) for faces in found] == [0, 1, 0, 0, 1]


def test_batch_equals_single(portrait, detector):
    images = [portrait, portrait[:, ::-1], portrait[20:]]
    together, alone = detector.detect(images), [detector.detect([image])[0] for image in images]
    assert [[face.box for face in faces] for faces in together] == [[face.box for face in faces] for faces in alone]


def test_boxes_are_clipped_to_the_image(portrait, detector):
    """A face cut off by the left and upper border keeps the part that is inside."""
    face = main_face(detector.detect([portrait])[0])
    x, y, width, height = face.box
    cut = portrait[int(y + 0.15 * height) :, int(x + 0.15 * width) :]
    (faces,) = detector.detect([np.ascontiguousarray(cut)])
    box = main_face(faces).box
    assert min(box) >= 0
    assert box[0] + box[2] <= cut.shape[1]
    assert box[1] + box[3] <= cut.shape[0]
    assert box[0] + box[2] == pytest.approx(0.85 * width, rel=0.2)


def test_weights_in_the_working_directory_are_not_loaded(tmp_path, monkeypatch, portrait):
    """The package would unpickle a file of that name, which can run any code."""
    (tmp_path / "pnet.lz4").write_bytes(b"not weights")
    monkeypatch.chdir(tmp_path)
    assert MTCNN(40).detect([portrait])[0]


def test_main_face_is_the_large_certain_one():
    def face(side, confidence):
        return Face(Box(0, 0, side, side), confidence, np.empty(0), (confidence - 0.8) / 0.2)

    assert main_face([face(20, 1.0), face(50, 0.9)]).box[2] == 50
    assert main_face([face(50, 0.99), face(52, 0.8)]).box[2] == 50


def test_what_is_not_certainly_a_face_counts_less_the_larger_it_is():
    """As the ape on a screen behind a speaker: larger than his face, and found with a confidence of 0.93."""
    speaker = Face(Box(0, 0, 130, 170), 0.995, np.empty(0), 0.975)
    assert main_face([Face(Box(0, 0, 180, 200), 0.93, np.empty(0), 0.65), speaker]) is speaker


def test_a_min_face_size_below_the_window_is_refused():
    with pytest.raises(ValueError, match="at least 12"):
        MTCNN(8)


@pytest.mark.slow
@pytest.mark.parametrize("min_face_size", [40, 60])
def test_faces_are_found_in_all_real_videos(shared_videos, min_face_size):
    from keras_impl.media.video import VideoReader, spread

    detector = MTCNN(min_face_size)
    paths = sorted(shared_videos.glob("videos_*/**/*.mp4"))
    assert len(paths) == 11
    for path in paths:
        with VideoReader(path) as reader:
            frames = [frame.image for frame in reader.read(spread(len(reader), 3))]
        assert all(detector.detect(frames)), path
