"""Exact frames of a video, by number, without decoding more than is needed.

A first pass reads the packets without decoding them: their time stamps in display order number
the frames, whatever the header claims and however uneven the frame rate is. A wanted frame is
then reached by decoding from the last key frame before it, without the frames in between that no
other frame is built on. Where a file has no usable time stamps, or can't be sought in exactly, frames
are counted from its beginning instead.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from av.stream import Disposition

from keras_impl.errors import MediaError
from keras_impl.media.container import Patience, as_media_error, open_container, packets_of
from keras_impl.media.image import over_background, reduced, refuse_size

FORMATS = "mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg,h264,hevc,m4v,mpegvideo"
"""FFmpeg's names of containers that may be read, whatever a file is called. Left out are those that are lists
of other files or addresses (HLS, DASH, concat, SDP), which a stranger's file could lead anywhere with."""

NEARLY_SQUARE = 0.01
"""By how much a pixel's sides may differ and still count as equal: rounded headers say 4096 : 4095."""

MOST_OBLONG = 8
"""Pixels that claim to be longer than so many times their other side are not believed."""


@dataclass(frozen=True)
class Frame:
    """One decoded frame.

    Attributes
    ----------
    number : int
        Place in display order, from 0.
    time : float
        Seconds from the first frame.
    image : ndarray of uint8, shape (h, w, 3)
        RGB as a player shows it: upright, as the file's display matrix says, with square pixels, and
        reduced to `keras_impl.media.image.WORKING_PIXELS`.
    """

    number: int
    time: float
    image: np.ndarray


