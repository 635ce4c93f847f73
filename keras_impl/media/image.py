"""Images as arrays: the one form in which pixels travel through this package.

An image is an array of shape (height, width, 3), uint8, RGB. OpenCV's BGR order exists only
inside this module.
"""

import io
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from keras_impl.core.storage import write_bytes
from keras_impl.errors import ImageInputError, MediaError
from keras_impl.media.container import as_media_error
from keras_impl.media.content import HEAD, HEIC, PICTURES, kind_of, size_of_file
from keras_impl.media.formats import HEIC_SUFFIXES

cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # this package reports errors itself

FORMATS = ("JPEG", "PNG", "WEBP", "BMP")
"""Accepted formats, whatever a file is called: decoders of rarer ones are less well tested."""

HEIC_FORMATS = ("HEIF",)

MOST_PIXELS = 64_000_000
"""Larger images and frames are refused by their header, before they fill the memory."""

MOST_BYTES = 300_000_000
"""Larger image files are refused unread: even without compression, `MOST_PIXELS` take no more."""

WORKING_PIXELS = 4096 * 3072
"""Images with more pixels are reduced to about this number. A phone's photo keeps its size, and face detection in
the largest image takes no more time and memory than in that."""

BACKGROUND = 255
"""Grey value behind transparent pictures: white, as in most viewers."""

_STRIP = 256
"""Rows that are converted at a time, to save memory."""

_TURNS = {
    2: lambda image: image[:, ::-1],
    3: lambda image: image[::-1, ::-1],
    4: lambda image: image[::-1],
    5: lambda image: image.transpose(1, 0, 2),
    6: lambda image: image.transpose(1, 0, 2)[:, ::-1],
    7: lambda image: image.transpose(1, 0, 2)[::-1, ::-1],
    8: lambda image: image.transpose(1, 0, 2)[::-1],
}
"""How to turn a stored picture upright, by its Exif orientation."""

_ORIENTATION_TAG = 0x0112

_INNER_TAG, _PLACE_TAG = 0x8769, 0x8825
"""Folders within Exif: further tags, and where a picture was taken."""

_LATE_ORIENTATION = (b"eXIf", b"Raw profile type", b"XML:com.adobe.xmp")
"""What a PNG contains if it states its orientation, which may come after the pixels."""


def read_image(path: Path) -> np.ndarray:
    """Read an image file as RGB, as a viewer shows it: upright, transparent parts white.

    The format is detected from the content, whatever the file is called. An image of more than `WORKING_PIXELS`
    pixels is reduced to about that. Reading one of `MOST_PIXELS` takes 0.4 to 0.8 GB of memory, a transparent WebP
    up to 1.6 GB.

    Returns
    -------
    ndarray of uint8, shape (h, w, 3)

    Raises
    ------
    MediaError
        If the file can't be read, is not an image, or has more than `MOST_PIXELS` pixels.
    """
    with _opened(path) as (image, content):
        if image.format in HEIC_FORMATS:  # its decoder turns it upright
            return reduced(_pixels_of(image))
        turn = _TURNS.get(_orientation(image, content), lambda pixels: pixels)
        # OpenCV's PNG decoder prints to the user's terminal, and drops transparency
        is_pillows = image.format == "PNG" or image.mode == "RGBA"
        pixels = _pixels_of(image) if is_pillows else _decode(content)
        return np.ascontiguousarray(turn(reduced(pixels)))


@dataclass(frozen=True)
class Header:
    """What stands in an image's file before and beside the pixels.

    Attributes
    ----------
    format : str
        Pillow's name.
    width, height : int
        As stored, pixels.
    texts : dict of str to str
        By name.
    exif : dict of int to Any
        By tag, those of the inner folder too. Not of a PNG: Pillow would decode its pixels to look behind them.
    has_place : bool
        Whether Exif says where it was taken.
    """

    format: str
    width: int
    height: int
    texts: Mapping[str, str]
    exif: Mapping[int, Any]
    has_place: bool


def read_header(path: Path) -> Header:
    """Read what stands in an image's file beside the pixels; errors as of `read_image`."""
    with _opened(path) as (image, _):
        texts = {str(name): text for name, text in image.info.items() if isinstance(text, str)}
        exif: dict[int, Any] = {}
        has_place = False
        if image.format != "PNG":
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about damage in it
                outer = image.getexif()
                exif = {**outer.get_ifd(_INNER_TAG), **outer}
                has_place = bool(outer.get_ifd(_PLACE_TAG))
        return Header(str(image.format), image.width, image.height, texts, exif, has_place)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Image.Image, bytes]]:
    """An image of which the header is read, and its file's content; whatever goes wrong with it is a `MediaError`."""
    size = size_of_file(path)
    if size > MOST_BYTES:
        megabytes, limit = size // 10**6, MOST_BYTES // 10**6
        reason = f"has {megabytes} MB, more than {limit}: make it smaller"
        raise MediaError(reason, code="too_many_bytes", megabytes=megabytes, limit=limit)
    try:
        content = path.read_bytes()
    except OSError as error:
        detail = str(error.strerror)
        raise MediaError(f"can't be opened ({detail})", code="not_opened", detail=detail) from None
    kind = kind_of(content[:HEAD])
    is_heic = kind == HEIC or (kind is None and path.suffix.lower() in HEIC_SUFFIXES)
    with as_media_error():
        if not is_heic and kind is not None and kind not in PICTURES:
            raise MediaError(f"is not an image that can be read: it is {kind}", code="unsupported_image", kind=kind)
        with _open_heic(content) if is_heic else _open(content, FORMATS) as image:
            yield image, content


