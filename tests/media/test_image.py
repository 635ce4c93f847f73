"""One form for all images: uint8 RGB."""

import os

import cv2
import numpy as np
import pytest

from keras_impl.errors import ImageInputError, MediaError
from keras_impl.media.image import as_rgb, read_image, write_png


def test_files_are_read_as_rgb_and_written_without_loss(tmp_path):
    image = np.random.default_rng(0).integers(0, 256, (9, 7, 3), dtype=np.uint8)
    write_png(tmp_path / "a.png", image)
    assert np.array_equal(read_image(tmp_path / "a.png"), image)
    assert np.array_equal(cv2.imread(str(tmp_path / "a.png"))[..., ::-1], image)


@pytest.mark.parametrize("content", [b"", b"not an image", b"\x89PNG\r\n\x1a\n"])
def test_garbage_is_refused(tmp_path, content):
    (tmp_path / "x.png").write_bytes(content)
    with pytest.raises(MediaError, match="not an image"):
        read_image(tmp_path / "x.png")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(MediaError, match="can't be opened"):
        read_image(tmp_path / "x.png")


@pytest.mark.parametrize("shape", [(5, 4), (5, 4, 1), (5, 4, 3), (5, 4, 4)])
def test_grey_and_transparent_images_become_rgb(shape):
    image = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
    rgb = as_rgb(image)
    assert rgb.shape == (5, 4, 3)
    assert np.array_equal(rgb[..., 0], image if image.ndim == 2 else image[..., 0])


@pytest.mark.parametrize(
    "image",
    [
        "face.jpg",
        b"\x89PNG",
        np.zeros((5, 4, 3), np.float32),
        np.zeros((1, 5, 4, 3), np.uint8),
        np.zeros((0, 4, 3), np.uint8),
    ],
)
def test_what_is_no_image_is_refused(image):
    with pytest.raises(ImageInputError):
        as_rgb(image)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_named_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(MediaError, match="is not a file"):
        read_image(tmp_path / "pipe.png")
