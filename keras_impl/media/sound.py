"""The sound of any video or recording: one channel, 16 kHz, a block at a time, however long it is.

Everything that can be different between two files and has nothing to do with what is heard (rate, channels,
sample format, container) is gone when a block leaves this module.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from keras_impl.errors import MediaError, SoundError, first_line
from keras_impl.media.container import Patience, open_container, packets_of

SAMPLE_RATE = 16_000
"""Samples a second: what speech is studied at, and all that half of the public sets have."""

FORMATS = "mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg,wav,w64,flac,mp3,aac,ac3,aiff,au,caf,amr,ape,wv,tta,opus"
"""FFmpeg's names of containers that may be read; lists of other files or addresses are left out."""

BLOCK = 1 << 16
"""Samples of a block: four seconds."""

LOUDEST = 65_536.0
"""Samples of a floating-point file stay within this: room for one that counts to 32768 instead of 1."""

LOUD_SHARE, BEYOND = 0.999, 20.0
"""A sample is broken that is so many times louder than this share of its block, and louder than full scale."""

CANCELLED = 0.01
"""Channels cancel each other out where their mean has less than this share of the loudest one's power."""


@dataclass(frozen=True)
class SoundFormat:
    """How a file holds its sound, which is nothing that a detector should know.

    Attributes
    ----------
    codec : str
        FFmpeg's name.
    sample_rate : int
        Hertz.
    channels : int
    """

    codec: str
    sample_rate: int
    channels: int


class SoundReader:
    """The sound of one file; use it as a context manager.

    Parameters
    ----------
    path : Path
    seconds : float, optional
        How long reading this file may take altogether.

    Attributes
    ----------
    format : SoundFormat

    Raises
    ------
    SoundError
        If the file has no sound track.
    MediaError
        If it can't be opened, and, here and from `blocks`, when the time is over.
    """

    def __init__(self, path: Path, seconds: float = float("inf")) -> None:
        self._path, self._patience = path, Patience(seconds)
        self._open()

    def __enter__(self) -> "SoundReader":
        return self

    def __exit__(self, *_: object) -> None:
        self._container.close()

    def blocks(self) -> Iterator[np.ndarray]:
        """Yield all of the sound from the beginning, as often as it is asked for.

        Packets that can't be decoded are left out; of a file cut short comes what there is.

        Yields
        ------
        ndarray of float32, shape (n,)
            Samples, -1 to 1 (decoders may go a little beyond), `BLOCK` of them but for the last block.
        """
        if self._is_read:  # opening takes as long as decoding a few seconds
            self._container.close()
            self._open()
        self._is_read = True
        yield from map(_tamed, in_blocks(self._decoded(), BLOCK))

    def _open(self) -> None:
        self._container = open_container(self._path, FORMATS, "sound", self._patience)
        self._is_read = False
        if not self._container.streams.audio:
            self._container.close()
            raise SoundError("no sound track", "has no sound track")
        self._stream = self._container.streams.audio[0]
        context = self._stream.codec_context
        if context is None or not context.sample_rate or not context.channels:
            self._container.close()
            raise MediaError("has sound in a format for which there is no decoder")
        self.format = SoundFormat(context.name, context.sample_rate, context.channels)

    def _decoded(self) -> Iterator[np.ndarray]:
        resampler = None
        try:
            for packet in packets_of(self._container, self._stream, self._patience):
                try:
                    frames = packet.decode()
                except av.InvalidDataError:
                    continue
                for frame in frames:
                    layout = frame.format.name, frame.layout.name, frame.sample_rate
                    if resampler is None or resampler.takes != layout:
                        if resampler is not None:
                            yield from resampler.rest()
                        resampler = _Resampler(layout)
                    yield from resampler.convert(frame)
            if resampler is not None:
                yield from resampler.rest()
        except (av.FFmpegError, OSError):
            pass  # a file cut short: what came before the cut can still be used
        except (ValueError, OverflowError, NotImplementedError) as error:  # of layouts and rates that PyAV can't take
            raise MediaError(f"has sound of a kind that can't be converted ({first_line(error)})") from None


def in_blocks(pieces: Iterable[np.ndarray], samples: int) -> Iterator[np.ndarray]:
    """Cut sound that comes in pieces of whatever lengths into blocks of one length; only the last may be shorter."""
    kept: list[np.ndarray] = []
    size = 0
    for piece in pieces:
        kept.append(piece)
        size += len(piece)
        if size >= samples:
            joined = np.concatenate(kept)
            whole = size - size % samples
            yield from np.split(joined[:whole], whole // samples)
            kept, size = [joined[whole:]], size - whole
    if size:
        yield np.concatenate(kept)


class _Resampler:
    """FFmpeg's resampler to `SAMPLE_RATE`, for frames of one kind: a file may change it halfway."""

    def __init__(self, takes: tuple[str, str, int]) -> None:
        self.takes = takes
        # packed samples: from eight channels on, reading planar ones kills the process
        self._resampler = av.AudioResampler(format="flt", rate=SAMPLE_RATE)

    def convert(self, frame: av.AudioFrame) -> Iterator[np.ndarray]:
        frame.pts = None  # gaps in time are not filled, and stamps that run backwards are no error
        return map(_mixed, self._resampler.resample(frame))

    def rest(self) -> Iterator[np.ndarray]:
        return map(_mixed, self._resampler.resample(None))


def _mixed(frame: av.AudioFrame) -> np.ndarray:
    """The mean of a frame's channels: FFmpeg's own mixture gets louder with more of them.

    Where they cancel each other out, as those of a cable with two wires swapped do, it is the loudest one.
    """
    channels = frame.to_ndarray().reshape(frame.samples, -1)
    mean = channels.mean(axis=1)
    if channels.shape[1] > 1 and len(mean):
        power = np.square(channels, dtype=np.float64).mean(axis=0)
        loudest = int(np.nanargmax(power)) if np.isfinite(power).any() else 0
        if np.square(mean, dtype=np.float64).mean() < CANCELLED * power[loudest]:
            return np.ascontiguousarray(channels[:, loudest])
    return mean


def _tamed(samples: np.ndarray) -> np.ndarray:
    """Samples without those that are no numbers, or far beyond all others around them, as in damaged files."""
    known = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
    loud = np.quantile(np.abs(known), LOUD_SHARE) if len(known) else 0.0
    broken = np.abs(known) > max(1.0, BEYOND * loud)
    return np.where(broken, np.float32(0), known).clip(-LOUDEST, LOUDEST)
