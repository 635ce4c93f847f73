"""One form for all images: uint8 RGB."""

import os
import struct
import sys
import zlib

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


def png_header(width, height):
    """A PNG of one colour that says it has so many pixels; packed it is small."""
    rows = zlib.compress(bytes(1000))

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(10_000, 10_000), (100_000, 100_000)])
def test_a_picture_that_would_fill_the_memory_is_refused_by_its_header(tmp_path, size, monkeypatch):
    (tmp_path / "x.png").write_bytes(png_header(*size))
    monkeypatch.setattr(cv2, "imdecode", lambda *_: pytest.fail("it was decoded"))
    with pytest.raises(MediaError, match="more than 64 million"):
        read_image(tmp_path / "x.png")


def test_formats_beyond_those_named_are_refused(tmp_path):
    cv2.imwrite(str(tmp_path / "x.tiff"), np.zeros((8, 8, 3), np.uint8))
    (tmp_path / "x.tiff").rename(tmp_path / "x.png")
    with pytest.raises(MediaError, match="not an image"):
        read_image(tmp_path / "x.png")


def test_a_photo_of_a_telephone_is_read(tmp_path):
    pillow_heif = pytest.importorskip("pillow_heif", reason="the extra heic is not installed")
    image = np.full((64, 96, 3), (200, 60, 20), np.uint8)
    pillow_heif.from_bytes("RGB", (96, 64), image.tobytes()).save(tmp_path / "x.HEIC", quality=95)
    read = read_image(tmp_path / "x.HEIC")
    assert read.shape == image.shape
    assert np.abs(read.astype(int) - image).max() < 12
    (tmp_path / "y.heic").write_bytes((tmp_path / "x.HEIC").read_bytes()[:80])
    with pytest.raises(MediaError, match="not an image"):
        read_image(tmp_path / "y.heic")


def test_without_its_reader_a_heic_image_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    (tmp_path / "x.heic").write_bytes(b"x")
    with pytest.raises(MediaError, match=r"keras_impl\[heic\]"):
        read_image(tmp_path / "x.heic")
