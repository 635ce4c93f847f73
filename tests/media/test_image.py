"""One form for all images: uint8 RGB."""

import io
import os
import struct
import sys
import zlib
from contextlib import suppress

import cv2
import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from keras_impl.errors import ImageInputError, MediaError
from keras_impl.media.image import BACKGROUND, WORKING_PIXELS, as_rgb, read_image, write_png
from tests.refusals import refused


def test_files_are_read_as_rgb_and_written_without_loss(tmp_path):
    image = np.random.default_rng(0).integers(0, 256, (9, 7, 3), dtype=np.uint8)
    write_png(tmp_path / "a.png", image)
    assert np.array_equal(read_image(tmp_path / "a.png"), image)
    assert np.array_equal(cv2.imread(str(tmp_path / "a.png"))[..., ::-1], image)


@pytest.mark.parametrize("content", [b"", b"not an image", b"\x89PNG\r\n\x1a\n"])
def test_garbage_is_refused(tmp_path, content):
    (tmp_path / "x.png").write_bytes(content)
    with refused("not_an_image", "not an image"):
        read_image(tmp_path / "x.png")


def test_a_missing_file_is_refused(tmp_path):
    with refused("missing", "does not exist"):
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
    with refused("not_a_file", "is not a file"):
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
    with refused("too_many_pixels", "more than 64 million", limit=64):
        read_image(tmp_path / "x.png")


def test_formats_beyond_those_named_are_refused(tmp_path):
    cv2.imwrite(str(tmp_path / "x.tiff"), np.zeros((8, 8, 3), np.uint8))
    (tmp_path / "x.tiff").rename(tmp_path / "x.png")
    with refused("unsupported_image", "not an image", kind="a TIFF image"):
        read_image(tmp_path / "x.png")


def test_a_photo_of_a_telephone_is_read(tmp_path):
    pillow_heif = pytest.importorskip("pillow_heif", reason="the extra heic is not installed")
    image = np.full((64, 96, 3), (200, 60, 20), np.uint8)
    pillow_heif.from_bytes("RGB", (96, 64), image.tobytes()).save(tmp_path / "x.HEIC", quality=95)
    read = read_image(tmp_path / "x.HEIC")
    assert read.shape == image.shape
    assert np.abs(read.astype(int) - image).max() < 12
    (tmp_path / "y.heic").write_bytes((tmp_path / "x.HEIC").read_bytes()[:80])
    with refused("not_an_image", "not an image"):
        read_image(tmp_path / "y.heic")


def test_without_its_reader_a_heic_image_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    (tmp_path / "x.heic").write_bytes(b"x")
    with refused("needs_heic", r"keras_impl\[heic\]"):
        read_image(tmp_path / "x.heic")


# ---- what a viewer shows ----


def noise(height=40, width=60, channels=3):
    return np.random.default_rng(1).integers(0, 256, (height, width, channels), np.uint8)


@pytest.mark.parametrize("ending", ["png", "webp"])
@pytest.mark.parametrize("grey", [False, True])
def test_transparent_pictures_are_seen_over_white(tmp_path, ending, grey):
    image = noise(channels=4)
    image[:20, :, 3], image[20:, :, 3] = 0, 255
    picture = Image.fromarray(image)
    if grey:
        picture = picture.convert("LA")
        image = np.asarray(picture.convert("RGBA"))
    picture.save(tmp_path / f"x.{ending}", lossless=True, exact=True)
    read = read_image(tmp_path / f"x.{ending}")
    assert (read[:20] == BACKGROUND).all()
    assert np.array_equal(read[20:], image[20:, :, :3])


def test_half_transparent_pixels_are_blended(tmp_path):
    Image.new("RGBA", (4, 4), (100, 0, 200, 51)).save(tmp_path / "x.png")
    assert read_image(tmp_path / "x.png")[0, 0].tolist() == [224, 204, 244]


@pytest.mark.parametrize("mode", ["P", "RGB", "L"])
def test_a_colour_that_stands_for_transparency_is_seen_as_white(tmp_path, mode):
    image = np.zeros((8, 8), np.uint8)
    image[:4] = 3
    picture = Image.fromarray(image)
    if mode == "P":
        picture.putpalette([value for value in range(256) for _ in range(3)])
    picture = picture.convert(mode)
    picture.save(tmp_path / "x.png", transparency=(3, 3, 3) if mode == "RGB" else 3)
    read = read_image(tmp_path / "x.png")
    assert (read[:4] == BACKGROUND).all()
    assert (read[4:] == 0).all()


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_deep_colours_are_read(tmp_path, channels):
    image = noise(channels=channels)
    if channels == 4:
        image[..., 3] = 255
    cv2.imwrite(str(tmp_path / "x.png"), image.astype(np.uint16) * 257)
    stored = np.repeat(image, 3, axis=2) if channels == 1 else image[..., 2::-1]
    assert np.array_equal(read_image(tmp_path / "x.png"), stored)


