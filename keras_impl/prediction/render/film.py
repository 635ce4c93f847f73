"""The clip with boxes: what was judged, to be looked at."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
import cv2
import numpy as np

from keras_impl.core.storage import atomic_path
from keras_impl.errors import MediaError
from keras_impl.faces.face import Box
from keras_impl.media.still import open_frames
from keras_impl.media.video import Frame
from keras_impl.prediction.render.pictures import draw_boxes
from keras_impl.prediction.result import Person

SMALL = 640
"""Longer side of the clip in a report, pixels."""

SMALL_FRAMES = 900
"""Frames of it at most: of longer videos it shows every second, third, ... frame."""

TICK = Fraction(1, 1000)
"""Seconds of the film's clock."""

COMPRESSION = "26"
"""H.264's quality setting (CRF)."""


def film_boxes(
    path: Path, people: Sequence[Person], out: Path, seconds: float, side: int | None = None, most: int | None = None
) -> None:
    """Write a video with the judged faces marked, without its sound, as H.264 in MP4, atomically.

    Between the frames that were looked at a box moves evenly.

    Parameters
    ----------
    path : Path
        The video that was judged.
    people : sequence of Person
        Those seen in it.
    out : Path
        Ending in ``.mp4``.
    seconds : float
        How long reading the video may take.
    side : int, optional
        Longer side in pixels; by default, and at most, the video's own.
    most : int, optional
        Frames at most; by default all.

    Raises
    ------
    MediaError
        If the video can't be read or encoded.
    """
    with open_frames(path, 0, seconds) as reader, atomic_path(out) as temporary:
        step = 1 if most is None else -(-len(reader) // most)
        try:
            _encode(temporary, _drawn(reader.read(range(0, len(reader), step)), people, side))
        except av.FFmpegError as error:
            detail = str(error.strerror)
            raise MediaError(f"can't be filmed with boxes ({detail})", code="not_encoded", detail=detail) from None


def _drawn(frames: Iterable[Frame], people: Sequence[Person], side: int | None) -> Iterator[tuple[float, np.ndarray]]:
    """Time and picture of each frame with its boxes, all of the first one's size, brought to even sides for H.264."""
    size: tuple[int, int] | None = None
    for frame in frames:
        height, width = frame.image.shape[:2]
        if size is None:
            scale = min(1.0, side / max(height, width)) if side else 1.0
            size = _even(width * scale), _even(height * scale)
        image = np.ascontiguousarray(cv2.resize(frame.image, size, interpolation=cv2.INTER_AREA))
        across, down = size[0] / width, size[1] / height
        boxes: list[tuple[Person, Box, float]] = []
        for person in people:
            if place := box_at(person, frame.number):
                (x, y, wide, high), logit = place
                boxes.append((person, Box(x * across, y * down, wide * across, high * down), logit))
        draw_boxes(image, boxes)
        yield frame.time, image


def _even(length: float) -> int:
    return max(2, round(length) // 2 * 2)


def _encode(path: Path, pictures: Iterator[tuple[float, np.ndarray]]) -> None:
    """Write pictures of one size, each at its time."""
    first = next(pictures, None)
    if first is None:
        raise MediaError("has no frame that can be decoded", code="no_frames")
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": COMPRESSION, "preset": "veryfast"})
        stream.height, stream.width = first[1].shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = TICK
        last = -1
        for time, image in chain([first], pictures):
            picture = av.VideoFrame.from_ndarray(image, format="rgb24")
            last = max(last + 1, round(time / TICK))  # frames nearer to each other than a tick come one after the other
            picture.pts, picture.time_base = last, TICK
            container.mux(stream.encode(picture))
        container.mux(stream.encode())


def box_at(person: Person, number: int) -> tuple[Box, float] | None:
    """Where a person's face is in a frame, and the logit of the face looked at last; None before and after."""
    numbers = [face.frame for face in person.faces]
    after = bisect_right(numbers, number)
    if not after or (after == len(numbers) and number > numbers[-1]):
        return None
    face = person.faces[after - 1]
    logit = face.logits[person.score.approach]
    if after == len(numbers):
        return face.box, logit
    ahead = person.faces[after]
    share = (number - face.frame) / (ahead.frame - face.frame)
    return Box(*(a + share * (b - a) for a, b in zip(face.box, ahead.box, strict=True))), logit
