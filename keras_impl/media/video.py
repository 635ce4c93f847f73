"""Exact frames of a video, by number, without decoding more than is needed.

A first pass reads the packets without decoding them: their time stamps in display order number
the frames, whatever the header claims and however uneven the frame rate is. A wanted frame is
then reached by decoding from the last key frame before it, without the frames in between that no
other frame is built on. Where a file has no usable time stamps, or can't be sought in exactly, frames
are counted from its beginning instead.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import av
import numpy as np

from keras_impl.errors import MediaError
from keras_impl.media.container import Patience, open_container, packets_of
from keras_impl.media.image import refuse_size

FORMATS = "mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg,h264,hevc,m4v,mpegvideo"
"""FFmpeg's names of containers that may be read, whatever a file is called. Left out are those that are lists
of other files or addresses (HLS, DASH, concat, SDP), which a stranger's file could lead anywhere with."""


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
        RGB, turned upright as the file's rotation flag says.
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

    Raises
    ------
    MediaError
        If the file can't be opened as a video or holds no frames, and, here and from `read`, when
        the time is over.
    """

    def __init__(self, path: Path, threads: int = 0, seconds: float = float("inf")) -> None:
        self._path, self._threads, self._patience = path, threads, Patience(seconds)
        self._open()
        try:
            self._stamps, self._keys = self._read_stamps()
            self._counts = not self._stamps
            if self._counts:
                self._stamps = [stamp for stamp, _ in self._decode(None, frozenset())]
                self._keys = self._stamps[:1]
            if not self._stamps:
                raise MediaError("holds no frames")
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

    def read(self, numbers: Iterable[int]) -> Iterator[Frame]:
        """Yield the frames with these numbers in increasing order.

        A frame that can't be decoded is left out, so fewer may come than were asked for.
        """
        frames, current = iter(()), None
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
            if current is not None and current[0] == stamp:
                try:
                    frame = self._as_frame(number, current[1])
                except av.FFmpegError:  # damaged so that its pixels have no meaning
                    continue
                yield frame

    def _open(self) -> None:
        self._container = open_container(self._path, FORMATS, "a video", self._patience)
        if not self._container.streams.video:
            self._container.close()
            raise MediaError("has no video track")
        self._stream = self._container.streams.video[0]
        if self._stream.codec_context is None:
            self._container.close()
            raise MediaError("is in a format for which there is no decoder")
        try:
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
        stamps, keys = [], []
        try:
            for packet in packets_of(self._container, self._stream, self._patience):
                if packet.size and not packet.is_discard:
                    stamps.append(packet.pts)
                    if packet.is_keyframe:
                        keys.append(packet.pts)
        except (av.FFmpegError, OSError):
            pass  # a file cut short: what came before the cut can still be used
        if None in stamps or len(set(stamps)) < len(stamps):
            return [], []
        return sorted(stamps), sorted(keys)

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
        image = frame.to_ndarray(format="rgb24")
        quarter_turns = round(frame.rotation / 90) % 4
        if quarter_turns:
            image = np.ascontiguousarray(np.rot90(image, quarter_turns))
        return Frame(number, self._seconds_at(number), image)

    def _seconds_at(self, number: int) -> float:
        tick = 1 / (self._stream.average_rate or 25) if self._counts else self._stream.time_base
        return float((self._stamps[number] - self._stamps[0]) * tick)


def spread(count: int, wanted: int, attempt: int = 0) -> list[int]:
    """Numbers of ``wanted`` frames spread evenly over a video of ``count`` frames.

    The video is cut into ``wanted`` equal parts. The first attempt takes the middle of each, later
    ones other places in it that are as far as can be from those taken before (van der Corput's
    sequence in base 2), so that part i of each attempt looks for the same stretch of the video.
    """
    denominator, offset = 1, 0.0
    place = attempt + 1
    while place:
        denominator *= 2
        offset += (place % 2) / denominator
        place //= 2
    return [int((part + offset) * count / wanted) for part in range(wanted)]