class VideoReader:
    """Random access to the frames of one video; use it as a context manager.

    Parameters
    ----------
    path : Path
    threads : int, default 0
        Processor threads that decode; 0 leaves it to the decoder.
    seconds : float, optional
        How long reading this video may take altogether.

    Attributes
    ----------
    missing : set of int
        Numbers of frames that were asked for and never came, because they can't be decoded.

    Raises
    ------
    MediaError
        If the file can't be opened as a video or holds no frames, and, here and from `read`, when
        the time is over.
    """

    def __init__(self, path: Path, threads: int = 0, seconds: float = float("inf")) -> None:
        self._path, self._threads, self._patience = path, threads, Patience(seconds)
        self.missing: set[int] = set()
        with as_media_error():
            self._open()
            try:
                self._number_frames()
            except BaseException:
                self._container.close()
                raise

    def __enter__(self) -> "VideoReader":
        return self

    def __exit__(self, *_: object) -> None:
        self._container.close()

    def __len__(self) -> int:
        """Number of frames that the packets announce."""
        return len(self._stamps)

    @property
    def duration(self) -> float:
        """Seconds from the first frame to the last."""
        return self._seconds_at(len(self._stamps) - 1)

    def spread(self, wanted: int, attempt: int = 0) -> list[int]:
        """Numbers of ``wanted`` frames spread evenly over the time that the video lasts.

        At an even frame rate they are those of the function `spread`. Otherwise each place in time
        stands for the frame that is shown then or, where that one is taken, for the next: no number
        comes twice unless there are fewer frames than wanted.
        """
        length = len(self)
        times = np.array([self._seconds_at(number) for number in range(length)])
        if wanted > length or _is_even(times):
            return spread(length, wanted, attempt)
        order = np.arange(wanted)
        until = times[-1] + np.median(np.diff(times))
        numbers = np.searchsorted(times, (order + offset_of(attempt)) * until / wanted, side="right") - 1
        numbers = np.maximum.accumulate(numbers - order) + order
        return np.minimum(numbers, length - wanted + order).tolist()

    def read(self, numbers: Iterable[int]) -> Iterator[Frame]:
        """Yield the frames with these numbers in increasing order.

        A frame that can't be decoded is left out, so fewer may come than were asked for; its number
        is added to `missing`.
        """
        with as_media_error():
            frames: Iterator[tuple[int, av.VideoFrame]] = iter(())
            current: tuple[int, av.VideoFrame] | None = None
            ordered = sorted(set(numbers))
            wanted = frozenset(self._stamps[number] for number in ordered)
            for number in ordered:
                stamp = self._stamps[number]
                key = self._key_before(stamp)
                if current is None or current[0] < key:
                    frames = self._frames_from(key, wanted)
                    current = next(frames, None)
                while current is not None and current[0] < stamp:
                    current = next(frames, None)
                frame = None
                if current is not None and current[0] == stamp:
                    with suppress(av.FFmpegError):  # damaged so that its pixels have no meaning
                        frame = self._as_frame(number, current[1])
                if frame is None:
                    self.missing.add(number)
                else:
                    yield frame

    def _number_frames(self) -> None:
        self._stamps, self._keys = self._read_stamps()
        self._times = self._stamps
        # AVI, and what was copied from it, numbers packets as they are stored. Where frames are stored in
        # another order than they are shown in, that doesn't tell which frame a packet holds.
        self._counts = not self._stamps or (self._is_stored_as_stamped and self._stream.codec_context.has_b_frames)
        if self._counts:
            self._stamps = [stamp for stamp, _ in self._decode(None, frozenset())]
            self._keys = self._stamps[:1]
            if len(self._times) < len(self._stamps):  # packets that hold several frames tell no times
                self._times = []
        if not self._stamps:
            raise MediaError("holds no frames")

    def _open(self) -> None:
        self._container = open_container(self._path, FORMATS, "a video", self._patience)
        try:
            self._stream = _shown_stream(self._container)
            refuse_size(self._stream.codec_context.width, self._stream.codec_context.height)
        except MediaError:
            self._container.close()
            raise
        self._stream.thread_type = "AUTO"
        self._stream.codec_context.thread_count = self._threads

    def _read_stamps(self) -> tuple[list[int], list[int]]:
        """Time stamps of all frames and of the key frames, in display order.

        Both are empty if a stamp is missing or comes twice: they don't number the frames then.
        """
        stamps: list[int] = []
        keys: list[int] = []
        try:
            for packet in packets_of(self._container, self._stream, self._patience):
                if not packet.size or packet.is_discard:
                    continue
                if packet.pts is None:
                    return [], []
                stamps.append(packet.pts)
                if packet.is_keyframe:
                    keys.append(packet.pts)
        except (av.FFmpegError, OSError):
            pass  # a file cut short: what came before the cut can still be used
        if len(set(stamps)) < len(stamps):
            return [], []
        ordered = sorted(stamps)
        self._is_stored_as_stamped = stamps == ordered
        return ordered, sorted(keys)

    def _key_before(self, stamp: int) -> int:
        """The last key frame at or before ``stamp``; the first frame if there is none."""
        place = bisect_right(self._keys, stamp)
        return self._keys[place - 1] if place else self._stamps[0]

    def _frames_from(self, key: int, wanted: frozenset[int]) -> Iterator[tuple[int, av.VideoFrame]]:
        """Stamp and frame from ``key`` on, or from earlier where it can't be sought exactly."""
        if key != self._stamps[0]:
            frames = self._decode(key, wanted)
            first = next(frames, None)
            if first is not None and first[0] <= key:
                yield first
                yield from frames
                return
        yield from self._decode(None, wanted)

    def _decode(self, key: int | None, wanted: frozenset[int]) -> Iterator[tuple[int, av.VideoFrame]]:
        """Decode past damaged packets, from ``key`` or (None) from the file's beginning.

        Of the frames that are not ``wanted``, those that no other frame is built on may be missing.
        """
        self._container.close()
        self._open()
        counted = count()
        try:
            if key is not None:
                self._prime()
                self._container.seek(key, stream=self._stream)
            for packet in packets_of(self._container, self._stream, self._patience):
                if not self._counts:
                    needed = packet.pts in wanted or packet.is_keyframe
                    self._stream.codec_context.skip_frame = "DEFAULT" if needed else "NONREF"
                try:
                    decoded = packet.decode()
                except av.InvalidDataError:
                    continue
                for frame in decoded:
                    if self._counts:
                        yield next(counted), frame
                    elif frame.pts is not None:
                        yield frame.pts, frame
        except (av.FFmpegError, OSError):
            return

    def _prime(self) -> None:
        """Show the decoder the first packet before it is taken elsewhere.

        Some files say there, and nowhere else, which encoder made them, and the decoder makes up
        for the errors of old ones. Without it, H.264 of FaceForensics++ decodes to garbage.
        """
        for packet in packets_of(self._container, self._stream, self._patience):
            try:
                packet.decode()
            except av.InvalidDataError:
                continue
            return

    def _as_frame(self, number: int, frame: av.VideoFrame) -> Frame:
        refuse_size(frame.width, frame.height)  # it may change halfway
        if any(component.is_alpha for component in frame.format.components):
            image = over_background(frame.to_ndarray(format="rgba"))
        else:
            image = frame.to_ndarray(format="rgb24")
        image = reduced(_with_square_pixels(image, self._stream.sample_aspect_ratio))
        matrix: Any = frame.side_data.get("DISPLAYMATRIX")  # PyAV's type stubs only know motion vectors
        if matrix is not None:
            image = _as_displayed(image, np.frombuffer(bytes(matrix), np.int32))
        return Frame(number, self._seconds_at(number), image)

    def _seconds_at(self, number: int) -> float:
        time_base = self._stream.time_base
        if self._times and time_base is not None:
            return float((self._times[number] - self._times[0]) * time_base)
        return float(number / (self._stream.average_rate or 25))


