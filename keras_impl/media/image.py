"""Images as arrays: the one form in which pixels travel through this package.

An image is an array of shape (height, width, 3), uint8, RGB. OpenCV's BGR order exists only
inside this module.
"""

import io
import warnings
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from keras_impl.errors import ImageInputError, MediaError
from keras_impl.media.records import HEIC_SUFFIXES
from keras_impl.storage import write_bytes

FORMATS = ("JPEG", "PNG", "WEBP", "BMP")
"""What an image may be inside, whatever its name says: decoders of rarer formats are less well tested."""

HEIC_FORMATS = ("HEIF",)

MOST_PIXELS = 64_000_000
"""Larger images and frames are refused by what their header says, before they fill the memory."""


def read_image(path: Path) -> np.ndarray:
    """Read an image file as RGB, upright; grey and transparent images become plain RGB.

    Raises
    ------
    MediaError
        If the file can't be read, is not an image, or has more than `MOST_PIXELS` pixels.
    """
    if path.exists() and not path.is_file():  # to read a named pipe would be to wait for ever
        raise MediaError("is not a file")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MediaError(f"can't be opened ({error.strerror})") from None
    if path.suffix.lower() in HEIC_SUFFIXES:
        return _read_heic(content)
    _open(content, FORMATS).close()
    try:
        decoded = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        decoded = None
    if decoded is None:
        raise MediaError("is not an image that can be read")
    return cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB)


def refuse_size(width: int, height: int) -> None:
    """Raise a `MediaError` for more than `MOST_PIXELS` pixels."""
    if width * height > MOST_PIXELS:
        raise MediaError(f"has {width} x {height} pixels, more than {MOST_PIXELS // 10**6} million: make it smaller")


def _open(content: bytes, formats: tuple[str, ...]) -> Image.Image:
    """Read the header of an image, and refuse one that is too large or of another format."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit here is lower
            image = Image.open(io.BytesIO(content), formats=formats)
    except Image.DecompressionBombError:
        raise MediaError(f"has more than {MOST_PIXELS // 10**6} million pixels: make it smaller") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        raise MediaError("is not an image that can be read") from None
    refuse_size(*image.size)
    return image


def _read_heic(content: bytes) -> np.ndarray:
    """Decode the main picture of a HEIC file, which its decoder turns upright."""
    try:
        import pillow_heif
    except ImportError:
        raise MediaError("is a HEIC image, which takes pip install 'keras_impl[heic]' to read") from None
    pillow_heif.register_heif_opener()
    with _open(content, HEIC_FORMATS) as image:
        try:
            return np.array(image.convert("RGB"))
        except (OSError, ValueError, SyntaxError, EOFError):
            raise MediaError("is not an image that can be read") from None


def write_png(path: Path, image: np.ndarray) -> None:
    """Write an RGB image as PNG, atomically and without loss."""
    encoded, content = cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    assert encoded
    write_bytes(path, content.tobytes())


def as_rgb(image: np.ndarray) -> np.ndarray:
    """Bring an 8-bit grey, RGB or RGBA array to RGB; the channel order RGB is taken on trust.

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
