"""The sound of any video or recording: mono, 16 kHz, one block at a time, however long it is.

Whatever differs between files without being heard (sample rate, channels, sample format, container) is gone when
a block leaves this module.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.stream import Disposition

from keras_impl.errors import MediaError, SoundError
from keras_impl.media.container import Patience, as_media_error, open_container, packets_of

SAMPLE_RATE = 16_000
"""Hertz: the usual rate for speech, and all that half of the public data sets have."""

FULL_SCALE = 32767
"""The 16-bit sample that stands for 1.0."""

FORMATS = "mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg,wav,w64,flac,mp3,aac,ac3,aiff,au,caf,amr,ape,wv,tta,opus"
"""FFmpeg's names of the accepted containers. Playlists, which can refer to any file or address, are left out."""

BLOCK = 1 << 16
"""Samples of a block: four seconds."""

LOUDEST = 65_536.0
"""Larger samples of a floating-point file are damage; files whose full scale is 32768 instead of 1 are read."""

LOUD_SHARE, BEYOND = 0.999, 20.0
"""A sample is damage if it is beyond full scale and `BEYOND` times louder than this share of those around it."""

LEAST_RATE, MOST_RATE = 2_000, 768_000
"""Sample rates that are accepted, in hertz: lower ones hold no speech, and would grow without bounds here."""

MOST_CHANNELS = 64
"""The most that FFmpeg's resampler takes."""

CANCELLED = 0.01
"""Channels cancel each other out if their mean has less than this share of the second loudest one's power."""


@dataclass(frozen=True)
class SoundFormat:
    """How a file stores its sound, which a detector should not depend on.

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
        Time limit for reading the whole file.
    track : int, default 0
        Which of its sound tracks, in the order in which a player would choose: the default one first.

    Attributes
    ----------
    format : SoundFormat
    tracks : int
        Number of sound tracks that can be decoded.

    Raises
    ------
    SoundError
        If the file has no sound track.
    MediaError
        If it can't be opened; here and in `blocks`, if the time limit is exceeded.
    """

    def __init__(self, path: Path, seconds: float = float("inf"), track: int = 0) -> None:
        self._path, self._patience, self._track = path, Patience(seconds), track
        self._is_read = False
        self._reopen()

    def __enter__(self) -> "SoundReader":
        return self

    def __exit__(self, *_: object) -> None:
        self._container.close()

    def blocks(self) -> Iterator[np.ndarray]:
        """Yield all of the sound from the beginning; may be called repeatedly.

        Packets that can't be decoded are skipped, and a truncated file is read as far as it goes.

        Yields
        ------
        ndarray of float32, shape (n,)
            Samples, -1 to 1 (decoders may go slightly beyond), `BLOCK` of them except in the last block.
        """
        if self._is_read:  # opening takes as long as decoding a few seconds
            self._container.close()
            self._reopen()
        self._is_read = True
        with as_media_error():
            yield from map(_tamed, in_blocks(map(_Mixer(), self._decoded()), BLOCK))

    def _reopen(self) -> None:
        with as_media_error():
            self._container = open_container(self._path, FORMATS, "sound", self._patience)
            try:
                self._choose_track()
            except BaseException:
                self._container.close()
                raise

    def _choose_track(self) -> None:
        streams = self._container.streams.audio
        if not streams:
            raise SoundError("no sound track", "has no sound track", code="no_sound_track")
        decodable = [
            stream
            for stream in streams
            if (context := stream.codec_context) is not None and context.sample_rate and context.channels
        ]
        if not decodable:
            raise MediaError("has sound in a format for which there is no decoder", code="no_decoder", part="sound")
        self.tracks = len(decodable)
        self._stream = sorted(decodable, key=lambda stream: not stream.disposition & Disposition.default)[self._track]
        context = self._stream.codec_context
        _refuse(context.sample_rate, context.channels)
        self.format = SoundFormat(context.name, context.sample_rate, context.channels)

    def _decoded(self) -> Iterator[np.ndarray]:
        """Pieces of sound at `SAMPLE_RATE`, of shape (samples, channels)."""
        may_hold_anything = self.format.codec.startswith(("pcm_f", "wavpack"))
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
                        _refuse(frame.sample_rate, frame.layout.nb_channels)
                        if resampler is not None:
                            yield from resampler.rest()
                        resampler = _Resampler(layout)
                    yield from resampler.convert(_repaired(frame) if may_hold_anything else frame)
        except (av.FFmpegError, OSError):
            pass  # a file cut short: what came before the cut can still be used
        if resampler is not None:
            yield from resampler.rest()


