"""The machine: folders, room, memory, and what shows the page."""

import os
import shutil
import socket
import tempfile
import webbrowser
from collections.abc import Iterator
from pathlib import Path

from keras_impl.checkup.finding import Finding
from keras_impl.core.storage import cache_folder, check_writable

VERDICT_GB, TRAINING_GB, DEMO_GB = 2.0, 4.0, 11.0
"""Memory, 10^9 bytes: for a verdict and the system beside it, for the steps of a small data set, for the demo."""

VERDICT_DISK, DEMO_DISK = 0.5, 4.0
"""Room on the disk, 10^9 bytes."""

BROWSERS = ("firefox", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")

CONTROL_GROUP = Path("/sys/fs/cgroup")
"""Where Linux tells what a container may use."""


def check_cache(folder: Path | None = None) -> Iterator[Finding]:
    """Whether downloads, exported networks and the page's uploads can be kept, and how much there is.

    Parameters
    ----------
    folder : Path, optional
        By default the user's.
    """
    folder = folder or cache_folder()
    try:
        check_writable(_existing(folder))
    except OSError as error:
        found = f"{folder} can't be written to ({error.strerror or error})"
        yield Finding("cache", "verdicts", found, "Name another folder:", "export KERAS_IMPL_CACHE=FOLDER")
        return
    if folder.is_dir():
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        yield Finding("cache", "ok", f"{folder}, {size / 1e6:.0f} MB, can be written to")
    else:
        yield Finding("cache", "ok", f"{folder} will be made when it is needed")


def check_temporary() -> Iterator[Finding]:
    """Whether there is a folder for temporary files."""
    try:
        yield Finding("temporary", "ok", f"{tempfile.gettempdir()} can be written to")
    except FileNotFoundError as error:
        yield Finding("temporary", "verdicts", str(error.strerror), "Name a folder:", "export TMPDIR=FOLDER")


def check_disk(folder: Path | None = None, free: float | None = None) -> Iterator[Finding]:
    """Whether there is room on the cache's disk.

    Parameters
    ----------
    folder : Path, optional
    free : float, optional
        10^9 bytes; by default what there is.
    """
    folder = _existing(folder or cache_folder())
    if free is None:
        free = shutil.disk_usage(folder).free / 1e9
    found = f"{free:.1f} GB free at {folder}"
    if free < VERDICT_DISK:
        advice = f"Make room: a verdict with its report takes up to {VERDICT_DISK:g} GB."
        yield Finding("disk", "verdicts", found, advice)
    elif free < DEMO_DISK:
        yield Finding("disk", "training", found, f"Enough for verdicts; the demo takes {DEMO_DISK:g} GB.")
    else:
        yield Finding("disk", "ok", f"{found}; training takes 0.2 MB more a face")


def check_memory(available: float | None = None) -> Iterator[Finding]:
    """Whether there is memory for verdicts, for training, and for the demo.

    Parameters
    ----------
    available : float, optional
        10^9 bytes; by default what Linux says.
    """
    if available is None:
        available = available_memory()
    if available is None:
        yield Finding("memory", "note", "not told by this system", f"A verdict takes up to {VERDICT_GB:g} GB.")
        return
    found = f"{available:.1f} GB available"
    if available < VERDICT_GB:
        yield Finding("memory", "verdicts", found, f"Close other programs: a verdict takes up to {VERDICT_GB:g} GB.")
    elif available < TRAINING_GB:
        advice = f"Enough for verdicts; training takes {TRAINING_GB:g} GB and more, the demo up to {DEMO_GB:g}."
        yield Finding("memory", "training", found, advice)
    elif available < DEMO_GB:
        advice = f"Enough for verdicts and small trainings; the demo takes up to {DEMO_GB:g} GB."
        yield Finding("memory", "note", found, advice)
    else:
        yield Finding("memory", "ok", f"{found}, enough for verdicts, training and the demo")


def available_memory(meminfo: Path = Path("/proc/meminfo"), group: Path = CONTROL_GROUP) -> float | None:
    """Memory that programs can still have, within a container's limit: 10^9 bytes; None where nobody tells it."""
    available = None
    try:
        lines = meminfo.read_text().splitlines()
        available = next(int(line.split()[1]) * 1024 / 1e9 for line in lines if line.startswith("MemAvailable:"))
        most, taken = ((group / name).read_text() for name in ("memory.max", "memory.current"))
        return min(available, (int(most) - int(taken)) / 1e9)
    except (OSError, ValueError, IndexError, StopIteration):  # no Linux, or no limit
        return available


def check_page(port: int, browser: str | None = None) -> Iterator[Finding]:
    """Whether the page can be at its usual place, and what would show it.

    Parameters
    ----------
    port : int
    browser : str, optional
        Name of one; by default whichever is found.
    """
    browser = browser or _find_browser()
    if browser:
        yield Finding("browser", "ok", browser)
    else:
        advice = "Open the page from another machine: serve --host 0.0.0.0 lets others in."
        yield Finding("browser", "note", "none found on this machine", advice)
    try:
        with socket.create_server(("127.0.0.1", port)):
            yield Finding("page", "ok", f"port {port} is free")
    except OSError as error:
        found = f"port {port} can't be had ({error.strerror})"
        yield Finding("page", "note", found, "Perhaps the page is there already; serve takes a free one and names it.")


def _find_browser() -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)), "")
    if found:
        return found
    try:
        return str(getattr(webbrowser.get(), "name", "the system's default browser"))
    except webbrowser.Error:
        return ""


def _existing(folder: Path) -> Path:
    """The folder, or what is there of the way to it."""
    return next(each for each in (folder, *folder.absolute().parents) if os.path.lexists(each))
