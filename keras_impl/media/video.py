"""Exact frames of a video, by number, without decoding more than is needed.

A first pass reads the packets without decoding them: their timestamps in display order number
the frames, whatever the header claims and however uneven the frame rate is. A requested frame is
then reached by decoding from the last key frame before it, skipping frames in between that no
other frame depends on. If a file has no usable timestamps, or seeking in it is inexact, frames
are counted from the beginning instead.
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
from av.sidedata.sidedata import SideDataContainer
from av.stream import Disposition

from keras_impl.errors import MediaError
from keras_impl.media.container import Patience, as_media_error, open_container, packets_of
from keras_impl.media.image import over_background, reduced, refuse_size

FORMATS = "mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg,h264,hevc,m4v,mpegvideo"
"""FFmpeg's names of the accepted containers, whatever a file is called. Playlists (HLS, DASH, concat, SDP) are left
out: an untrusted one can refer to any file or address."""

NEARLY_SQUARE = 0.01
"""How much a pixel's sides may differ and still count as equal: rounded headers say 4096:4095."""

MOST_OBLONG = 8
"""Aspect ratios of pixels beyond this, either way, are taken for errors and ignored."""


@dataclass(frozen=True)
class Frame:
    """One decoded frame.

    Attributes
    ----------
    number : int
        Position in display order, from 0.
    time : float
        Seconds from the first frame.
    image : ndarray of uint8, shape (h, w, 3)
        RGB as a player shows it: upright by the file's display matrix, with square pixels, and
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
        Threads of the decoder; 0 lets it choose.
    seconds : float, optional
        Time limit for reading the whole video.

    Attributes
    ----------
    missing : set of int
        Numbers of frames that were requested but can't be decoded.

    Raises
    ------
    MediaError
        If the file can't be opened as a video or holds no frames; here and in `read`, if the time
        limit is exceeded.
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
        """Number of frames according to the packets."""
        return len(self._stamps)

    @property
    def duration(self) -> float:
        """Seconds from the first frame to the last."""
        return self._seconds_at(len(self._stamps) - 1)

    def spread(self, wanted: int, attempt: int = 0) -> list[int]:
        """Numbers of ``wanted`` frames spread evenly over the duration of the video.

        At a constant frame rate they are those of the function `spread`. Otherwise each point in time
        selects the frame that is shown then or, if that one is taken, the next: no number is repeated
        unless there are fewer frames than wanted.
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

        A frame that can't be decoded is skipped and its number added to `missing`, so there may be
        fewer than requested.
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
                    with suppress(av.FFmpegError):  # too damaged to convert
                        frame = self._as_frame(number, current[1])
                if frame is None:
                    self.missing.add(number)
                else:
                    yield frame

    def _number_frames(self) -> None:
        self._stamps, self._keys = self._read_stamps()
        self._times = self._stamps
        # AVI, and what was remuxed from it, numbers packets in stored order. If frames are shown in another
        # order, that doesn't tell which frame a packet holds.
        self._counts = not self._stamps or (self._is_stored_as_stamped and self._stream.codec_context.has_b_frames)
        if self._counts:
            self._stamps = [stamp for stamp, _ in self._decode(None, frozenset())]
            self._keys = self._stamps[:1]
            if len(self._times) < len(self._stamps):  # packets with several frames give no times
                self._times = []
        if not self._stamps:
            raise MediaError("holds no frames", code="no_frames")

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
        """Timestamps of all frames and of the key frames, in display order.

        Both are empty if a timestamp is missing or repeated, since they don't number the frames then.
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
        """Timestamps and frames from ``key`` on, or from the beginning if seeking to it is inexact."""
        if key != self._stamps[0]:
            frames = self._decode(key, wanted)
            first = next(frames, None)
            if first is not None and first[0] <= key:
                yield first
                yield from frames
                return
        yield from self._decode(None, wanted)

    def _decode(self, key: int | None, wanted: frozenset[int]) -> Iterator[tuple[int, av.VideoFrame]]:
        """Decode from ``key``, or from the beginning if that is None; damaged packets are skipped.

        Frames that are not ``wanted`` may be missing if no other frame depends on them.
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
        """Decode the first packet before seeking elsewhere.

        Some files name their encoder there and nowhere else, and the decoder compensates for errors of
        old encoders. Without this, H.264 of FaceForensics++ decodes to garbage.
        """
        for packet in packets_of(self._container, self._stream, self._patience):
            try:
                packet.decode()
            except av.InvalidDataError:
                continue
            return

    def _as_frame(self, number: int, frame: av.VideoFrame) -> Frame:
        refuse_size(frame.width, frame.height)  # the size may change halfway
        if any(component.is_alpha for component in frame.format.components):
            image = over_background(frame.to_ndarray(format="rgba"))
        else:
            image = frame.to_ndarray(format="rgb24")
        image = reduced(_with_square_pixels(image, self._stream.sample_aspect_ratio))
        # frame.side_data would be kept by the frame that it keeps: 3 MB that wait for the garbage collector
        matrix: Any = SideDataContainer(frame).get("DISPLAYMATRIX")  # type: ignore[call-arg]
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
        If there is none except attached pictures, or none has a decoder.
    """
    attached = Disposition.attached_pic | Disposition.timed_thumbnails
    streams = [stream for stream in container.streams.video if not stream.disposition & attached]
    if not streams:
        has_sound = bool(container.streams.audio)
        reason = "has no video track" + (": it has sound only" if has_sound else "")
        raise MediaError(reason, code="no_video_track", has_sound=has_sound)
    decodable = [stream for stream in streams if stream.codec_context is not None]
    if not decodable:
        raise MediaError("is in a format for which there is no decoder", code="no_decoder", part="image")

    def preference(stream: av.VideoStream) -> tuple[bool, bool, int]:
        is_default = bool(stream.disposition & Disposition.default)
        # a track of one frame beside others is a thumbnail
        return stream.frames != 1, is_default, stream.codec_context.width * stream.codec_context.height

    return max(decodable, key=preference)


def _with_square_pixels(image: np.ndarray, aspect: Fraction | None) -> np.ndarray:
    """Stretch an image whose pixels are ``aspect`` times as wide as high."""
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
    """Whether every frame is within one frame's duration of where a constant rate would put it."""
    even = np.linspace(times[0], times[-1], len(times))
    return len(times) < 3 or bool(np.abs(times - even).max() <= even[1] - even[0])


def spread(count: int, wanted: int, attempt: int = 0) -> list[int]:
    """Numbers of ``wanted`` frames spread evenly over a video of ``count`` frames.

    The video is cut into ``wanted`` equal parts. The first attempt takes the middle of each part, later
    ones take points as far as possible from those before (the van der Corput sequence in base 2), so that
    part i of every attempt samples the same stretch of the video.

    Examples
    --------
    >>> spread(100, 4), spread(100, 4, attempt=1)
    ([12, 37, 62, 87], [6, 31, 56, 81])
    """
    offset = offset_of(attempt)
    return [int((part + offset) * count / wanted) for part in range(wanted)]


def offset_of(attempt: int) -> float:
    """Where in its part of the video an attempt looks, 0 to 1.

    Examples
    --------
    >>> [offset_of(attempt) for attempt in range(4)]
    [0.5, 0.25, 0.75, 0.125]
    """
    denominator, offset = 1, 0.0
    place = attempt + 1
    while place:
        denominator *= 2
        offset += (place % 2) / denominator
        place //= 2
    return offset