def _refuse(rate: int, channels: int) -> None:
    """Raise a `MediaError` for sound that FFmpeg can't resample, or that would fill the memory."""
    if not LEAST_RATE <= rate <= MOST_RATE:
        reason = f"has a sample rate of {rate} Hz, outside the supported {LEAST_RATE} to {MOST_RATE} Hz"
        raise MediaError(reason, code="unsupported_rate", rate=rate, least=LEAST_RATE, most=MOST_RATE)
    if channels > MOST_CHANNELS:
        reason = f"has {channels} channels, more than {MOST_CHANNELS}"
        raise MediaError(reason, code="too_many_channels", channels=channels, most=MOST_CHANNELS)


def in_blocks(pieces: Iterable[np.ndarray], samples: int) -> Iterator[np.ndarray]:
    """Cut sound that comes in pieces of any length into blocks of equal length; only the last may be shorter.

    Examples
    --------
    >>> [len(block) for block in in_blocks([np.zeros(3), np.zeros(4)], samples=2)]
    [2, 2, 2, 1]
    """
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
    """FFmpeg's resampler to `SAMPLE_RATE`, for frames of one format: a file may change it halfway."""

    def __init__(self, takes: tuple[str, str, int]) -> None:
        self.takes = takes
        self._resampler = av.AudioResampler(format="flt", rate=SAMPLE_RATE)

    def convert(self, frame: av.AudioFrame) -> Iterator[np.ndarray]:
        frame.pts = None  # gaps are not filled, and timestamps may run backwards
        return map(_samples_of, self._resampler.resample(frame))

    def rest(self) -> Iterator[np.ndarray]:
        return map(_samples_of, self._resampler.resample(None))


class _Mixer:
    """Downmixes channels to their mean (FFmpeg's own downmix gets louder with more channels).

    Where they cancel each other out, as in stereo with one side inverted, the loudest channel is used instead,
    and the same one from then on.
    """

    def __init__(self) -> None:
        self._chosen: int | None = None

    def __call__(self, samples: np.ndarray) -> np.ndarray:
        """Mix samples of shape (n, channels) to shape (n,)."""
        mean = samples.mean(axis=1)
        channels = samples.shape[1]
        if channels < 2 or not len(mean):
            return mean
        powers = np.square(samples, dtype=np.float64).mean(axis=0)
        if np.square(mean, dtype=np.float64).mean() >= CANCELLED * np.partition(powers, -2)[-2]:
            return mean
        if self._chosen is None or self._chosen >= channels:
            self._chosen = int(powers.argmax())
        return samples[:, self._chosen]


def _samples_of(frame: av.AudioFrame) -> np.ndarray:
    """Samples of a packed frame, shape (n, channels): PyAV crashes on planar frames of eight channels or more."""
    return frame.to_ndarray().reshape(-1, frame.layout.nb_channels)


def _repaired(frame: av.AudioFrame) -> av.AudioFrame:
    """The frame without invalid samples, which the resampler would smear over their neighbours."""
    packed = av.AudioResampler(format="flt").resample(frame)[0]
    samples = packed.to_ndarray()
    repaired = _tamed(samples)
    if np.array_equal(samples, repaired):
        return frame
    mended = av.AudioFrame.from_ndarray(repaired, format="flt", layout=packed.layout.name)
    mended.sample_rate = frame.sample_rate
    return mended


def _tamed(samples: np.ndarray) -> np.ndarray:
    """Replace samples of damaged files by 0 if they are not finite, or far beyond all others around them."""
    known = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
    loud = float(np.quantile(np.abs(known), LOUD_SHARE)) if known.size else 0.0
    return np.where(np.abs(known) <= min(LOUDEST, max(1.0, BEYOND * loud)), known, np.float32(0))
