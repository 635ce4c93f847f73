"""What kind of file something is by its content, whatever its name says."""

import os
import stat
import struct
from pathlib import Path

from keras_impl.errors import MediaError

HEAD = 64
"""Bytes at the beginning of a file that tell its kind."""

HEIC = "a HEIC image"
PICTURES = frozenset({"a JPEG image", "a PNG image", "a BMP image", "a WebP image", HEIC})
"""Kinds that can be read as a still image."""

_BEGINNINGS = (
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"BM", "a BMP image"),
    (b"GIF8", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"II+\0", "a TIFF image"),
    (b"MM\0+", "a TIFF image"),
    (b"8BPS", "a Photoshop image"),
    (b"\xff\x0a", "a JPEG XL image"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL image"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 image"),
    (b"%PDF-", "a PDF document"),
    (b"\x1aE\xdf\xa3", "a Matroska or WebM video"),
)
_OF_RIFF = {b"WEBP": "a WebP image", b"WAVE": "a WAV recording", b"AVI ": "an AVI video"}
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})

_BEFORE_INDEX = (b"ftyp", b"mdat", b"free", b"wide", b"skip")
_MOST_ATOMS = 10_000


def size_of_file(path: Path) -> int:
    """Size of a regular file in bytes, checked before any of it is read.

    Raises
    ------
    MediaError
        If it is missing, not a regular file, or can't be examined.
    """
    try:
        found = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        raise MediaError("does not exist", code="missing") from None
    except (OSError, ValueError) as error:  # no permission; a name that is too long or contains a NUL
        detail = getattr(error, "strerror", None) or str(error)
        raise MediaError(f"can't be opened ({detail})", code="not_opened", detail=detail) from None
    if not stat.S_ISREG(found.st_mode):  # reading a named pipe would block for ever
        raise MediaError("is not a file", code="not_a_file")
    return found.st_size


def kind_of_file(path: Path) -> str | None:
    """Kind of a file by its first bytes; None if they are unknown or can't be read."""
    try:
        size_of_file(path)
        with path.open("rb") as file:
            return kind_of(file.read(HEAD))
    except (MediaError, OSError):
        return None


def kind_of(head: bytes) -> str | None:
    """Kind of a file by its first `HEAD` bytes, with an article; None if they are unknown.

    Examples
    --------
    >>> kind_of(b"GIF89a")
    'a GIF image'
    """
    if head[:4] == b"RIFF":
        return _OF_RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        # the main brand, and after its version those that it is compatible with
        brands = {head[8:12], *(head[place : place + 4] for place in range(16, min(head[3], len(head)), 4))}
        if head[8:12] in _AVIF_BRANDS | _HEIC_BRANDS:
            return "an AVIF image" if brands & _AVIF_BRANDS else HEIC
        return "an MP4 video or recording"
    return next((kind for beginning, kind in _BEGINNINGS if head.startswith(beginning)), None)


def lacks_index(path: Path) -> bool:
    """Whether an MP4 or QuickTime file ends before its index, without which no frame can be found."""
    try:
        with path.open("rb") as file:
            end, place = os.fstat(file.fileno()).st_size, 0
            for _ in range(_MOST_ATOMS):
                file.seek(place)
                head = file.read(16)
                if head[4:8] not in _BEFORE_INDEX:
                    return place > 0 and len(head) < 8
                size = int.from_bytes(head[8:16] if head[:4] == b"\0\0\0\1" else head[:4], "big")
                if size < 8 or place + size >= end:
                    return True
                place += size
    except OSError:
        pass
    return False


def has_more_than_claimed(path: Path, least: int = 4096) -> bool:
    """Whether a WAV file has at least ``least`` bytes of sound after the end that its header declares."""
    try:
        with path.open("rb") as file:
            end, place = os.fstat(file.fileno()).st_size, 12
            if kind_of(file.read(12)) != "a WAV recording":
                return False
            while place + 8 <= end:
                file.seek(place)
                name, size = struct.unpack("<4sI", file.read(8))
                place += 8 + size + size % 2
                if name == b"data":
                    file.seek(place)
                    rest = file.read(8)
                    if end - place < least or len(rest) < 8:
                        return False
                    name, size = struct.unpack("<4sI", rest)
                    is_chunk = name.isascii() and name.decode().isprintable() and place + 8 + size <= end
                    return not is_chunk
    except (OSError, struct.error):
        pass
    return False