TURNED = {
    1: lambda image: image,
    2: np.fliplr,
    3: lambda image: np.rot90(image, 2),
    4: np.flipud,
    5: lambda image: np.rot90(np.fliplr(image)),
    6: lambda image: np.rot90(image, -1),
    7: lambda image: np.rot90(np.fliplr(image), -1),
    8: np.rot90,
}
XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="%d"/></rdf:RDF></x:xmpmeta>'
)


@pytest.mark.parametrize("number", TURNED)
@pytest.mark.parametrize(
    "where", ["exif.jpg", "xmp.jpg", "exif.png", "profile.png", "xmp.png", "exif.webp", "raw.webp"]
)
def test_orientation_is_found_wherever_it_stands(tmp_path, where, number):
    exif = Image.Exif()
    exif[0x0112] = number
    content, options = exif.tobytes(), {}
    if where == "raw.webp":
        options = {"exif": content if content.startswith(b"Exif") else b"Exif\0\0" + content}
    elif where == "xmp.jpg":
        options = {"xmp": (XMP % number).encode()}
    elif where in ("profile.png", "xmp.png"):
        note = PngImagePlugin.PngInfo()
        if where == "xmp.png":
            note.add_itxt("XML:com.adobe.xmp", XMP % number)
        else:
            note.add_text("Raw profile type exif", f"\nexif\n{len(content):8}\n{content.hex()}\n", zip=True)
        options = {"pnginfo": note}
    else:
        options = {"exif": exif}
    if where.endswith("webp"):
        options["lossless"] = True
    stored = noise()
    Image.fromarray(stored).save(tmp_path / where, **options)
    plain = io.BytesIO()
    Image.fromarray(stored).save(plain, "JPEG" if where.endswith("jpg") else "PNG")
    plain = cv2.imdecode(np.frombuffer(plain.getvalue(), np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    assert np.array_equal(read_image(tmp_path / where), TURNED[number](plain))


@pytest.mark.parametrize("name", ["x.jpg", "x.png", "x.webp", "x.bmp", "x.heic"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP"])
def test_what_an_image_is_follows_from_its_content(tmp_path, name, kind):
    Image.fromarray(noise()).save(tmp_path / name, kind)
    assert read_image(tmp_path / name).shape == (40, 60, 3)


def test_a_photo_of_a_telephone_may_be_called_jpeg(tmp_path):
    pillow_heif = pytest.importorskip("pillow_heif", reason="the extra heic is not installed")
    pillow_heif.from_bytes("RGB", (60, 40), noise().tobytes()).save(tmp_path / "x.heic")
    (tmp_path / "x.heic").rename(tmp_path / "x.jpg")
    assert read_image(tmp_path / "x.jpg").shape == (40, 60, 3)


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "AVIF"])
def test_an_image_of_another_kind_is_named(tmp_path, kind):
    if kind == "AVIF":
        (tmp_path / "x.jpg").write_bytes(b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf" + bytes(100))
    else:
        Image.fromarray(noise()).save(tmp_path / "x.jpg", kind)
    with refused("unsupported_image", f"it is an? {kind} image"):
        read_image(tmp_path / "x.jpg")


# ---- bounds ----


def test_large_pictures_are_reduced(tmp_path):
    cv2.imwrite(str(tmp_path / "x.jpg"), np.zeros((4000, 6000, 3), np.uint8))
    height, width, _ = read_image(tmp_path / "x.jpg").shape
    assert height * width == pytest.approx(WORKING_PIXELS, rel=0.001)
    assert width / height == pytest.approx(1.5, rel=0.001)


def test_a_file_that_is_too_long_is_not_read(tmp_path, monkeypatch):
    with (tmp_path / "x.png").open("wb") as file:
        file.truncate(1 << 40)
    monkeypatch.setattr("pathlib.Path.read_bytes", lambda path: pytest.fail("it was read"))
    with refused("too_many_bytes", "MB, more than 300", limit=300):
        read_image(tmp_path / "x.png")


@pytest.mark.parametrize("name", ["x" * 300 + ".png", "/".join(["x" * 200] * 25) + ".png", "a\0b.png"])
def test_a_name_that_no_file_can_have_is_refused(tmp_path, name):
    with refused("not_opened", "can't be opened"):
        read_image(tmp_path / name)


def test_decoders_write_nothing_to_the_terminal(tmp_path, capfd):
    Image.fromarray(noise()).save(tmp_path / "profile.png", icc_profile=b"bad" * 50)
    read_image(tmp_path / "profile.png")
    content = (tmp_path / "profile.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(content[: len(content) // 2])
    with refused("not_an_image", "not an image"):
        read_image(tmp_path / "cut.png")
    for kind in ("JPEG", "WEBP", "BMP"):
        Image.fromarray(noise()).save(tmp_path / "x.jpg", kind)
        content = (tmp_path / "x.jpg").read_bytes()
        (tmp_path / "x.jpg").write_bytes(content[: len(content) // 2])
        with suppress(MediaError):
            read_image(tmp_path / "x.jpg")
    assert capfd.readouterr() == ("", "")
