"""Limits on the time and memory that one file may take, whichever library takes them.

A decoder in an endless loop, or a picture that unpacks to gigabytes, can't be interrupted, but its process can be
ended. So limits apply only in processes that opted in with `arm`, such as workers, whose other tasks are then run
elsewhere. A user's own process is never ended.
"""

import ctypes
import faulthandler
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import TextIO

MEMORY_LIMIT = 4.0
"""Gigabytes (10^9 bytes) that a process may use while it works on a file, by default."""

SLACK = 1.25
"""A process is ended after this multiple of the time limit: readers stop at the limit with a better message."""

GRACE = 5.0
"""Seconds after that when `faulthandler` ends the process, which works even if no Python code can run."""

CHECK_SECONDS = 0.1

_STATUS = 70

_memory = Path("/proc/self/statm")
"""Where Linux reports the memory of this process; on other systems only time is limited."""


@dataclass(frozen=True)
class Ended:
    """Why the process that worked on a file was ended, or ended itself.

    Attributes
    ----------
    reason : str
        A predicate whose subject is the file, as of `keras_impl.errors.MediaError`.
    code : str
        Name of the problem in `keras_impl.prediction.reasons` that this is; stable.
    values : dict of str to float
        Fields of that problem.
    """

    reason: str
    code: str
    values: Mapping[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.reason

    @staticmethod
    def too_slow(seconds: float) -> "Ended":
        """It exceeded its time limit."""
        return Ended(f"takes more than {seconds:g} seconds", code="too_slow", values={"limit": seconds})

    @staticmethod
    def out_of_memory(gigabytes: float) -> "Ended":
        """It exceeded its memory limit, in 10^9 bytes."""
        return Ended(f"needs more than {gigabytes:g} GB of memory", code="out_of_memory", values={"limit": gigabytes})

    @staticmethod
    def crashed() -> "Ended":
        """It died without a word."""
        return Ended("crashed the decoder", code="crashed")

    def as_json(self) -> str:
        """What another process can read."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> "Ended":
        """What another process has written."""
        return Ended(**json.loads(text))


class _Watch(threading.Thread):
    """Enforces the limits of this process, for one file at a time."""

    def __init__(self, last_words: Callable[[Ended], object]) -> None:
        super().__init__(daemon=True)
        self.last_words = last_words
        self.seconds, self.deadline, self.gigabytes = 0.0, float("inf"), float("inf")
        self.parent = os.getppid()

    def run(self) -> None:
        while True:
            time.sleep(CHECK_SECONDS)
            if os.getppid() != self.parent:  # the parent was killed: nobody waits for the result
                os._exit(_STATUS)
            if time.monotonic() > self.deadline:
                self._end(Ended.too_slow(self.seconds))
            if self.gigabytes < float("inf") and memory_taken() > self.gigabytes:
                self._end(Ended.out_of_memory(self.gigabytes))

    def _end(self, why: Ended) -> None:
        try:
            self.last_words(why)
        finally:
            os._exit(_STATUS)


_watch: _Watch | None = None


def arm(last_words: Callable[[Ended], object]) -> None:
    """Let limits and the end of its parent end this process; before a limit does, ``last_words`` gets an `Ended`."""
    global _watch
    if _watch is None:
        _watch = _Watch(last_words)
        _watch.start()
    _watch.last_words = last_words


@contextmanager
def limited(seconds: float, gigabytes: float = MEMORY_LIMIT) -> Iterator[None]:
    """Limit the time and memory of a block, if this process is armed.

    Parameters
    ----------
    seconds : float
        Time limit, not counting `SLACK`.
    gigabytes : float, optional
        Memory that the process may use within the block, in 10^9 bytes.
    """
    watch = _watch
    if watch is None:
        yield
        return
    most = seconds * SLACK
    watch.seconds, watch.gigabytes, watch.deadline = seconds, gigabytes, time.monotonic() + most
    if most < float("inf"):
        faulthandler.dump_traceback_later(most + GRACE, exit=True, file=_nowhere())
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
        watch.deadline = watch.gigabytes = float("inf")


@cache
def _nowhere() -> TextIO:
    return open(os.devnull, "w")


def memory_taken() -> float:
    """Gigabytes (10^9 bytes) of memory that this process uses now; 0 where the system doesn't report it."""
    try:
        return int(_memory.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


def survive(last_words: Callable[[str], object], status: int) -> None:
    """Continue in a child process while this one waits, to report it if the child crashes.

    Call it before any other thread is started. On systems without fork it does nothing.

    Parameters
    ----------
    last_words : callable
        Called with the name of the signal that ended the child.
    status : int
        Exit status in that case; otherwise it is the child's.
    """
    if not hasattr(os, "fork"):
        return
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _end_with(parent)
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the child gets it too
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
    _, state = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(state)
    if code == -signal.SIGTERM:  # requested: exit with the status that shells use for it
        code = 128 + signal.SIGTERM
    elif code < 0:
        last_words(signal.Signals(-code).name)
        code = status
    sys.stdout.flush()
    os._exit(code)


def _end_with(parent: int) -> None:
    """Have Linux kill this process when its parent ends."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