def _shown_stream(container: av.container.InputContainer) -> av.VideoStream:
    """The video track that a player shows: the default one; of several, the largest.

    Raises
    ------
    MediaError
        If there is none but attached pictures, or no decoder for any.
    """
    attached = Disposition.attached_pic | Disposition.timed_thumbnails
    streams = [stream for stream in container.streams.video if not stream.disposition & attached]
    if not streams:
        raise MediaError("has no video track" + (": it has sound only" if container.streams.audio else ""))
    decodable = [stream for stream in streams if stream.codec_context is not None]
    if not decodable:
        raise MediaError("is in a format for which there is no decoder")

    def preference(stream: av.VideoStream) -> tuple[bool, bool, int]:
        is_default = bool(stream.disposition & Disposition.default)
        # a track of one frame beside others is a thumbnail
        return stream.frames != 1, is_default, stream.codec_context.width * stream.codec_context.height

    return max(decodable, key=preference)


def _with_square_pixels(image: np.ndarray, aspect: Fraction | None) -> np.ndarray:
    """Stretch the side along which pixels are longer, ``aspect`` times as wide as high."""
    ratio = float(aspect) if aspect else 1.0
    if abs(ratio - 1) <= NEARLY_SQUARE or not 1 / MOST_OBLONG <= ratio <= MOST_OBLONG:
        return image
    height, width = image.shape[:2]
    width, height = (round(width * ratio), height) if ratio > 1 else (width, round(height / ratio))
    refuse_size(width, height)
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR)


def _as_displayed(image: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Turn and mirror an image as a display matrix says: x' = a x + c y, y' = b x + d y."""
    a, b, _, c, d = (int(element) for element in matrix[:5])
    across, down = a, d
    if abs(b) + abs(c) > abs(a) + abs(d):  # x and y change places
        image, across, down = image.transpose(1, 0, 2), c, b
    return np.ascontiguousarray(image[:: -1 if down < 0 else 1, :: -1 if across < 0 else 1])


def _is_even(times: np.ndarray) -> bool:
    """Whether no frame is further than a frame's length from where it would be at one rate."""
    even = np.linspace(times[0], times[-1], len(times))
    return len(times) < 3 or bool(np.abs(times - even).max() <= even[1] - even[0])


def spread(count: int, wanted: int, attempt: int = 0) -> list[int]:
    """Numbers of ``wanted`` frames spread evenly over a video of ``count`` frames.

    The video is cut into ``wanted`` equal parts. The first attempt takes the middle of each, later
    ones other places in it that are as far as can be from those taken before (van der Corput's
    sequence in base 2), so that part i of each attempt looks for the same stretch of the video.
    """
    offset = offset_of(attempt)
    return [int((part + offset) * count / wanted) for part in range(wanted)]


def offset_of(attempt: int) -> float:
    """Where in its part of the video an attempt looks, 0 to 1."""
    denominator, offset = 1, 0.0
    place = attempt + 1
    while place:
        denominator *= 2
        offset += (place % 2) / denominator
        place //= 2
    return offset