def over_background(image: np.ndarray) -> np.ndarray:
    """Blend an RGBA image over `BACKGROUND`.

    Parameters
    ----------
    image : ndarray of uint8, shape (h, w, 4)

    Returns
    -------
    ndarray of uint8, shape (h, w, 3)
    """
    blended = np.empty((*image.shape[:2], 3), np.uint8)
    for top in range(0, len(image), _STRIP):
        part = image[top : top + _STRIP].astype(np.uint16)
        alpha = part[..., 3:]
        blended[top : top + _STRIP] = (part[..., :3] * alpha + BACKGROUND * (255 - alpha) + 127) // 255
    return blended


def reduced(image: np.ndarray) -> np.ndarray:
    """Shrink an image of more than `WORKING_PIXELS` pixels to about that; others are returned as they are."""
    height, width = image.shape[:2]
    scale = (WORKING_PIXELS / (height * width)) ** 0.5
    if scale >= 1:
        return image
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)


def refuse_size(width: int, height: int) -> None:
    """Raise a `MediaError` if there are more than `MOST_PIXELS` pixels."""
    if width * height > MOST_PIXELS:
        limit = MOST_PIXELS // 10**6
        reason = f"has {width} x {height} pixels, more than {limit} million: make it smaller"
        raise MediaError(reason, code="too_many_pixels", width=width, height=height, limit=limit)


def _open(content: bytes, formats: tuple[str, ...]) -> Image.Image:
    """Read the header of an image; refuse one that is too large or in another format."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit here is lower
            image = Image.open(io.BytesIO(content), formats=formats)
    except Image.DecompressionBombError:
        limit = MOST_PIXELS // 10**6
        reason = f"has more than {limit} million pixels: make it smaller"
        raise MediaError(reason, code="too_many_pixels", limit=limit) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        raise MediaError("is not an image that can be read", code="not_an_image") from None
    refuse_size(*image.size)
    return image


def _decode(content: bytes) -> np.ndarray:
    """Decode an image without transparency by OpenCV, in its stored orientation."""
    try:
        flags = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
        decoded = cv2.imdecode(np.frombuffer(content, np.uint8), flags)
    except cv2.error:
        decoded = None
    if decoded is None:
        raise MediaError("is not an image that can be read", code="not_an_image")
    return cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB, dst=decoded)


def _pixels_of(image: Image.Image) -> np.ndarray:
    """Decode an image by Pillow, and blend transparent parts over the background."""
    pixels = np.empty((image.height, image.width, 3), np.uint8)
    is_transparent = "A" in image.mode or "transparency" in image.info
    try:
        image.load()
        for top in range(0, image.height, _STRIP):  # each step copies its input
            bottom = min(top + _STRIP, image.height)
            strip = image.crop((0, top, image.width, bottom))
            if strip.mode.startswith("I"):
                pixels[top:bottom] = _of_deep_grey(strip)
            elif is_transparent:
                pixels[top:bottom] = over_background(np.asarray(strip.convert("RGBA")))
            else:
                pixels[top:bottom] = np.asarray(strip.convert("RGB"))
    except (OSError, ValueError, SyntaxError, EOFError):
        raise MediaError("is not an image that can be read", code="not_an_image") from None
    return pixels


def _of_deep_grey(image: Image.Image) -> np.ndarray:
    """RGB of a 16-bit grey image; Pillow itself would clip its values at 255."""
    deep = np.asarray(image)
    grey = (deep >> 8).astype(np.uint8)
    if (clear := image.info.get("transparency")) is not None:
        grey[deep == clear] = BACKGROUND
    return np.repeat(grey[..., None], 3, axis=2)


def _orientation(image: Image.Image, content: bytes) -> int:
    """Exif orientation of an image, also from XMP or ImageMagick's profile; 1 if there is none."""
    if image.format == "PNG" and not any(mark in content for mark in _LATE_ORIENTATION):
        return 1  # Pillow would decode the pixels to look behind them
    try:
        return int(image.getexif().get(_ORIENTATION_TAG, 1))
    except Exception:  # whatever is wrong with the metadata, the picture can be shown
        return 1


def _open_heic(content: bytes) -> Image.Image:
    """Read the header of the main picture of a HEIC file."""
    try:
        import pillow_heif
    except ImportError:
        reason = "is a HEIC image: pip install 'keras_impl[heic]' to read it"
        raise MediaError(reason, code="needs_heic") from None
    pillow_heif.register_heif_opener()
    return _open(content, HEIC_FORMATS)


def write_png(path: Path, image: np.ndarray) -> None:
    """Write an RGB image as PNG, atomically and without loss."""
    encoded, content = cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    assert encoded
    write_bytes(path, content.tobytes())


def as_rgb(image: np.ndarray) -> np.ndarray:
    """Convert an 8-bit grey, RGB or RGBA array to RGB; three channels are assumed to be in RGB order.

    Parameters
    ----------
    image : ndarray of uint8
        Shape (h, w), (h, w, 1), (h, w, 3) or (h, w, 4); transparency is dropped.

    Returns
    -------
    ndarray of uint8, shape (h, w, 3)

    Raises
    ------
    ImageInputError
        For anything else: a path or bytes, floats, other shapes, an empty image.
    """
    if not isinstance(image, np.ndarray):
        raise ImageInputError(f"an image must be a numpy array, not {type(image).__name__}: read files with read_image")
    if image.dtype != np.uint8:
        raise ImageInputError(f"an image must be uint8 in 0..255, not {image.dtype}: scale floats by 255 and convert")
    if image.ndim == 2:
        image = image[..., None]
    if image.ndim != 3 or image.shape[2] not in (1, 3, 4) or 0 in image.shape:
        raise ImageInputError(f"an image must have shape (height, width, 3), not {image.shape}: pass one at a time")
    if image.shape[2] == 1:
        return np.repeat(image, 3, axis=2)
    return np.ascontiguousarray(image[..., :3])
