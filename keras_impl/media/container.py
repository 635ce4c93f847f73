"""Untrusted files opened by FFmpeg, only in the expected formats and only within a time limit."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import av

from keras_impl.errors import KerasImplError, MediaError
from keras_impl.media.content import has_more_than_claimed, kind_of_file, lacks_index, size_of_file

StreamT = TypeVar("StreamT", av.VideoStream, av.AudioStream)

LEAST_PATIENCE = 0.1
"""Seconds that opening a file or reading a packet may take at least, even if the time is nearly over."""

# Tags that are not UTF-8 don't matter here. PyAV before 19 needs an option to ignore them; later versions
# never raise, and no longer have that option.
_TOLERANT: dict[str, Any] = {"metadata_errors": "ignore"} if int(av.__version__.split(".")[0]) < 19 else {}


class Patience:
    """The time limit for reading one file.

    Parameters
    ----------
    seconds : float
    """

    def __init__(self, seconds: float) -> None:
        self._seconds, self._deadline = seconds, time.monotonic() + seconds

    @property
    def left(self) -> float | None:
        """Seconds that a single step may take; None without a limit."""
        left = max(self._deadline - time.monotonic(), LEAST_PATIENCE)
        return None if left == float("inf") else left

    @property
    def is_over(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() > self._deadline

    def error(self) -> MediaError:
        """The error to raise when it is over."""
        reason = f"takes more than {self._seconds:g} seconds to read"
        return MediaError(reason, code="too_slow", limit=self._seconds)


def open_container(path: Path, formats: str, what: str, patience: Patience) -> av.container.InputContainer:
    """Open a file for reading.

    Parameters
    ----------
    path : Path
    formats : str
        FFmpeg's names of the accepted containers, whatever the file is called.
    what : str
        What it should be, with its article, for messages.
    patience : Patience

    Raises
    ------
    MediaError
        If the file is missing or in another format, or the time is over.
    """
    size_of_file(path)
    options = {"format_whitelist": formats, "protocol_whitelist": "file"}
    if has_more_than_claimed(path):
        options["ignore_length"] = "1"
    try:
        # absolute, so that a colon in the name is not taken for a protocol
        return av.open(str(path.absolute()), "r", options=options, timeout=patience.left, **_TOLERANT)
    except av.error.ExitError:
        raise patience.error() from None
    except (av.FFmpegError, OSError) as error:
        if lacks_index(path):
            reason = f"can't be opened as {what}: it seems to be cut off, copy it again"
            raise MediaError(reason, code="cut_off", expected=what) from None
        kind = kind_of_file(path) or ""
        if kind.endswith("image"):
            reason = f"can't be opened as {what} (it is {kind})"
            raise MediaError(reason, code="wrong_kind", expected=what, kind=kind) from None
        detail = str(error.strerror)
        reason = f"can't be opened as {what} ({detail})"
        raise MediaError(reason, code="not_decoded", expected=what, detail=detail) from None


@contextmanager
def as_media_error() -> Iterator[None]:
    """Turn any exception of a library while a file is read into a `MediaError`, which concerns this file alone.

    A `MemoryError` passes: the code that processes many files reports it.
    """
    try:
        yield
    except (KerasImplError, MemoryError):
        raise
    except Exception as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        detail = " ".join(reason.split())[:200]
        raise MediaError(f"can't be read ({detail})", code="unreadable", detail=detail) from error


def packets_of(
    container: av.container.InputContainer, stream: StreamT, patience: Patience
) -> Iterator["av.Packet[StreamT]"]:
    """Yield a stream's packets, including the empty one that flushes the decoder.

    Raises
    ------
    MediaError
        If the time is over.
    """
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except av.error.ExitError:  # no packet in time
            raise patience.error() from None
        except IndexError:  # a packet of a track that the header didn't announce; PyAV stops there
            packets = container.demux(stream)
            continue
        if packet is None:
            return
        if patience.is_over:
            raise patience.error()
        yield packet
