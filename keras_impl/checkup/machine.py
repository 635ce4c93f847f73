"""The machine: folders, room, memory, and what shows the page."""

import os
import platform
import shutil
import socket
import tempfile
import webbrowser
from collections.abc import Iterator
from pathlib import Path

from keras_impl.checkup.finding import Finding
from keras_impl.core.storage import cache_folder, check_writable

VERDICT_GB, TRAINING_GB, DEMO_GB = 1.0, 4.0, 11.0
"""Memory, 10^9 bytes: for a verdict, for the steps of a small data set, for the demo."""

PAGE_DISK, DEMO_DISK = 0.5, 4.0
"""Room on the disk, 10^9 bytes: for uploads and reports, for the demo and FaceNet's weights."""

BROWSERS = ("firefox", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")

INSTRUCTIONS = {"avx2": "AVX2", "avx512f": "AVX-512", "avx512_vnni": "VNNI", "amx_tile": "AMX"}
"""Of those that make networks fast: Linux's name to the usual one."""

CONTROL_GROUP = Path("/sys/fs/cgroup")
"""Where Linux tells what a container may use."""


def check_processor(cpuinfo: Path = Path("/proc/cpuinfo"), cores: int | None = None) -> Iterator[Finding]:
    """What the processor has.

    Parameters
    ----------
    cpuinfo : Path
        Where Linux describes it.
    cores : int, optional
        By default those that this process may use.
    """
    from joblib import cpu_count

    cores = cores or cpu_count()
    found = f"{cores} core{'s' if cores > 1 else ''}, {platform.machine()}"
    try:
        flags = next(line for line in cpuinfo.read_text().splitlines() if line.startswith("flags")).split()
    except (OSError, StopIteration):  # no Linux, or no Intel's
        yield Finding("processor", "ok", found)
        return
    has = [name for flag, name in INSTRUCTIONS.items() if flag in flags]
    if "avx" not in flags:
        advice = "TensorFlow can't run on it, so nothing can be trained."
        yield Finding("processor", "limited", f"{found} without AVX", advice)
    elif "avx2" not in flags:
        yield Finding("processor", "note", f"{found} without AVX2", "All works, but more slowly.")
    else:
        yield Finding("processor", "ok", f"{found} with {', '.join(has)}")


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
        yield Finding(
            "cache", "limited", found, "The page and training need it. Name another:", "export KERAS_IMPL_CACHE=FOLDER"
        )
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
    if free < PAGE_DISK:
        yield Finding("disk", "limited", found, "Make room for uploads and reports.")
    elif free < DEMO_DISK:
        yield Finding("disk", "note", found, f"Enough for verdicts; the demo takes {DEMO_DISK:g} GB.")
    else:
        yield Finding("disk", "ok", f"{found}; training takes 0.2 MB more a face")


def check_memory(available: float | None = None) -> Iterator[Finding]:
    """Whether there is memory for verdicts, for training, and for the demo.

    Parameters
    ----------
    available : float, optional
        10^9 bytes; by default what there is.
    """
    if available is None:
        available = available_memory()
    found = f"{available:.1f} GB available"
    if available < VERDICT_GB:
        yield Finding("memory", "verdicts", found, f"Close other programs: a verdict takes about {VERDICT_GB:g} GB.")
    elif available < TRAINING_GB:
        advice = f"Enough for verdicts; training takes {TRAINING_GB:g} GB and more, the demo up to {DEMO_GB:g}."
        yield Finding("memory", "limited", found, advice)
    elif available < DEMO_GB:
        advice = f"Enough for verdicts and small trainings; the demo takes up to {DEMO_GB:g} GB."
        yield Finding("memory", "note", found, advice)
    else:
        yield Finding("memory", "ok", f"{found}, enough for verdicts, training and the demo")


def available_memory(group: Path = CONTROL_GROUP) -> float:
    """Memory that programs can still have, within a container's limit: 10^9 bytes."""
    import psutil

    available = psutil.virtual_memory().available
    try:
        most, taken = (int((group / name).read_text()) for name in ("memory.max", "memory.current"))
    except (OSError, ValueError):  # there is no limit
        return available / 1e9
    return min(available, most - taken) / 1e9


def check_browser(name: str | None = None) -> Iterator[Finding]:
    """Whether something can show the page.

    Parameters
    ----------
    name : str, optional
        Of a browser; by default whichever is found.
    """
    if name is None:
        name = _find_browser()
    if name:
        yield Finding("browser", "ok", name)
    else:
        advice = "Open the page from another machine: serve --host 0.0.0.0 lets others in."
        yield Finding("browser", "note", "none found", advice)


def check_port(port: int) -> Iterator[Finding]:
    """Whether the page can be at its usual place."""
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
