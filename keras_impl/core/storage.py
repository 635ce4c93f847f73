"""Atomic writes, reads that trust nothing, hashes, and the user's cache folder."""

import hashlib
import json
import math
import os
import stat
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import platformdirs

from keras_impl.errors import DataError

LARGEST_CARD = 1 << 24
"""Bytes that a file may have that describes one model or folder."""

LARGEST_JSON = 1 << 28
"""Bytes that a JSON file may have, by default: enough for the list of a very large data set."""

PARTIAL = ".partial-"
"""Prefix of the names of unfinished files."""


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path that becomes ``path`` if the block ends without an error.

    The temporary file has the suffixes of ``path``, because some writers choose their format
    by them, and is in the same folder, because only then is the final rename atomic.
    """
    with naming(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=PARTIAL, suffix="".join(path.suffixes), dir=path.parent)
        os.close(handle)
    temporary = Path(name)
    try:
        with naming(path, temporary):
            yield temporary
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)  # mkstemp makes files that only their owner can read
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def naming(path: Path, instead_of: Path | None = None) -> Iterator[None]:
    """Make system errors name ``path`` if they name no file, such as that of a full disk, or ``instead_of``."""
    try:
        yield
    except OSError as error:
        if error.filename is None or (instead_of is not None and str(error.filename) == str(instead_of)):
            error.filename = str(path)
        raise


def check_writable(folder: Path) -> None:
    """Check, before any work, that files can be written into a folder; create it if it is missing.

    Raises
    ------
    OSError
        If they can't.
    """
    with naming(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(prefix=PARTIAL, dir=folder):
            pass


def remove_partial(*folders: Path) -> None:
    """Delete unfinished files of a killed process from these folders, which no other process may be using."""
    for folder in folders:
        if folder.is_dir():
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.name.startswith(PARTIAL) and entry.is_file(follow_symlinks=False):
                        os.unlink(entry.path)


def write_bytes(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` atomically."""
    with atomic_path(path) as temporary:
        temporary.write_bytes(content)


def write_text(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` atomically, as UTF-8, without changing line ends."""
    write_bytes(path, text.encode())


def write_json(path: Path, content: Any) -> None:
    """Write ``content`` to ``path`` atomically, indented and in the given order of keys; no nan, no infinity."""
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def append_json(path: Path, content: Any) -> None:
    """Append ``content`` to a file of JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(content, ensure_ascii=False) + "\n")


def read_json(path: Path, made_by: str, largest: int = LARGEST_JSON) -> Any:
    """Read a JSON file; ``made_by`` completes the error message, e.g. ``"run X first"``.

    Parameters
    ----------
    path : Path
    made_by : str
    largest : int, optional
        Bytes that it may have.

    Raises
    ------
    DataError
        If the file is missing, is larger, is not JSON, or repeats a name within an object.
    """
    try:
        text = decoded(read_bytes(path, made_by, largest))
    except UnicodeDecodeError as error:
        raise DataError(f"{path} can't be read as JSON ({error}): {made_by}") from None
    return json_of(text, path, made_by)


def json_of(text: str, path: Path, made_by: str) -> Any:
    """Parse the text of a JSON file; path, message and errors are those of `read_json`."""
    try:
        return json.loads(text, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path} can't be read as JSON ({error}): {made_by}") from None


def read_bytes(path: Path, made_by: str, largest: int) -> bytes:
    """Read a regular file. Anything else is refused: reading a pipe would block for ever.

    Raises
    ------
    DataError
        If it is missing, not a file, too large, or can't be read; ``made_by`` completes the message.
    """
    check_file(path, made_by, largest)
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} can't be read ({error.strerror or error}): {made_by}") from None


def check_file(path: Path, made_by: str, largest: float = math.inf) -> None:
    """Check that a regular file is there and not too large; arguments and errors are those of `read_bytes`."""
    try:
        state = path.stat()
    except FileNotFoundError:
        raise DataError(f"{path} is missing: {made_by}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"{path} can't be read ({reason}): {made_by}") from None
    if not stat.S_ISREG(state.st_mode):
        raise DataError(f"{path} is not a file: {made_by}")
    if state.st_size > largest:
        raise DataError(f"{path} is too large to be right ({state.st_size / 1e6:.0f} MB): {made_by}")


def decoded(content: bytes) -> str:
    r"""Decode the content of a text file in UTF-8 or UTF-16, with or without a byte order mark.

    Raises
    ------
    UnicodeDecodeError
        If it is neither.

    Examples
    --------
    >>> decoded(b"\xef\xbb\xbfpath,label"), decoded(b"\xff\xfep\0a\0t\0h\0")
    ('path,label', 'path')
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16")
    if content[1:2] == b"\0":  # no mark: every second byte of Latin letters is zero
        return content.decode("utf-16-le")
    if content[:1] == b"\0":
        return content.decode("utf-16-be")
    return content.decode("utf-8-sig")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object as a dict; of a repeated name, Python would silently keep the last value."""
    content = dict(pairs)
    if len(content) < len(pairs):
        repeated = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise ValueError(f"the name {repeated} is repeated")
    return content


def sha256_of_file(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's content."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def sha256_of_json(content: Any) -> str:
    """Hexadecimal SHA-256 of ``content`` as canonical JSON (keys sorted, no white space)."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def cache_folder() -> Path:
    """Where downloads and exported networks are kept: ``KERAS_IMPL_CACHE``, or ``keras_impl`` in the user's cache."""
    chosen = os.environ.get("KERAS_IMPL_CACHE")
    return Path(chosen) if chosen else platformdirs.user_cache_path("keras_impl", appauthor=False)
