"""Limits on what is done with one file: time and memory, whatever library takes them.

A decoder that loops or a picture that unpacks to gigabytes can't be told to stop; the process that is at it can be
ended. So limits hold in processes that said what is to become of it then (`arm`), such as workers, whose other tasks
are done by somebody else. In a user's own process nothing is ended.
"""

import ctypes
import faulthandler
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TextIO

MEMORY_LIMIT = 4.0
"""Gigabytes (10^9 bytes) that a process may take while it works on a file, unless said otherwise."""

SLACK = 1.25
"""Share of the time after which a process is ended: readers stop by themselves when it is over, and say so better."""

GRACE = 5.0
"""Seconds after that when the interpreter's own alarm rings, which needs no Python to run."""

CHECK_SECONDS = 0.1

_STATUS = 70

_memory = Path("/proc/self/statm")
"""Where Linux tells how much memory this process has; elsewhere only time is limited."""


class _Watch(threading.Thread):
    """Looks after the limits of this process, one file at a time."""

    def __init__(self, last_words: Callable[[str], object]) -> None:
        super().__init__(daemon=True)
        self.last_words = last_words
        self.seconds, self.deadline, self.gigabytes = 0.0, float("inf"), float("inf")
        self.parent = os.getppid()

    def run(self) -> None:
        while True:
            time.sleep(CHECK_SECONDS)
            if os.getppid() != self.parent:  # killed: nobody waits for this any more
                os._exit(_STATUS)
            if time.monotonic() > self.deadline:
                self._end(f"takes more than {self.seconds:g} seconds")
            if self.gigabytes < float("inf") and memory_taken() > self.gigabytes:
                self._end(f"needs more than {self.gigabytes:g} GB of memory")

    def _end(self, reason: str) -> None:
        try:
            self.last_words(reason)
        finally:
            os._exit(_STATUS)


_watch: _Watch | None = None


def arm(last_words: Callable[[str], object]) -> None:
    """Let limits end this process, and the end of its parent; ``last_words`` is told the reason before limits do."""
    global _watch
    if _watch is None:
        _watch = _Watch(last_words)
        _watch.start()
    _watch.last_words = last_words


@contextmanager
def limited(seconds: float, gigabytes: float = MEMORY_LIMIT) -> Iterator[None]:
    """Limit what is done within the block, if this process is armed.

    Parameters
    ----------
    seconds : float
        Time that it may take, some slack aside.
    gigabytes : float, optional
        Memory that the process may have meanwhile, 10^9 bytes each.
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
    """Gigabytes of memory that this process has now; 0 where the system doesn't tell."""
    try:
        return int(_memory.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


def survive(last_words: Callable[[str], object], status: int) -> None:
    """Go on in a process of one's own, while this one waits: should that one crash, this one can say so.

    To be called before anything else runs beside the main thread. Where a system can't fork, nothing happens.

    Parameters
    ----------
    last_words : callable
        Told the name of the signal that ended the process.
    status : int
        To end with then; else it is the process's own.
    """
    if not hasattr(os, "fork"):
        return
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _end_with(parent)
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the child has it too
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
    _, state = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(state)
    if code == -signal.SIGTERM:  # somebody asked for it: the status by which shells tell that
        code = 128 + signal.SIGTERM
    elif code < 0:
        last_words(signal.Signals(-code).name)
        code = status
    sys.stdout.flush()
    os._exit(code)


def _end_with(parent: int) -> None:
    """End this process when its parent is gone, which Linux can be asked for."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
