"""What happens to pictures on their way from a camera to a user: made smaller, compressed, blurred, noisy, recoloured.

Each function takes a picture and gives one of the same size: uint8 (h, w, 3), RGB. They work on original pixels, as
what they imitate does, and not on what a network makes of them.
"""

from fractions import Fraction

import av
import cv2
import numpy as np

LEAST_SIDE = 32
"""Pixels; encoders want no smaller frames, so these are enlarged by repeated border, and cut off again."""

METHODS = {
    "nearest": cv2.INTER_NEAREST,
    "linear": cv2.INTER_LINEAR,
    "area": cv2.INTER_AREA,
    "cubic": cv2.INTER_CUBIC,
    "lanczos": cv2.INTER_LANCZOS4,
}
"""Ways in which programs make pictures smaller and larger."""


def jpeg(picture: np.ndarray, quality: int) -> np.ndarray:
    """Compress as JPEG and decode again; quality 1 to 100, as libjpeg counts it."""
    encoded, content = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert encoded
    decoded = cv2.imdecode(content, cv2.IMREAD_COLOR)
    assert decoded is not None
    return np.ascontiguousarray(decoded[..., ::-1])


def h264(picture: np.ndarray, crf: int) -> np.ndarray:
    """Compress as a frame of an H.264 video and decode again.

    It is a key frame, coded as coarsely as the frames between key frames are, of which a video mostly consists.

    Parameters
    ----------
    picture : ndarray of uint8, shape (h, w, 3)
    crf : int
        x264's quality, 0 to 51: 18 can't be told from the original by eye, 23 is the default, 28 is usual on the web.
    """
    height, width = picture.shape[:2]
    below, right = (max(LEAST_SIDE, length + length % 2) - length for length in (height, width))
    padded = np.pad(picture, ((0, below), (0, right), (0, 0)), "edge")
    encoder = av.CodecContext.create("libx264", "w")
    encoder.height, encoder.width = padded.shape[:2]
    encoder.pix_fmt, encoder.time_base = "yuv420p", Fraction(1, 25)
    encoder.thread_count = 1
    encoder.options = {"crf": str(crf), "preset": "veryfast", "x264-params": "ipratio=1.0:log-level=none"}
    packets = [*encoder.encode(av.VideoFrame.from_ndarray(padded, "rgb24")), *encoder.encode(None)]
    decoder = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1
    frames = [frame for packet in (*packets, None) for frame in decoder.decode(packet)]
    return np.ascontiguousarray(frames[0].to_ndarray(format="rgb24")[:height, :width])


def resized(picture: np.ndarray, share: float, shrink: str = "area", enlarge: str = "linear") -> np.ndarray:
    """Make smaller, to a share of the sides from 0 to 1, and as large again; ways as of `METHODS`."""
    height, width = picture.shape[:2]
    small = max(1, round(width * share)), max(1, round(height * share))
    smaller = cv2.resize(picture, small, interpolation=METHODS[shrink])
    return cv2.resize(smaller, (width, height), interpolation=METHODS[enlarge])


def blurred(picture: np.ndarray, sigma: float) -> np.ndarray:
    """Blur by a Gaussian; sigma in pixels, above 0."""
    return cv2.GaussianBlur(picture, (0, 0), sigma)


def noisy(picture: np.ndarray, deviation: float, generator: np.random.Generator, grain: float = 0.0) -> np.ndarray:
    """Add noise.

    Parameters
    ----------
    picture : ndarray of uint8, shape (h, w, 3)
    deviation : float
        Of each value, in levels of 255.
    generator : Generator
    grain : float, optional
        Sigma, in pixels, of the blur that makes neighbours alike, as a camera's demosaicing and smoothing does.
    """
    noise = generator.standard_normal(picture.shape, np.float32)
    if grain:
        smoothed = cv2.GaussianBlur(noise, (0, 0), grain)
        noise = smoothed / np.float32(max(float(smoothed.std()), 1e-6))
    return _in_range(picture + deviation * noise)


def lighter(picture: np.ndarray, levels: float) -> np.ndarray:
    """Add levels of 255 to all values; below 0 it gets darker."""
    return _in_range(picture + np.float32(levels))


def contrast(picture: np.ndarray, factor: float) -> np.ndarray:
    """Multiply all values: below 1 the picture gets darker and flatter."""
    return _in_range(picture * np.float32(factor))


def saturation(picture: np.ndarray, share: float) -> np.ndarray:
    """Keep a share of the colour: 0 leaves grey, 1 everything."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None].astype(np.float32)
    return _in_range(grey + (picture - grey) * np.float32(share))


def _in_range(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
