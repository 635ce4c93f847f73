"""Files that are either whole or not there, the hashes that identify them, and the user's cache."""

import hashlib
import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from keras_impl.errors import DataError

PARTIAL = ".partial-"
"""How the names of files begin that are not finished."""


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Give a temporary path that becomes ``path`` when the block ends without an error.

    The temporary file has the same ending as ``path``, because some writers choose their format
    by it, and lies in the same folder, because only then is the final rename atomic.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=PARTIAL, suffix="".join(path.suffixes), dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)  # mkstemp makes files that only their owner can read
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def remove_partial(*folders: Path) -> None:
    """Delete what a killed process left unfinished in these folders, where nobody else may be writing."""
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
    """Write ``content`` to ``path`` atomically, indented and in the given order of keys."""
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def append_json(path: Path, content: Any) -> None:
    """Append ``content`` to a file of JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(content, ensure_ascii=False) + "\n")


def read_json(path: Path, made_by: str) -> Any:
    """Read a JSON file; ``made_by`` completes the error message, e.g. ``"run X first"``.

    Raises
    ------
    DataError
        If the file is missing, is not JSON, or has a name twice in one object.
    """
    try:
        return json.loads(decoded(path.read_bytes()), object_pairs_hook=_without_repeats)
    except FileNotFoundError:
        raise DataError(f"{path} is missing: {made_by}") from None
    except (ValueError, OSError, RecursionError) as error:
        raise DataError(f"{path} can't be read as JSON ({error}): {made_by}") from None


def decoded(content: bytes) -> str:
    """A text file's content, in UTF-8 or UTF-16; the mark that some programs begin a file with is no part of it.

    Raises
    ------
    UnicodeDecodeError
        If it is in neither.
    """
    return content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON; where a name comes twice, Python would silently keep the last."""
    content = dict(pairs)
    if len(content) < len(pairs):
        repeated = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise ValueError(f"{repeated} comes twice")
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
    if chosen:
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "keras_impl"
