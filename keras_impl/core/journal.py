"""A journal of finished work, so that an interrupted run can resume where it stopped.

Each finished item is appended as a line of JSON and synced to disk. Whatever happens later, power cuts and full
disks included, only the last line can be incomplete, and an incomplete last line is dropped. A line that is damaged
later costs its own item only. If an item has several lines, the last one counts.
"""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from keras_impl.core.storage import atomic_path, naming
from keras_impl.errors import DataError

JOURNAL_NAME = "journal.jsonl"

LONGEST_LINE = 1 << 26
"""Bytes that a line may have: enough for a video with tens of thousands of faces."""

LOCK_NAME = ".lock"
"""The operating system releases it even if the process is killed."""


class Journal:
    """Finished items on disk, by name; use it as a context manager.

    Only names, stamps and file offsets are kept in memory.

    Parameters
    ----------
    path : Path
        The file; created if it is missing.

    Raises
    ------
    DataError
        If another run has it open.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._lock = FileLock(path.parent / LOCK_NAME)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise DataError(f"another run is working in {path.parent}: wait for it, or choose another --out") from None
        self._stream = path.open("a+b")
        self._stream.seek(0)
        self._items: dict[str, tuple[str, int]] = {}
        lines = self._read()
        if lines > 2 * len(self._items):
            self._compact(path)

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the file for other runs."""
        self._stream.close()
        self._lock.release()

    def stamp_of(self, name: str) -> str | None:
        """The stamp of an item, which identifies the input and settings it was made from; None if it isn't stored."""
        return self._items[name][0] if name in self._items else None

    def content_of(self, name: str) -> Any:
        """The stored content of an item."""
        self._stream.seek(self._items[name][1])
        return json.loads(self._stream.readline())["content"]

    def add(self, items: Iterable[tuple[str, str, Any]]) -> None:
        """Store items, each a name, a stamp and JSON content, and wait until they are on disk.

        Raises
        ------
        OSError
            If they can't be written; then none of them is stored.
        """
        end = self._stream.seek(0, os.SEEK_END)
        places = []
        try:
            with naming(self._path):
                for name, stamp, content in items:
                    places.append((name, (stamp, self._stream.tell())))
                    self._stream.write(_line(name, stamp, content))
                self._stream.flush()
                os.fsync(self._stream.fileno())
        except OSError:
            with suppress(OSError):  # half a line would be dropped later anyway
                os.ftruncate(self._stream.fileno(), end)
            raise
        self._items.update(places)

    def _read(self) -> int:
        """Index the items, cut off an incomplete last line, and count the lines."""
        lines = end = 0
        while line := self._stream.readline(LONGEST_LINE):
            if not line.endswith(b"\n"):
                if len(line) < LONGEST_LINE:
                    break
                while (rest := self._stream.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                    pass
                if not rest:
                    break
            else:
                with suppress(ValueError, TypeError, KeyError, RecursionError):
                    entry = json.loads(line)
                    if "content" in entry:
                        self._items[entry["name"]] = (entry["stamp"], end)
            lines, end = lines + 1, self._stream.tell()
        self._stream.seek(end)
        self._stream.truncate()
        return lines

    def _compact(self, path: Path) -> None:
        """Rewrite the file without superseded lines."""
        with atomic_path(path) as temporary, temporary.open("wb") as compact:
            for name, (stamp, _) in self._items.items():
                compact.write(_line(name, stamp, self.content_of(name)))
        self._stream.close()
        self._stream = path.open("a+b")
        self._stream.seek(0)
        self._items.clear()
        self._read()


def _line(name: str, stamp: str, content: Any) -> bytes:
    return json.dumps({"name": name, "stamp": stamp, "content": content}).encode() + b"\n"
