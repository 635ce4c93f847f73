"""Images as arrays: the one form in which pixels travel through this package.

An image is an array of shape (height, width, 3), uint8, RGB. OpenCV's BGR order exists only
inside this module.
"""

from pathlib import Path

import cv2
import numpy as np

from keras_impl.errors import ImageInputError, MediaError
from keras_impl.storage import write_bytes


def read_image(path: Path) -> np.ndarray:
    """Read an image file as RGB; grey and transparent images become plain RGB.

    Raises
    ------
    MediaError
        If the file can't be read or is not an image.
    """
    if path.exists() and not path.is_file():  # to read a named pipe would be to wait for ever
        raise MediaError("is not a file")
    try:
        content = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError as error:
        raise MediaError(f"can't be opened ({error.strerror})") from None
    decoded = cv2.imdecode(content, cv2.IMREAD_COLOR) if content.size else None
    if decoded is None:
        raise MediaError("is not an image that can be read")
    return cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB)


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
